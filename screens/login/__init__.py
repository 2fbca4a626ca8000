"""Logging in by user name and password."""

from screens.login.screen import LoginScreen

__all__ = ["LoginScreen"]

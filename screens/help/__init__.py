"""The help screen: what the keys do where one is."""

from screens.help.screen import HelpScreen

__all__ = ["HelpScreen"]

"""Making a desk where there is none yet."""

from screens.first_start.screen import FirstStartScreen

__all__ = ["FirstStartScreen"]

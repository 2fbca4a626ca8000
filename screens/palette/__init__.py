"""The palette: any action by its name."""

from screens.palette.screen import PaletteScreen

__all__ = ["PaletteScreen"]

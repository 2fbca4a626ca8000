"""The screens: one folder per area, each screen with its own stylesheet beside it."""

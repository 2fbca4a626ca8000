"""A tour of the sample desk: ten keys, each tried out before the next one is told."""

from __future__ import annotations

from screens.tour.tour import Tour

__all__ = ["Tour"]

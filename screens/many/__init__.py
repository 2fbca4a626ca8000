"""Acting on many tickets: which ones, how far it is, and which ones refused."""

from __future__ import annotations

from screens.many.performing import Edit, Shown, finish, followed, lane_for, perform, saving
from screens.many.targets import FEW, Targets, list_targets

__all__ = ["FEW", "Edit", "Shown", "Targets", "finish", "followed", "lane_for", "list_targets", "perform", "saving"]

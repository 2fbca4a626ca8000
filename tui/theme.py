"""The four looks of the desk, and which of them suits a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

NAMES = ("dark", "light", "ansi", "mono")

_DEFAULT = "ansi_default"

# The terminal's own colours; the person's choice of background and foreground stays.
_REVERSE = {
    "ansi-background": _DEFAULT,
    "ansi-foreground": _DEFAULT,
    "block-cursor-foreground": _DEFAULT,
    "block-cursor-background": _DEFAULT,
    "block-cursor-text-style": "reverse",
    "block-cursor-blurred-foreground": _DEFAULT,
    "block-cursor-blurred-background": _DEFAULT,
    "block-cursor-blurred-text-style": "underline",
    "block-hover-background": _DEFAULT,
    "input-cursor-foreground": _DEFAULT,
    "input-cursor-background": _DEFAULT,
    "input-cursor-text-style": "reverse",
    "input-selection-foreground": _DEFAULT,
    "input-selection-background": _DEFAULT,
    "screen-selection-foreground": _DEFAULT,
    "screen-selection-background": _DEFAULT,
}

THEMES = (
    Theme(
        name="dark",
        primary="#5fa8d3",
        secondary="#7fb7a3",
        accent="#e0b257",
        warning="#e0a04a",
        error="#e0707a",
        success="#7cc47f",
        foreground="#d7dce2",
        background="#14181d",
        surface="#1b2127",
        panel="#252d35",
        variables={
            "block-cursor-background": "#2f5d7c",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#2a333c",
            "border-blurred": "#3a444e",
            "input-cursor-text-style": "none",
        },
    ),
    Theme(
        name="light",
        dark=False,
        primary="#1f5f8b",
        secondary="#2f6b57",
        accent="#8a5a00",
        warning="#8f5200",
        error="#a3212f",
        success="#1f6b2c",
        foreground="#1d2329",
        background="#f7f7f4",
        surface="#efefeb",
        panel="#e3e4df",
        variables={
            "block-cursor-background": "#1f5f8b",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#d5dde3",
            "border-blurred": "#b9bdb8",
            "input-cursor-text-style": "none",
        },
    ),
    Theme(
        name="ansi",
        ansi=True,
        primary="ansi_cyan",
        secondary="ansi_blue",
        accent="ansi_yellow",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground=_DEFAULT,
        background=_DEFAULT,
        surface=_DEFAULT,
        panel=_DEFAULT,
        boost=_DEFAULT,
        variables={
            **_REVERSE,
            "border": "ansi_cyan",
            "border-blurred": _DEFAULT,
            "foreground-muted": _DEFAULT,
            "foreground-disabled": _DEFAULT,
        },
    ),
    Theme(
        name="mono",
        ansi=True,
        primary=_DEFAULT,
        secondary=_DEFAULT,
        accent=_DEFAULT,
        warning=_DEFAULT,
        error=_DEFAULT,
        success=_DEFAULT,
        foreground=_DEFAULT,
        background=_DEFAULT,
        surface=_DEFAULT,
        panel=_DEFAULT,
        boost=_DEFAULT,
        variables={**_REVERSE, "border": _DEFAULT, "border-blurred": _DEFAULT},
    ),
)


def over_ssh(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal is at the other end of a network line."""
    return bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))


def few_colours(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal shows sixteen colours or fewer, so that our own shades would be lost on it."""
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    term = environment.get("TERM", "").lower()
    return not ("256color" in term or "kitty" in term or "direct" in term)


def fitting(wanted: str | None, environment: Mapping[str, str]) -> str:
    """Return the theme to show: the wanted one where the terminal can, else the one that suits it.

    NO_COLOR leaves no choice, and sixteen colours none between our own shades.
    """
    if "NO_COLOR" in environment:
        return "mono"
    if few_colours(environment):
        return "mono" if wanted == "mono" else "ansi"
    if wanted in NAMES:
        return wanted
    return "ansi" if over_ssh(environment) else "dark"

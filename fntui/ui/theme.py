"""The colours: the only hex values of the program. Grey for what is fine, colour for what needs a person."""

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="fntui-dark",
    primary="#3d7eff",
    secondary="#b48ead",
    accent="#6cb6ff",
    warning="#f0b429",
    error="#ff6b6b",
    success="#7bd88f",
    foreground="#d6dbe5",
    background="#10141c",
    surface="#161b26",
    panel="#1d2431",
    boost="#ffffff0a",
    dark=True,
)

LIGHT: Final = Theme(
    name="fntui-light",
    primary="#0b5fff",
    secondary="#7a3e9d",
    accent="#0b5fff",
    warning="#9a5b00",
    error="#c4161c",
    success="#1a7f37",
    foreground="#1f2733",
    background="#ffffff",
    surface="#f5f7fa",
    panel="#e8ecf2",
    boost="#0000000a",
    dark=False,
)

THEMES: Final = (DARK, LIGHT)

PROFILE_COLOURS: Final = ("red", "yellow", "green", "blue", "magenta", "cyan")
"""What ``colour`` of a profile may be: names that every terminal has."""

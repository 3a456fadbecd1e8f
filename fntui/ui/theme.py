"""The colours: the only hex values. Grey for what is fine, colour for what needs a person."""

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
    variables={"dim": "#8792a5", "cursor": "#274878", "cursor-idle": "#222a38"},
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
    variables={"dim": "#5d6878", "cursor": "#c9dcff", "cursor-idle": "#e3e8ef"},
)

ANSI: Final = Theme(
    name="fntui-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_magenta",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    variables={
        "surface": "ansi_default",
        "panel": "ansi_default",
        "panel-lighten-2": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "dim": "ansi_default",
        "cursor": "ansi_default",
        "cursor-idle": "ansi_default",
    },
)
"""The terminal's own sixteen colours, in fewer bytes. What is dim or under a cursor is told by dim,
reverse and underline, since nobody knows which two of those colours differ enough."""

FALLBACKS: Final = {
    "dim": "ansi_bright_black",
    "cursor": "ansi_blue",
    "cursor-idle": "ansi_bright_black",
}
"""What fntui's own variables are in a theme that does not have them. Solid, since a style that is
drawn over another keeps no transparency."""

THEMES: Final = (DARK, LIGHT, ANSI)

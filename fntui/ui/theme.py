"""The colours, and how each tone of a pane looks in the current theme.

The only hex values. Grey for what is fine, colour for what needs a person. Tones are not component
classes: Textual would match each of them with every rule, for each pane of each screen, which would
take half of the time to the first paint.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from rich.style import Style
from textual.app import App
from textual.color import Color
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


# Colour, by the theme's variable or by name; bold; the attribute that the ansi theme needs as well.


_TONES: Final = {
    "dim": ("$dim", "", "dim"),
    "title": ("", "bold", ""),
    "head": ("$dim", "", "dim"),
    "accent": ("$accent", "", ""),
    "fine": ("$dim", "", "dim"),
    "late": ("$warning", "", ""),
    "missed": ("$error", "bold", ""),
    "unsure": ("$secondary", "", ""),
    "key": ("$accent", "bold", ""),
    "marked": ("$accent", "", ""),
    **{
        name: (f"ansi_{name}", "", "")
        for name in ("red", "yellow", "green", "blue", "magenta", "cyan")
    },
}

_CURSORS: Final = {"cursor": ("$cursor", "reverse"), "cursor-idle": ("$cursor-idle", "underline")}

_VARIABLES: Final = ("dim", "accent", "warning", "error", "secondary", "cursor", "cursor-idle")


def tones_of(app: App[Any]) -> Mapping[str, Style]:
    """Return the style of each tone, and of ``cursor``, ``cursor-idle`` and ``marked``.

    Each is to be laid over the style of the pane.
    """
    variables = app.theme_variables
    return _styles(tuple(variables[name] for name in _VARIABLES), app.native_ansi_color)


@lru_cache(maxsize=4)
def _styles(colours: tuple[str, ...], is_ansi: bool) -> Mapping[str, Style]:  # noqa: FBT001 - a key of the cache
    known = {f"${name}": colour for name, colour in zip(_VARIABLES, colours, strict=True)}

    def colour(name: str) -> Any:  # noqa: ANN401 - Rich's own, or none
        return Color.parse(known.get(name, name)).rich_color if name else None

    tones = {
        name: Style(color=colour(ink)) + Style.parse(always if not is_ansi else f"{always} {ansi}")
        for name, (ink, always, ansi) in _TONES.items()
    }
    cursors = {
        name: Style(bgcolor=colour(paper)) + Style.parse(ansi if is_ansi else "")
        for name, (paper, ansi) in _CURSORS.items()
    }
    return tones | cursors

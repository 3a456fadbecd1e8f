"""The colours, and how each tone of a pane looks in the current theme.

The only hex values. Grey for what is fine, colour for what needs a person. Tones are not component
classes: Textual would match each of them with every rule, for each pane of each screen, which would
take half of the time to the first paint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Final, NamedTuple

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
    variables={
        "dim": "#8792a5",
        "cursor": "#132d70",
        "cursor-idle": "#222a38",
        "divider": "#3f4b61",
    },
)

LIGHT: Final = Theme(
    name="fntui-light",
    primary="#0b5fff",
    secondary="#7a3e9d",
    accent="#0a4fd6",
    warning="#845000",
    error="#b81218",
    success="#146c2e",
    foreground="#1f2733",
    background="#ffffff",
    surface="#f5f7fa",
    panel="#e8ecf2",
    boost="#0000000a",
    dark=False,
    variables={
        "dim": "#5d6878",
        "cursor": "#c9dcff",
        "cursor-idle": "#e3e8ef",
        "divider": "#aab4c3",
    },
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
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "dim": "ansi_default",
        "cursor": "ansi_default",
        "cursor-idle": "ansi_default",
        "divider": "ansi_default",
    },
)
"""The terminal's own sixteen colours, in fewer bytes. What is dim or under a cursor is told by dim,
reverse and underline, since nobody knows which two of those colours differ enough."""

FALLBACKS: Final = {
    "dim": "ansi_bright_black",
    "cursor": "ansi_blue",
    "cursor-idle": "ansi_bright_black",
    "divider": "ansi_bright_black",
}
"""What fntui's own variables are in a theme that does not have them. Solid, since a style that is
drawn over another keeps no transparency."""

THEMES: Final = (DARK, LIGHT, ANSI)


class Ground(Enum):
    """What a tone is drawn on; it matters only where that is reversed.

    Attributes:
        PLAIN: The background of the pane, or any other colour.
        CURSOR: A reversed row under the cursor.
        BAND: A reversed header or footer.
    """

    PLAIN = auto()
    CURSOR = auto()
    BAND = auto()


class _Tone(NamedTuple):
    """How a tone looks.

    Attributes:
        ink: Its colour: a variable of the theme, or a name.
        always: Attributes in every theme.
        ansi: Attributes that the ansi theme needs in addition.
        bare: Attributes that it needs in addition without colours.
    """

    ink: str = ""
    always: str = ""
    ansi: str = ""
    bare: str = ""


_DIM: Final = _Tone("$dim", ansi="dim", bare="dim")

_TONES: Final = {
    "dim": _DIM,
    "title": _Tone(always="bold"),
    "head": _DIM,
    "accent": _Tone("$accent", bare="bold"),
    "fine": _DIM,
    "late": _Tone("$warning"),
    "missed": _Tone("$error", "bold"),
    "unsure": _Tone("$secondary"),
    "key": _Tone("$accent", "bold"),
    "marked": _Tone("$accent", bare="bold"),
    **{
        name: _Tone(f"ansi_{name}", bare="bold")
        for name in ("red", "yellow", "green", "blue", "magenta", "cyan")
    },
}

_BRIGHT: Final = ("ansi_yellow", "ansi_green", "ansi_cyan")
"""Colours on which white is not read: reversed, they get black, whatever the terminal's own is."""

_CURSORS: Final = {"cursor": ("$cursor", "reverse"), "cursor-idle": ("$cursor-idle", "underline")}

_VARIABLES: Final = ("dim", "accent", "warning", "error", "secondary", "cursor", "cursor-idle")


def themes(*, has_colour: bool) -> Sequence[Theme]:
    """Return the program's themes; without colours, all of them look like the ansi theme."""
    return THEMES if has_colour else [replace(ANSI, name=theme.name) for theme in THEMES]


def tones_of(app: App[Any], ground: Ground = Ground.PLAIN) -> Mapping[str, Style]:
    """Return the style of each tone on ``ground``, and of ``cursor`` and ``cursor-idle``.

    Each is to be laid over the style of the pane.
    """
    variables = app.theme_variables
    colours = tuple(variables[name] for name in _VARIABLES)
    return _styles(colours, ground, app.native_ansi_color, app.no_color)


@lru_cache(maxsize=16)
def _styles(
    colours: tuple[str, ...],
    ground: Ground,
    is_ansi: bool,  # noqa: FBT001 - a key of the cache
    is_bare: bool,  # noqa: FBT001 - the same
) -> Mapping[str, Style]:
    known = {f"${name}": colour for name, colour in zip(_VARIABLES, colours, strict=True)}

    def colour(name: str) -> Any:  # noqa: ANN401 - Rich's own, or none
        return Color.parse(known.get(name, name)).rich_color if name and not is_bare else None

    def style(tone: _Tone) -> Style:
        if is_bare:
            ink, attributes = "", {tone.always, tone.bare}
        elif is_ansi:
            ink, attributes = tone.ink, {tone.always, tone.ansi}
            if ground is Ground.BAND and tone is not _DIM:
                # The accent marks keys there, not trouble, and is hard to read on light terminals.
                ink, attributes = ink.replace("$accent", ""), {"bold"}
        else:
            ink, attributes = tone.ink, {tone.always}
        paper = ""
        if ground is not Ground.PLAIN:
            attributes.discard("dim")  # some terminals then draw grey on white
            paper = "ansi_black" if known.get(ink, ink) in _BRIGHT else ""
        return Style(color=colour(ink), bgcolor=colour(paper)) + Style.parse(
            " ".join(sorted(attributes))
        )

    cursors = {
        name: Style(bgcolor=colour(paper)) + Style.parse(attribute if is_ansi or is_bare else "")
        for name, (paper, attribute) in _CURSORS.items()
    }
    return {name: style(tone) for name, tone in _TONES.items()} | cursors

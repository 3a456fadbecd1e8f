"""How each tone of a pane looks in the theme that is on.

Not by component classes: Textual would match every one of them with every rule, for each pane of
each screen, and half of the time to the first paint would be that.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from rich.style import Style
from textual.app import App
from textual.color import Color

# Colour, by the theme's variable or by name; bold, or what the terminal's own colours need besides.
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

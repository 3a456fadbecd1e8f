"""How tones look, in each of the program's themes."""

from typing import Any

import pytest
from rich.color import Color
from rich.style import Style
from textual.app import App
from typing_extensions import override

from fntui.ui.theme import FALLBACKS, THEMES, tones_of
from fntui.ui.widgets.pane import Pane
from tests.support.whole import whole


class Themed(App[None]):
    """An app with the program's themes."""

    @override
    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Have colours where a theme of another's has none."""
        return FALLBACKS


def themed(name: str) -> App[Any]:
    """Return an app in this theme."""
    app = Themed()
    for theme in THEMES:
        app.register_theme(theme)
    app.theme = name
    app.get_css_variables()
    return app


@pytest.mark.parametrize(
    ("theme", "name", "style"),
    [
        ("fntui-dark", "dim", "#8792a5"),
        ("fntui-dark", "title", "bold"),
        ("fntui-dark", "missed", "bold #fe6b6b"),
        ("fntui-dark", "cursor", "on #274878"),
        ("fntui-dark", "red", "color(1)"),
        ("fntui-light", "missed", "bold #c3161c"),
        ("fntui-light", "cursor-idle", "on #e3e8ef"),
        ("fntui-ansi", "dim", "dim default"),
        ("fntui-ansi", "late", "color(3)"),
        ("fntui-ansi", "cursor", "reverse on default"),
        ("fntui-ansi", "cursor-idle", "underline on default"),
        ("textual-dark", "dim", "color(8)"),
    ],
)
def test_a_tone_looks_as_the_theme_says(theme: str, name: str, style: str) -> None:
    assert tones_of(themed(theme))[name] == Style.parse(style)


async def test_another_theme_is_seen_at_once() -> None:
    looks: list[Style | None] = []
    async with whole() as it:
        tree = it.app.main.query_one("#tree", Pane)
        for _ in THEMES:
            looks.append(next(iter(tree.render_line(0))).style)
            await it.press("T")
    dark, light, ansi = [look or Style() for look in looks]
    assert (dark.bgcolor, light.bgcolor) == (Color.parse("#274878"), Color.parse("#c9dcff"))
    assert ansi.reverse


def test_tones_are_made_once_for_a_theme() -> None:
    assert tones_of(themed("fntui-dark")) is tones_of(themed("fntui-dark"))
    assert tones_of(themed("fntui-dark")) is not tones_of(themed("fntui-light"))

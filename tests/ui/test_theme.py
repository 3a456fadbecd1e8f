"""How tones look, in each of the program's themes."""

from typing import Any

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App
from typing_extensions import override

from fntui.ui.theme import DARK, FALLBACKS, LIGHT, THEMES, Ground, themes, tones_of
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
        ("fntui-dark", "cursor", "on #132d70"),
        ("fntui-dark", "red", "color(1)"),
        ("fntui-light", "missed", "bold #b71218"),
        ("fntui-light", "cursor-idle", "on #e3e8ef"),
        ("fntui-ansi", "dim", "dim default"),
        ("fntui-ansi", "late", "color(3)"),
        ("fntui-ansi", "key", "bold color(6)"),
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
    assert (dark.bgcolor, light.bgcolor) == (Color.parse("#132d70"), Color.parse("#c9dcff"))
    assert ansi.reverse


@pytest.mark.parametrize(
    ("name", "ground", "style"),
    [
        ("missed", Ground.CURSOR, "bold color(1)"),
        ("late", Ground.CURSOR, "color(3) on color(0)"),
        ("late", Ground.BAND, "bold color(3) on color(0)"),
        ("accent", Ground.CURSOR, "color(6) on color(0)"),
        ("accent", Ground.BAND, "bold"),
        ("fine", Ground.CURSOR, "default"),
        ("fine", Ground.BAND, "default"),
    ],
)
def test_on_what_is_reversed_colours_stay_and_nothing_is_dim(
    name: str, ground: Ground, style: str
) -> None:
    assert tones_of(themed("fntui-ansi"), ground)[name] == Style.parse(style)


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("dim", "dim"), ("title", "bold"), ("accent", "bold"), ("key", "bold"), ("missed", "bold"),
        ("late", "none"), ("unsure", "none"), ("red", "bold"), ("cursor", "reverse"),
        ("cursor-idle", "underline"),
    ],
)  # fmt: skip
def test_without_colours_a_tone_has_attributes_only(name: str, style: str) -> None:
    for theme in themes(has_colour=False):
        app = themed(theme.name)
        app.register_theme(theme)
        app.no_color = True
        assert tones_of(app)[name] == Style.parse(style)


def contrast(one: str, other: str, colours: ColorSystem = ColorSystem.TRUECOLOR) -> float:
    """Return the contrast of two colours by WCAG 2."""
    lighter, darker = sorted((_luminance(one, colours), _luminance(other, colours)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str, colours: ColorSystem) -> float:
    parts = [part / 255 for part in Color.parse(colour).downgrade(colours).get_truecolor()]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
@pytest.mark.parametrize("ground", ["background", "surface", "panel", "cursor", "cursor-idle"])
def test_every_tone_is_readable_on_every_ground(ground: str, theme: str) -> None:
    colours = themed(theme).theme_variables
    for name in ("foreground", "accent", "warning", "error", "secondary", "success"):
        assert contrast(colours[name], colours[ground]) >= 4.5, name
    assert contrast(colours["dim"], colours[ground]) >= 3


@pytest.mark.parametrize("colours", [*ColorSystem][:3])
@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
def test_the_divider_is_seen(theme: str, colours: ColorSystem) -> None:
    known = themed(theme).theme_variables
    assert contrast(known["divider"], known["background"], colours) >= 1.5


async def test_the_divider_has_its_colour() -> None:
    async with whole(theme=LIGHT.name) as it:
        kind, colour = it.app.main.query_one("#tree", Pane).styles.border_right
    assert (kind, colour.hex.lower()) == ("solid", LIGHT.variables["divider"])


def test_tones_are_made_once_for_a_theme() -> None:
    assert tones_of(themed("fntui-dark")) is tones_of(themed("fntui-dark"))
    assert tones_of(themed("fntui-dark")) is not tones_of(themed("fntui-light"))

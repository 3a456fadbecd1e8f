"""Colours as a terminal shows them: none with NO_COLOR, and tones that stay under a cursor."""

import re
from typing import Any, Final

import pytest
from textual import constants

from fntui.ui.screens.sign_in import SignIn
from fntui.ui.theme import THEMES
from tests.support.recorder import recorded
from tests.support.terminal import Display
from tests.support.whole import Whole, whole

SIZE: Final = (80, 24)
NAMES: Final = tuple(theme.name for theme in THEMES)
SCREENS: Final = {
    "board": (),
    "detail": ("j", "l", "j"),
    "filter": ("slash", "r"),
    "a toast": ("r",),
    "theme": ("T",),
    "radar": ("M",),
    "help": ("question_mark",),
    "palette": ("colon", "b"),
    "form": ("j", "n", "tab", "f"),
    "form, checkbox": ("j", "n", "tab", "tab"),
    "form, JSON": ("j", "l", "j", "e", "tab", "shift+down"),
    "confirm": ("j", "l", "j", "p"),
    "delete": ("j", "D"),
    "secret": ("j", "l", *("j",) * 6, "n", "d", "ctrl+o", "y"),
}


def codes(sent: str) -> list[str]:
    """Return every code that sets a style, one by one."""
    return [code for found in re.findall(r"\x1b\[([0-9;]*)m", sent) for code in found.split(";")]


def shown(sent: list[str], size: tuple[int, int] = SIZE) -> list[list[Any]]:
    """Return the cells of a terminal that was sent this."""
    display = Display(size)
    for part in sent:
        display.feed(part.encode())
    return display.cells


def row_with(cells: list[list[Any]], text: str) -> list[Any]:
    """Return the first row in which ``text`` stands."""
    return next(row for row in cells if text in "".join(cell.data for cell in row))


def cells_of(cells: list[list[Any]], text: str) -> list[Any]:
    """Return the cells of the first place where ``text`` stands."""
    row = row_with(cells, text)
    at = "".join(cell.data for cell in row).index(text)
    return row[at : at + len(text)]


async def pressed(it: Whole, *keys: str) -> None:
    """Press keys, later than what counts as typed ahead."""
    for key in keys:
        await it.press(key)
        await it.clock.advance(0.4)
    await it.pilot.pause()


def checked(sent: list[str], name: str) -> list[list[Any]]:
    """Return the cells; fail if any colour was sent."""
    assert set(codes("".join(sent))) <= {"", "0", "1", "2", "4", "7", "22", "24", "27"}, name
    cells = shown(sent)
    assert {(cell.fg, cell.bg) for row in cells for cell in row} == {("default", "default")}, name
    return cells


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("name", SCREENS)
async def test_without_colours_none_is_sent(
    name: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLORTERM", "truecolor")
    with recorded() as sent:
        async with whole(SIZE, has_colour=False, theme=theme) as it:
            await pressed(it, *SCREENS[name])
    checked(sent, name)


async def test_without_colours_sign_in_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with recorded() as sent:
        async with whole(SIZE, has_colour=False, theme="fntui-light") as it:
            await it.app.push_screen(SignIn(it.app.settings.profile, ("The keyring is locked.",)))
            await pressed(it, "d")
            cells = checked(sent, "sign-in")
    field = row_with(cells, "•")
    assert [cell.underscore for cell in field].count(True) > 20
    assert [cell.reverse for cell in field].count(True) == 1  # the cursor


@pytest.mark.parametrize("theme", NAMES)
async def test_without_colours_what_matters_stands_out(theme: str) -> None:
    with recorded() as sent:
        async with whole(SIZE, has_colour=False, theme=theme) as it:
            await pressed(it, "j", "tab")
            cells = shown(sent)
            await pressed(it, "j")
            below = shown(sent)
            await pressed(it, "n", "tab")
            form = shown(sent)
    assert all(cell.reverse for row in (cells[0], cells[-1]) for cell in row)
    assert all(cell.bold for cell in cells_of([cells[0]], "1 missed"))
    assert not any(cell.bold for cell in cells_of([cells[0]], "1 late"))
    assert all(cell.bold and cell.reverse for cell in cells_of(cells[1:], "missed 2"))
    assert all(cell.bold and not cell.reverse for cell in cells_of(below[1:], "missed 2"))
    assert all(cell.underscore for cell in cells_of(cells[2:], "billing"))
    assert not any(cell.reverse for cell in cells_of(cells[2:], "billing"))
    assert [cell.underscore for cell in row_with(form, "Name")].count(True) > 40
    assert [cell.reverse for cell in row_with(form, "Function")].count(True) == 1


async def test_a_box_and_a_selection_are_seen_without_colours() -> None:
    with recorded() as sent:
        async with whole(SIZE, has_colour=False) as it:
            await pressed(it, "j", "n", "a", "b", "shift+left", "shift+left")
            selected = cells_of(shown(sent), "ab")
            await pressed(it, "tab", "tab")
            ticked = cells_of(shown(sent), "fires by its cron")
            await pressed(it, "tab", "tab", "x", "shift+left")
            typed = row_with(shown(sent), "Body")
    assert all(cell.reverse for cell in selected)
    assert all(cell.bold and cell.underscore for cell in ticked)
    assert [cell.reverse for cell in typed].count(True) == 1


@pytest.mark.parametrize("is_set", [False, True])
async def test_an_empty_no_color_changes_nothing(
    *, is_set: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    if is_set:
        monkeypatch.setenv("NO_COLOR", "")
    with recorded() as sent:
        async with whole(SIZE):
            cells = shown(sent)
    assert {cell.fg for cell in cells_of(cells[1:], "missed 2")} == {"fe6b6b"}
    assert {cell.bg for cell in cells[0]} == {"1d2431"}


@pytest.mark.parametrize("is_here", [True, False])
async def test_in_the_ansi_theme_the_row_under_the_cursor_keeps_its_tones(*, is_here: bool) -> None:
    with recorded() as sent:
        async with whole(SIZE, theme="fntui-ansi") as it:
            await pressed(it, "tab", *(() if is_here else ("1",)))
            missed = cells_of(shown(sent)[1:], "missed 2")
            await pressed(it, "2", "j", *(() if is_here else ("1",)))
            late = cells_of(shown(sent)[1:], "late 1m")
    assert {(cell.fg, cell.bold) for cell in missed} == {("red", True)}
    assert {cell.fg for cell in late} == {"brown"}  # pyte's word for yellow
    for cell in (*missed, *late):
        assert (cell.reverse, cell.underscore) == (is_here, not is_here)


async def test_in_the_ansi_theme_header_and_footer_are_bands() -> None:
    with recorded() as sent:
        async with whole(SIZE, theme="fntui-ansi"):
            cells = shown(sent)
    assert all(cell.reverse for row in (cells[0], cells[-1]) for cell in row)
    assert {(cell.fg, cell.bold) for cell in cells_of(cells, "1 missed")} == {("red", True)}
    # Reversed, black on yellow: the terminal's own background may be white.
    late = {(cell.fg, cell.bg, cell.bold) for cell in cells_of(cells, "1 late")}
    assert late == {("brown", "black", True)}
    assert {(cell.fg, cell.bold) for cell in cells_of(cells[-1:], "help")} == {("default", False)}


async def test_in_the_ansi_theme_the_cursor_of_a_field_is_seen_on_any_ground() -> None:
    with recorded() as sent:
        async with whole(SIZE, theme="fntui-ansi") as it:
            await pressed(it, "slash", "r")
            (cursor,) = (cell for cell in shown(sent)[-2] if cell.reverse)
    assert (cursor.fg, cursor.bg) == ("default", "default")


@pytest.mark.parametrize("has_colour", [True, False])
async def test_textuals_filter_for_dim_text_does_not_break_the_terminals_own_colours(
    *, has_colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "FILTERS", "dim")
    async with whole(SIZE, theme="fntui-ansi", has_colour=has_colour) as it:
        assert "invoice-run" in it.text

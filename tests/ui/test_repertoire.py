"""The screen draws only what the terminal can, once that has said how wide a sign is."""

import pytest

from fntui.ui.repertoire import Repertoire
from tests.support.whole import Whole, whole


def signs(it: Whole) -> str:
    """Return what is on the screen and not ASCII."""
    return "".join(sorted({each for each in it.text if not each.isascii()}))


async def answered(it: Whole, column: int) -> None:
    """Have the terminal say where its cursor is after a sign."""
    it.app.asks_width = True
    it.app.cursor_reported(column)
    await it.pass_time(1)


@pytest.mark.parametrize("column", [3, 4, 5, 80])
async def test_where_signs_are_wide_or_no_signs_at_all_ascii_is_drawn(column: int) -> None:
    async with whole() as it:
        assert "│" in signs(it)
        await answered(it, column)
        assert signs(it) == ""


async def test_names_of_wide_characters_stay_where_only_signs_are_ambiguous() -> None:
    async with whole() as it:
        it.api.account.add_namespace("請求", "nyc1")
        await it.press("R")
        await it.until_shown("請求")
        await answered(it, 3)
        assert set(signs(it)) == set("請求")
        await answered(it, 5)
        assert signs(it) == ""


async def test_where_a_sign_takes_a_cell_the_locale_is_overruled() -> None:
    async with whole(is_ascii=True) as it:
        assert signs(it) == ""
        await answered(it, 2)
        assert "│" in signs(it)


async def test_an_answer_that_was_not_asked_for_or_comes_twice_changes_nothing() -> None:
    async with whole() as it:
        it.app.cursor_reported(5)
        assert it.app.repertoire is Repertoire.UNICODE
        await answered(it, 2)
        it.app.cursor_reported(5)
        assert it.app.repertoire is Repertoire.UNICODE


async def test_a_paste_that_is_too_long_is_told() -> None:
    async with whole() as it:
        it.app.refuse_paste()
        await it.until_shown("Nothing was pasted: the text is longer than 1 MB.")


async def test_that_there_is_no_shell_is_told() -> None:
    async with whole() as it:
        it.app.say_no_shell()
        await it.until_shown("There is no shell to return to.")

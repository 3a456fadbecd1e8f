"""Any keys, on any screen: the program lives, and writes nothing that was not agreed to.

Of 10,000 keys each with ``FNTUI_FUZZ=SEED``, of a few hundred otherwise.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.support.effort import SEED, effort, slow
from tests.support.typist import Typist
from tests.support.whole import Whole, whole

pytestmark = pytest.mark.usefixtures("nothing_leaves")

KEYS = effort(300, 10_000)


@asynccontextmanager
async def typing(
    *, agrees: bool, meddles: bool = False, is_read_only: bool = False
) -> AsyncGenerator[tuple[Whole, Typist]]:
    """Type on the program; then let a person go on with it."""
    async with whole(is_read_only=is_read_only) as it:
        typist = Typist(it, SEED, agrees=agrees, meddles=meddles)
        await typist.type(KEYS)
        yield it, typist
        await typist.come_home()
        await it.press("question_mark")
        assert "show all keys" in it.text


async def test_without_an_answer_nothing_is_written() -> None:
    async with typing(agrees=False) as (it, typist):
        assert typist.pressed >= KEYS
        assert [served.method for served in it.api.log if served.method != "GET"] == []


@slow
async def test_read_only_nothing_is_written_whatever_is_pressed() -> None:
    async with typing(agrees=True, meddles=True, is_read_only=True) as (it, _):
        assert [served.method for served in it.api.log if served.method != "GET"] == []


async def test_only_what_was_agreed_to_is_written() -> None:
    async with typing(agrees=True, meddles=True) as (_, typist):
        assert typist.written > 0

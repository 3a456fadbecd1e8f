import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, closing
from pathlib import Path

import pytest
from msgspec import structs

from fntui.clock import ManualClock
from fntui.core.watch.history_port import Lead, Wish
from fntui.history import SqliteHistory, open_history
from tests.support.hostile import PAYLOADS

WISH = Wish()
LEADS = Lead(is_ours=True)
FOLLOWS = Lead(is_ours=False)


class Together:
    """Several fntui on one file and one clock, of one account if not said otherwise."""

    def __init__(self, path: Path, stack: AsyncExitStack) -> None:
        """Begin with none."""
        self.clock = ManualClock()
        self._path = path
        self._stack = stack

    async def another(self, account: str = "account") -> SqliteHistory:
        """Return one more, that has not called yet."""
        made = open_history(self._path, account, self.clock)
        return await self._stack.enter_async_context(aclosing(made))

    async def after(self, seconds: int, *living: SqliteHistory) -> list[Lead]:
        """Let seconds pass, in each of which the living call; return the last answers."""
        leads: list[Lead] = []
        for _ in range(seconds):
            await self.clock.advance(1)
            leads = [await each.take_part(WISH) for each in living]
        return leads

    def change(self, statement: str) -> list[tuple[object, ...]]:
        """Do something to the file behind their backs, and return what it answers."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture
async def together(tmp_path: Path) -> AsyncGenerator[Together]:
    async with AsyncExitStack() as stack:
        yield Together(tmp_path / "db", stack)


async def test_the_first_leads_and_learns_what_the_others_wish(together: Together) -> None:
    first, second = await together.another(), await together.another()
    assert await first.take_part(WISH) == LEADS
    wish = Wish(namespace_id="fn-1", shows_keys=True, is_attended=True, requests_sent=3)
    assert await second.take_part(wish) == FOLLOWS
    unknown = structs.replace(wish, requests_sent=0)  # what it sent before we knew it
    assert await first.take_part(WISH) == Lead(is_ours=True, wishes=(unknown,))
    await second.take_part(structs.replace(wish, requests_sent=10))
    grown = structs.replace(wish, requests_sent=7)
    assert await first.take_part(WISH) == Lead(is_ours=True, wishes=(grown,))
    assert await first.take_part(WISH) == Lead(is_ours=True, wishes=(unknown,))
    await second.take_part(WISH)
    assert await first.take_part(WISH) == Lead(is_ours=True, wishes=(WISH,))


@pytest.mark.parametrize("name", PAYLOADS)
async def test_any_namespace_can_be_wished_for(together: Together, name: str) -> None:
    first, second = await together.another(), await together.another()
    await first.take_part(WISH)
    await second.take_part(Wish(namespace_id=name))
    assert (await first.take_part(WISH)).wishes == (Wish(namespace_id=name),)


async def test_each_account_has_a_leader(together: Together) -> None:
    first, second = await together.another("one"), await together.another("other")
    assert await first.take_part(WISH) == await second.take_part(WISH) == LEADS
    assert await together.after(20, first, second) == [LEADS, LEADS]


async def test_who_ends_gives_the_lead_up(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await first.take_part(WISH)
    await second.take_part(WISH)
    await first.aclose()
    assert await second.take_part(WISH) == LEADS
    assert together.change("SELECT count(*) FROM watchers") == [(1,)]


async def test_a_follower_that_ends_has_no_wishes_any_more(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await first.take_part(WISH)
    await second.take_part(WISH)
    await second.aclose()
    assert await first.take_part(WISH) == LEADS


async def test_a_leader_that_is_silent_for_ten_seconds_leads_no_more(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await together.after(1, first, second)
    assert await together.after(9, second) == [FOLLOWS]
    assert await together.after(1, second) == [LEADS]
    assert await first.take_part(WISH) == FOLLOWS
    assert await together.after(20, first, second) == [FOLLOWS, Lead(is_ours=True, wishes=(WISH,))]


async def test_a_leader_that_calls_now_and_then_leads_on(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await together.after(1, first, second)
    for _ in range(3):
        assert await together.after(9, second) == [FOLLOWS]
        await first.take_part(WISH)


async def test_of_two_followers_one_takes_over(together: Together) -> None:
    first, *others = [await together.another() for _ in range(3)]
    await together.after(1, first, *others)
    leads = await together.after(15, *others)
    assert sorted(lead.is_ours for lead in leads) == [False, True]


@pytest.mark.parametrize("wrong_s", [0, 86_400, -86_400])
async def test_a_leader_that_died_long_ago_is_not_waited_for(
    together: Together, wrong_s: float
) -> None:
    first = await together.another()
    await first.take_part(WISH)
    await together.clock.advance(16)
    together.clock.step(wrong_s)
    assert await (await together.another()).take_part(WISH) == LEADS


async def test_a_leader_that_called_just_now_is_waited_for(together: Together) -> None:
    first = await together.another()
    await first.take_part(WISH)
    await together.clock.advance(14)
    second = await together.another()
    assert await second.take_part(WISH) == FOLLOWS
    assert await together.after(9, second) == [FOLLOWS]
    assert await together.after(1, second) == [LEADS]


async def test_a_clock_that_is_put_forward_changes_nothing_between_the_living(
    together: Together,
) -> None:
    first, second = await together.another(), await together.another()
    await together.after(1, first, second)
    together.clock.step(7200)
    assert await second.take_part(WISH) == FOLLOWS


async def test_a_machine_that_slept_does_not_change_who_leads(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await together.after(2, first, second)
    await together.clock.advance(3600)
    assert await second.take_part(WISH) == FOLLOWS
    assert await together.after(5, first, second) == [Lead(is_ours=True, wishes=(WISH,)), FOLLOWS]


async def test_a_leader_without_a_row_is_not_waited_for(together: Together) -> None:
    first, second = await together.another(), await together.another()
    await together.after(1, first, second)
    together.change("DELETE FROM watchers")
    assert await second.take_part(WISH) == LEADS


async def test_wishes_of_one_that_is_silent_are_forgotten_and_its_row_deleted(
    together: Together,
) -> None:
    first, second = await together.another(), await together.another()
    await first.take_part(WISH)
    await together.after(1, second, first)
    assert await together.after(29, first) == [Lead(is_ours=True, wishes=(WISH,))]
    assert await together.after(1, first) == [LEADS]
    assert together.change("SELECT count(*) FROM watchers") == [(2,)]
    await together.after(30, first)
    assert together.change("SELECT count(*) FROM watchers") == [(1,)]
    await second.take_part(WISH)
    assert await first.take_part(WISH) == Lead(is_ours=True, wishes=(WISH,))


async def test_who_comes_to_lead_does_not_fulfil_the_wishes_of_the_dead(
    together: Together,
) -> None:
    first, second = await together.another(), await together.another()
    await together.after(1, first, second)
    await together.clock.advance(16)
    third = await together.another()
    assert await third.take_part(WISH) == LEADS
    assert await together.after(30, third) == [LEADS]
    assert together.change("SELECT count(*) FROM watchers") == [(1,)]

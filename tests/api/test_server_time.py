from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.server_time import ServerTime, parse_http_date
from fntui.clock import ManualClock

HERE = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)


class World:
    """A server whose clock is ``offset_s`` ahead of ours, and a link of some seconds each way."""

    def __init__(self, offset_s: float) -> None:
        """Set the server's clock."""
        self.clock = ManualClock(HERE)
        self.offset = timedelta(seconds=offset_s)
        self.known = ServerTime(self.clock)

    def truth(self) -> datetime:
        """Return what the server's clock shows."""
        return self.clock.now() + self.offset

    def error_s(self) -> float:
        """Return by how much what is known is off."""
        return abs((self.known.now() - self.truth()).total_seconds())

    async def ask(self, there_s: float = 0.05, back_s: float = 0.05) -> None:
        """Let a request go there and its answer come back."""
        sent_s = self.clock.monotonic()
        await self.clock.advance(there_s)
        stamp = self.truth().replace(microsecond=0)
        await self.clock.advance(back_s)
        self.known.sample(sent_s, self.clock.monotonic(), stamp)


def test_before_any_answer_it_is_the_clock_s() -> None:
    assert ServerTime(ManualClock(HERE)).now() == HERE


@pytest.mark.parametrize("offset_s", [0.0, 0.7, -3.3, 86_400.0, -86_400.5])
async def test_one_answer_is_right_to_half_a_second_and_the_way(offset_s: float) -> None:
    world = World(offset_s)
    await world.ask()
    assert world.error_s() <= 0.55


async def test_many_answers_are_right_to_a_tenth_of_a_second() -> None:
    world = World(-4321.3)
    for _ in range(40):
        await world.ask()
        await world.clock.advance(7.137)
    assert world.error_s() < 0.1


async def test_a_slow_answer_does_not_spoil_what_was_known() -> None:
    world = World(12.25)
    for _ in range(20):
        await world.ask()
        await world.clock.advance(1.05)
    before_s = world.error_s()
    await world.ask(there_s=0.1, back_s=9.0)
    assert world.error_s() <= before_s + 0.01


async def test_a_server_clock_that_was_set_is_followed_at_the_next_answer() -> None:
    world = World(0.0)
    for _ in range(5):
        await world.ask()
    world.offset = timedelta(seconds=-30)
    await world.ask()
    assert world.error_s() <= 0.55


DAYS = pytest.mark.parametrize("days", [-9_000, -2, 2, 27_000])


@DAYS
async def test_dates_that_are_days_off_this_machine_too_are_never_believed(days: int) -> None:
    world = World(0.0)
    await world.ask()
    for _ in range(3):
        world.offset = timedelta(days=days)
        for _ in range(5):
            await world.ask()
        world.offset = timedelta()
        assert world.error_s() <= 0.55
        await world.ask()
        assert world.error_s() <= 0.55


@DAYS
async def test_where_this_machine_is_days_off_two_wild_dates_are_not_believed_the_third_is(
    days: int,
) -> None:
    world = World(-90 * 86_400.0)
    await world.ask()
    before = world.offset
    wild = before - timedelta(
        days=abs(days)
    )  # farther from this machine's clock than what is known
    for _ in range(2):
        world.offset = wild
        await world.ask()
        await world.ask()
        world.offset = before
        assert world.error_s() <= 0.55
        await world.ask()
        assert world.error_s() <= 0.55
    world.offset = wild
    for _ in range(3):
        await world.ask()
    assert world.error_s() <= 0.55


AHEAD = pytest.mark.parametrize("ahead_s", [600.0, 3600.0, 86_399.0, 86_400.0, -600.0, -86_400.0])
MACHINES = pytest.mark.parametrize("machine_s", [0.0, 600.0, 3600.0, 86_400.0, -86_400.0])


@AHEAD
@MACHINES
async def test_one_date_that_is_off_is_not_believed_nor_are_two(
    ahead_s: float, machine_s: float
) -> None:
    world = World(-machine_s)
    await world.ask()
    for count in (2, 1, 1, 2):
        world.offset += timedelta(seconds=ahead_s)
        for _ in range(count):
            await world.ask()
        world.offset -= timedelta(seconds=ahead_s)
        assert world.error_s() <= 0.55
        if abs(machine_s - ahead_s) < 30:
            return  # this machine's clock is a witness for the wrong date: no third one, then
        await world.ask()
        assert world.error_s() <= 0.55


@AHEAD
async def test_three_dates_that_agree_are_believed_where_this_machine_is_not_sure(
    ahead_s: float,
) -> None:
    world = World(3 * 86_400.0)
    await world.ask()
    world.offset += timedelta(seconds=ahead_s)
    for _ in range(3):
        await world.ask()
    assert world.error_s() <= 0.55


@AHEAD
async def test_a_first_date_that_is_off_gives_way_to_the_right_one_even_where_both_go_on(
    ahead_s: float,
) -> None:
    world = World(ahead_s)
    await world.ask()
    for _ in range(3):
        world.offset = timedelta()
        await world.ask()
        world.offset = timedelta(seconds=ahead_s)
        await world.ask()
    world.offset = timedelta()
    assert world.error_s() <= 0.55


async def test_three_dates_that_do_not_agree_are_not_believed() -> None:
    world = World(0.0)
    await world.ask()
    for minutes in (10, 20, 10, 30, 10, 40):
        world.offset = timedelta(minutes=minutes)
        await world.ask()
    world.offset = timedelta()
    assert world.error_s() <= 0.55


async def test_two_wild_dates_that_disagree_are_both_not_believed() -> None:
    world = World(90 * 86_400.0)
    await world.ask()
    before = world.offset
    for days in (2, 4, 6):
        world.offset = before + timedelta(days=days)
        await world.ask()
    world.offset = before
    assert world.error_s() <= 0.55


async def test_setting_this_machine_s_time_of_day_changes_nothing() -> None:
    world = World(5.0)
    await world.ask()
    before = world.known.now()
    world.clock.step(86_400)
    assert world.known.now() == before


async def test_what_was_learned_long_ago_gives_way_slowly() -> None:
    world = World(0.0)
    for _ in range(20):
        await world.ask()
        await world.clock.advance(1.05)
    for _ in range(300):  # the server gains 50 ppm: within what may be, so never a contradiction
        world.offset += timedelta(seconds=600 * 50e-6)
        await world.clock.advance(600 - 0.1)
        await world.ask()
    assert world.error_s() <= 0.55


@given(
    offset_s=st.floats(-1e6, 1e6),
    ways=st.lists(st.tuples(st.floats(0.001, 5), st.floats(0.001, 5)), min_size=1, max_size=20),
)
async def test_it_is_never_off_by_more_than_the_shortest_way_and_half_a_second(
    offset_s: float, ways: list[tuple[float, float]]
) -> None:
    world = World(offset_s)
    for there_s, back_s in ways:
        await world.ask(there_s, back_s)
    assert world.error_s() <= 0.5 + min(there + back for there, back in ways) / 2 + 0.02


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 23 Nov 2026 14:38:00 GMT", HERE),
        ("Mon, 23 Nov 2026 14:38:00 UTC", None),
        ("Monday, 23-Nov-26 14:38:00 GMT", None),
        ("Mon, 31 Feb 2026 14:38:00 GMT", None),
        ("Mon, 23 Xyz 2026 14:38:00 GMT", None),
        ("Mon, 23 Nov 2026 24:61:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("2026-11-23T14:38:00Z", None),
        ("", None),
    ],
)
def test_dates_of_http(text: str, moment: datetime | None) -> None:
    assert parse_http_date(text) == moment


@given(text=st.from_regex(r"[a-zA-Z0-9]{3}, \d\d \w{3} 2\d{3} \d\d:\d\d:\d\d GMT", fullmatch=True))
def test_whatever_looks_like_a_date_is_one_or_none(text: str) -> None:
    moment = parse_http_date(text)
    assert moment is None or moment.tzinfo is UTC

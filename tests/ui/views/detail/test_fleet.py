import pytest
from msgspec import structs

from fntui.api.limits import RateLimit
from fntui.clock import ManualClock
from fntui.core.model.snapshot import Snapshot
from fntui.core.operations.journal import Journal
from fntui.core.operations.operations import Operations
from fntui.core.store.store import Store
from fntui.core.watch.poller import Poller
from fntui.core.watch.scheduler import Planner
from fntui.ui.views.detail.fleet import fleet_lines
from fntui.ui.views.detail.page import Tab, detail_page
from fntui.ui.views.selection import ALL
from fntui.ui.views.view_context import Sight
from tests.support.fake_api import FakeApi
from tests.support.shown import lens, text

PIN = "P pins one to be read as often as in a small account."


async def watched(count: int, cron: str = "0 3 * * *", *, is_attended: bool = True) -> Snapshot:
    """Return what is known of an account with so many namespaces, watched for a while."""
    clock, store = ManualClock(), Store()
    api = FakeApi(clock)
    for number in range(count):
        api.add_namespace(f"fn-{number}", f"n{number}")
        api.add_trigger(f"fn-{number}", "x", cron)
    operations = Operations(api, store, Journal(), is_read_only=False)
    poller = Poller(operations, store, Planner(), clock)
    poller.attend(is_attended=is_attended)
    poller.start()
    await clock.advance(30)
    await poller.stop()
    return store.snapshot


@pytest.mark.parametrize(
    ("count", "limit_s", "words"),
    [
        (5, 300.0, ""),
        (
            40,
            40 * 3600 / (0.25 * 940),
            f" Each namespace is read about every 10 min: {PIN}",
        ),
        (
            1000,
            1000 * 3600 / (0.25 * 940),
            f" Each namespace is read about every 4 h: {PIN}",
        ),
    ],
)
@pytest.mark.parametrize("is_attended", [True, False])
async def test_how_often_each_is_read_is_said_where_that_is_seldom(
    count: int,
    limit_s: float,
    words: str,
    is_attended: bool,  # noqa: FBT001 - a case
) -> None:
    snapshot = await watched(count, is_attended=is_attended)
    assert len(snapshot.namespaces) == count
    limits = {view.triggers_reading.limit_s for view in snapshot.namespaces.values()}
    assert limits == {limit_s * (1 if is_attended else 4)}
    assert text(fleet_lines(snapshot, lens(110))) == words  # not that nobody looks


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (70, " Each namespace is read about every 10 min; P pins one."),
        (52, " Read about every 10 min; P pins one."),
        (20, " Read about every 10 min; P pins one."),
    ],
)
async def test_a_narrow_pane_gets_fewer_words(width: int, words: str) -> None:
    snapshot = await watched(40)
    assert text(fleet_lines(snapshot, lens(width))) == words


async def test_it_stands_between_the_title_and_the_head_of_the_board() -> None:
    head = detail_page(await watched(40), ALL, Tab.OVERVIEW, Sight(), lens(110)).head
    assert "ALL NAMESPACES" in head[0].text
    assert head[1].text.startswith(" Each namespace is read about every 10 min")
    assert {span.tone for span in head[1].spans} == {"dim"}
    assert "STATE" in head[2].text


@pytest.mark.parametrize(
    ("count", "cron", "words"),
    [
        (12, "* * * * *", ""),
        (
            13,
            "* * * * *",
            " 13 namespaces have every-minute triggers: more than can be read every minute.",
        ),
        (13, "*/2 * * * *", ""),
        (13, "nonsense", ""),
    ],
)
async def test_too_many_namespaces_with_triggers_of_every_minute(
    count: int, cron: str, words: str
) -> None:
    assert text(fleet_lines(await watched(count, cron), lens(110))) == words


async def test_with_many_namespaces_of_every_minute_both_are_said() -> None:
    lines = fleet_lines(await watched(40, "* * * * *"), lens(64))
    assert text(lines) == (
        " Each namespace is read about every 10 min; P pins one.\n"
        " 40 with every-minute triggers: too many to read so often."
    )


async def test_a_smaller_limit_of_the_token_allows_for_fewer() -> None:
    snapshot = await watched(7, "* * * * *")
    assert fleet_lines(snapshot, lens()) == []
    smaller = structs.replace(snapshot, rate_limit=RateLimit(limit_per_hour=2500))
    assert "7 namespaces have every-minute triggers" in text(fleet_lines(smaller, lens()))


async def test_paused_triggers_need_no_reading() -> None:
    snapshot = await watched(13, "* * * * *")
    views = {
        name: structs.replace(
            view,
            triggers={
                key: structs.replace(each, trigger=structs.replace(each.trigger, is_enabled=False))
                for key, each in view.triggers.items()
            },
        )
        for name, view in snapshot.namespaces.items()
    }
    assert fleet_lines(structs.replace(snapshot, namespaces=views), lens()) == []

"""The key a: what is asked, what is said, and what is seen of it then."""

import re

from fntui.core.health.acknowledgements import in_force
from fntui.core.model.snapshot import AccessKeyKey, Acknowledgement
from fntui.ui.actions.acknowledge import acknowledge
from fntui.ui.views.selection import ALL
from tests.support.ui import HostApp
from tests.support.whole import Whole, whole


def kept(it: Whole, label: str, name: str) -> Acknowledgement | None:
    session = it.app.session
    assert session is not None
    return in_force(session.store.snapshot, it.trigger(label, name), it.app.server_now())


async def test_an_hour_is_seen_on_board_tree_detail_and_in_the_header() -> None:
    async with whole() as it:
        key = it.trigger("billing", "invoice-run")
        await it.press("2", "a")
        assert "Acknowledge invoice-run in billing" in it.text
        assert re.search(r"h +1 h +until 15:38:\d\dZ; then it counts again", it.text)
        assert "take back" not in it.text
        await it.press("h")
        assert "invoice-run in billing is acknowledged for 1 h." in it.text
        assert re.search(r"✗ ack missed 2 +billing +invoice-run", it.text)
        assert re.search(r"billing +nyc1 ack ✗", it.text)
        first_row = it.text.split("\n")[0]
        assert "missed" not in first_row
        assert "· 1 ack" in first_row
        it.app.main.reveal(key)
        await it.pass_time(66)
        assert re.search(r"✗ invoice-run +ack ", it.text)
        assert re.search(r"acknowledged 1m ago, until 15:38:\d\dZ \(a changes it\)", it.text)
        await it.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert re.search(r"you +invoice-run: acknowledged for 1 h", it.text)


async def test_no_request_is_sent() -> None:
    async with whole(is_read_only=True) as it:
        sent = len(it.api.log)
        await it.press("2", "a", "g")
        assert "acknowledged for good" in it.text
        assert len(it.api.log) == sent


async def test_until_its_next_run() -> None:
    async with whole() as it:
        key = it.trigger("ingest", "pull-feed")
        it.app.main.reveal(key)
        await it.press("a", "r")
        assert kept(it, "ingest", "pull-feed") is not None
        assert "acknowledged 0s ago, until its next run (a changes it)" in it.text
        await it.until(lambda: kept(it, "ingest", "pull-feed") is None, within_s=180)
        it.app.attention.look()
        assert it.app.session is not None
        assert it.app.session.store.snapshot.acknowledged == {}


async def test_it_is_taken_back() -> None:
    async with whole() as it:
        it.app.main.reveal(it.trigger("billing", "invoice-run"))
        await it.press("a", "g", "a")
        assert re.search(r"t +take back +acknowledged 0s ago, for good", it.text)
        await it.press("t")
        assert "invoice-run in billing is no longer acknowledged." in it.text
        assert kept(it, "billing", "invoice-run") is None


async def test_escape_changes_nothing() -> None:
    async with whole() as it:
        it.app.main.reveal(it.trigger("billing", "invoice-run"))
        await it.press("a", "escape")
        assert it.top() is it.app.main
        assert kept(it, "billing", "invoice-run") is None


async def test_the_marked_are_acknowledged_together_those_in_trouble_alone() -> None:
    async with whole() as it:
        marks = [
            it.trigger("billing", "invoice-run"),
            it.trigger("billing", "dunning"),
            it.trigger("ingest", "pull-feed"),
        ]
        it.app.main.change_sight(marks=frozenset(marks))
        await it.press("a")
        assert "Acknowledge 2 triggers" in it.text
        await it.press("g")
        assert "2 triggers are acknowledged for good." in it.text
        assert kept(it, "ingest", "pull-feed") is not None
        assert kept(it, "billing", "dunning") is None
        it.app.main.change_sight(marks=frozenset(marks[1:]))
        await it.press("a", "t")
        it.app.main.change_sight(marks=frozenset(marks))
        await it.press("a")
        assert "1 of 2 are acknowledged" in it.text


async def test_an_access_key_that_expires_soon() -> None:
    async with whole() as it:
        billing = it.namespace("billing")
        view = it.app.main.snapshot.namespaces[billing.namespace_id]
        (key_id,) = (k for k, v in view.access_keys.items() if v.name == "contractor")
        it.app.main.reveal(AccessKeyKey(billing.namespace_id, key_id))
        await it.pass_time(1)
        assert "1 key expires" in it.text.split("\n")[0]
        await it.press("a")
        assert "Acknowledge contractor in billing" in it.text
        assert "next run" not in it.text
        await it.press("g")
        await it.pass_time(1)
        assert "key expires" not in it.text.split("\n")[0]
        assert re.search(r"acknowledged \d+s ago, for good \(a changes it\)", it.text)
        assert re.search(r"contractor +ack in [89]h", it.text)
        it.app.main.reveal(billing)
        await it.pass_time(1)
        assert re.search(r"contractor +ack in [89]h", it.text)
        others = [key for key in view.access_keys if key != key_id]
        it.app.main.reveal(AccessKeyKey(billing.namespace_id, others[0]))
        said = said_of(it, AccessKeyKey(billing.namespace_id, others[0]))
        assert said.endswith("is not about to expire: there is nothing to acknowledge.")


def said_of(it: Whole, *nodes: object) -> str:
    """Return what is said where nothing can be acknowledged."""
    said: list[str] = []
    it.app.say = lambda text, *_, **__: said.append(text)  # type: ignore[method-assign]
    acknowledge(it.app, nodes)  # type: ignore[arg-type]
    assert it.top() is it.app.main
    return said[0]


async def test_where_there_is_nothing_to_acknowledge_it_says_why() -> None:
    async with whole() as it:
        dunning, nightly = it.trigger("billing", "dunning"), it.trigger("reports", "nightly")
        assert said_of(it, dunning).startswith("dunning is on time: there is nothing")
        assert "None of the marked" in said_of(it, dunning, nightly)
        assert said_of(it, ALL).startswith("Select a trigger with a problem")
        gone = it.trigger("billing", "no-more")
        assert said_of(it, gone).startswith("no-more is gone")


async def test_not_signed_in() -> None:
    app = HostApp()
    async with app.run_test(notifications=True, tooltips=True):
        acknowledge(app, [ALL])
    assert app.said == ["Not signed in: nothing can be acknowledged."]


async def test_in_ascii_it_is_a_word_too() -> None:
    async with whole((80, 24), is_ascii=True) as it:
        await it.press("2", "a", "g")
        assert re.search(r"X ack missed 2 +invoice-run", it.text)
        assert it.text.isascii()


async def test_an_access_key_that_is_well_needs_no_acknowledgement() -> None:
    async with whole() as it:
        billing = it.namespace("billing")
        view = it.app.main.snapshot.namespaces[billing.namespace_id]
        (key_id,) = (k for k, v in view.access_keys.items() if v.name == "ci-deploy")
        it.app.main.reveal(AccessKeyKey(billing.namespace_id, key_id))
        await it.press("a")
        await it.pass_time(1)
        words = " ".join(it.text.replace("▌", " ").split())
        assert "is not about to" in words

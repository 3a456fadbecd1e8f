from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, structs

from fntui.api.limits import RateLimit
from fntui.api.models import AccessKey, Namespace, ScheduledDetails, Trigger
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.events import (
    AccessKeyGone,
    AccessKeyRead,
    Fact,
    NamespaceGone,
    NamespaceRead,
    RateLimitRead,
    ReadFailed,
    TokenRefused,
    TriggerGone,
    TriggerRead,
)
from fntui.core.model.snapshot import Record, TriggerKey
from fntui.core.watch.history_port import Batch
from fntui.history import SqliteHistory, last_seen, memory_history, open_history, without_secrets
from fntui.history.findings import decoded, encoded
from tests.support.builders import a_trigger, at
from tests.support.kept_values import BODY, LEGACY_KEY, facts
from tests.support.made_facts import BILLING, CI, PROBLEM, REPORTS, gone, keys, namespaces, one
from tests.support.made_facts import triggers as triggers_read


@pytest.fixture
async def history() -> AsyncGenerator[SqliteHistory]:
    async with aclosing(memory_history("account", ManualClock())) as made:
        yield made


async def found(history: SqliteHistory, *written: Fact) -> tuple[Fact, ...]:
    """Return the new findings once ``written`` were written."""
    await history.write(Batch(findings=written))
    return await history.findings()


async def test_what_was_found_is_told_once_in_its_order(history: SqliteHistory) -> None:
    first = [namespaces("11:00", BILLING), triggers_read("11:01", a_trigger()), keys("11:02", CI)]
    assert await found(history, *first) == tuple(first)
    assert await history.findings() == ()
    limit = RateLimitRead(at=at("11:03"), rate_limit=RateLimit(5000, 4711))
    assert await found(history, limit) == (limit,)


async def test_who_comes_later_is_told_the_newest_of_each_unit(history: SqliteHistory) -> None:
    written = [
        namespaces("11:00", BILLING),
        triggers_read("11:01", a_trigger()),
        triggers_read("11:02", a_trigger(is_enabled=False)),
    ]
    for fact in written:
        await history.write(Batch(findings=(fact,)))
    assert await history.findings() == (written[0], written[2])


async def test_an_older_fact_of_a_unit_does_not_take_the_newer_ones_place(
    history: SqliteHistory,
) -> None:
    newer, older = one("11:02", a_trigger()), gone("11:01")
    assert await found(history, newer, older) == (newer,)
    again = one("11:02", a_trigger(is_enabled=False))
    assert await found(history, again) == (again,)


async def test_namespaces_are_told_before_what_is_in_them(history: SqliteHistory) -> None:
    inside = triggers_read("11:00", a_trigger())
    around = [
        namespaces("11:01", BILLING, REPORTS),
        NamespaceRead(at=at("11:02"), namespace=Namespace(namespace_id="fn-3")),
        NamespaceGone(at=at("11:03"), namespace_id="fn-2"),
    ]
    assert await found(history, inside, *around) == (*around, inside)


async def test_units_are_told_apart(history: SqliteHistory) -> None:
    moment, names = at("11:00"), [("fn-1", "a"), ("fn-1", "b"), ("fn-2", "a"), ("fn", "-1a")]
    different: list[Fact] = [
        *(ReadFailed(at=moment, namespace_id=n, branch="triggers", problem=PROBLEM) for n in "ab"),
        ReadFailed(at=moment, namespace_id="a", branch="access keys", problem=PROBLEM),
        ReadFailed(at=moment, namespace_id=None, branch="", problem=PROBLEM),
        ReadFailed(at=moment, namespace_id="", branch="", problem=PROBLEM),
    ]
    for where, name in names:
        trigger, key = Trigger(name=name), AccessKey(key_id=name)
        different += [
            TriggerRead(at=moment, namespace_id=where, trigger=trigger),
            AccessKeyRead(at=moment, namespace_id=where, access_key=key),
        ]
    assert await found(history, *different) == tuple(different)
    the_same: list[Fact] = []
    for where, name in names:
        the_same += [
            TriggerGone(at=moment, namespace_id=where, name=name),
            AccessKeyGone(at=moment, namespace_id=where, key_id=name),
        ]
    # Each takes the place of one above: what is new since is told, and no unit is there twice.
    assert await found(history, *the_same) == tuple(the_same)


async def test_who_looks_first_after_a_deletion_is_not_told_what_was_there(tmp_path: Path) -> None:
    async with (
        aclosing(open_history(tmp_path / "db", "account", ManualClock())) as leading,
        aclosing(open_history(tmp_path / "db", "account", ManualClock())) as following,
    ):
        await leading.write(Batch(findings=(one("11:00", a_trigger()),)))
        await leading.write(Batch(findings=(gone("11:01"),)))
        assert await following.findings() == (gone("11:01"),)


async def test_a_session_that_begins_anew_leaves_nothing_of_those_before(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with (
        aclosing(open_history(tmp_path / "x.db", "account", clock)) as one,
        aclosing(open_history(tmp_path / "x.db", "another", clock)) as another,
    ):
        for each in (one, another):
            await each.write(Batch(findings=(namespaces("11:00", BILLING), keys("11:02", CI))))
        anew = namespaces("11:05", BILLING, REPORTS)
        await one.write(Batch(findings=(anew,), begins_anew=True))
        assert await one.findings() == (anew,)
        assert len(await another.findings()) == 2


async def test_what_earlier_sessions_found_is_no_news_and_goes_once_there_is_some(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "x.db", ManualClock()

    def seen() -> tuple[list[str], list[str]]:
        last = last_seen(path)
        assert last is not None
        assert last.account == "account"
        view = last.snapshot.namespaces["fn-1"]
        return list(view.triggers), list(view.access_keys)

    async with aclosing(open_history(path, "account", clock)) as earlier:
        await earlier.write(
            Batch(findings=(namespaces("11:00", BILLING), triggers_read("11:00", a_trigger())))
        )
    async with (
        aclosing(open_history(path, "account", clock)) as leading,
        aclosing(open_history(path, "account", clock)) as following,
    ):
        await leading.write(Batch(begins_anew=True))
        assert await following.findings() == ()
        await leading.write(Batch(findings=(keys("11:02", CI),)))
        assert await following.findings() == (keys("11:02", CI),)
        assert seen() == (["invoice-run"], [CI.key_id])
        await leading.write(Batch(findings=(namespaces("11:03", BILLING),)))
        assert await following.findings() == (namespaces("11:03", BILLING),)
        assert seen() == ([], [CI.key_id])


async def test_a_history_in_memory_may_have_a_past() -> None:
    past = {TriggerKey("fn-1", "x"): Record(missed=(at("9:00"),))}
    async with aclosing(
        memory_history("account", ManualClock(), earlier=Batch(records=past))
    ) as made:
        assert await made.records(list(past)) == past


async def test_accounts_are_told_nothing_of_each_other(tmp_path: Path) -> None:
    async with (
        aclosing(open_history(tmp_path / "db", "one", ManualClock())) as one_account,
        aclosing(open_history(tmp_path / "db", "other", ManualClock())) as other_account,
    ):
        await one_account.write(Batch(findings=(namespaces("11:00", BILLING),)))
        await other_account.write(Batch(findings=(namespaces("11:01", REPORTS),)))
        assert await one_account.findings() == (namespaces("11:00", BILLING),)
        assert await other_account.findings() == (namespaces("11:01", REPORTS),)


async def test_facts_that_are_of_no_use_to_others_are_left_out(history: SqliteHistory) -> None:
    assert await found(history, TokenRefused(at=at("11:00"))) == ()


async def test_what_another_version_wrote_is_left_out(history: SqliteHistory) -> None:
    await history.write(Batch(findings=(namespaces("11:00", BILLING), gone("11:01"))))
    history._database.write(
        lambda connection: connection.execute(
            "UPDATE findings SET fact = ? WHERE serial = 2", (b"\x80",)
        )
    )
    assert await history.findings() == (namespaces("11:00", BILLING),)
    assert await history.findings() == ()


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"\xc1",
        b"\xc1\x80",
        b"{}",
        msgspec.msgpack.encode({"type": "TokenRefused", "at": at("11:00")}),
        b"\xc1" + msgspec.msgpack.encode({"type": b"\xff"}),
    ],
)
def test_what_is_no_fact_is_none(kept: bytes) -> None:
    assert decoded(kept) is None


@given(facts())
@settings(max_examples=300)
def test_every_fact_comes_back_exactly_but_for_secrets(fact: Fact) -> None:
    kept = without_secrets(fact)
    assert decoded(encoded(kept)) == kept
    assert without_secrets(kept) == kept


def test_without_secrets_nothing_else_is_lost() -> None:
    namespace = structs.replace(BILLING, legacy_key=Secret(LEGACY_KEY))
    without_key = structs.replace(BILLING, legacy_key=None)
    listed = namespaces("11:00", namespace, without_key, unreadable="x")
    stripped = namespaces("11:00", BILLING, without_key, unreadable="x")
    assert without_secrets(listed) == stripped
    read = NamespaceRead(at=at("11:00"), namespace=namespace)
    assert without_secrets(read) == structs.replace(read, namespace=BILLING)

    trigger = a_trigger()
    details = ScheduledDetails(cron="* * * * *", body={"to": BODY})
    full, bare, bodiless = (
        structs.replace(trigger, scheduled_details=each)
        for each in (details, None, structs.replace(details, body=UNSET))
    )
    rows = triggers_read("11:00", full, bare, trigger, unreadable="x")
    without = triggers_read("11:00", bodiless, bare, trigger, unreadable="x")
    assert without_secrets(rows) == without
    assert without_secrets(one("11:00", full)) == one("11:00", bodiless)
    assert without_secrets(keys("11:00", CI)) == keys("11:00", CI)


@given(st.lists(facts(), min_size=1, max_size=5))
@settings(max_examples=50)
async def test_no_secret_is_in_the_files(written: list[Fact]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "db"
        history = open_history(path, "account", ManualClock())
        async with aclosing(history):
            await history.write(Batch(findings=tuple(written)))
            while_open = _bytes_in(path.parent)
        assert without_canaries(while_open)
        assert without_canaries(_bytes_in(path.parent))


def _bytes_in(folder: Path) -> bytes:
    files = sorted(folder.iterdir())
    assert files
    return b"".join(file.read_bytes() for file in files)


def without_canaries(content: bytes) -> bool:
    """Return whether neither secret is in it."""
    return LEGACY_KEY.encode() not in content and BODY.encode() not in content

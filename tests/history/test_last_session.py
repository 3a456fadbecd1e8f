"""What the session before has found is read from the file, and nothing is done to the file."""

import os
import sqlite3
from contextlib import aclosing, closing
from pathlib import Path
from random import Random

import pytest
from msgspec import UNSET, structs

from fntui.api.models import ScheduledDetails
from fntui.api.secret import Secret
from fntui.clock import ManualClock
from fntui.core.model.events import Fact
from fntui.core.model.lag import Lag
from fntui.core.watch.history_port import Batch
from fntui.history import last_seen, open_history
from tests.support.builders import a_trigger, at
from tests.support.kept_values import BODY, LEGACY_KEY
from tests.support.made_facts import BILLING, CI, KEY, keys, namespaces, triggers


async def kept(path: Path, *found: Fact, account: str = "mark") -> Path:
    """Return the file in which this was found by a session of the account."""
    async with aclosing(open_history(path, account, ManualClock())) as history:
        await history.write(Batch(findings=found))
    return path


FOUND = (triggers("11:01", a_trigger()), keys("11:02", CI), namespaces("11:03", BILLING))


async def test_what_was_found_is_shown_whatever_the_order_it_was_found_in(tmp_path: Path) -> None:
    seen = last_seen(await kept(tmp_path / "x.db", *FOUND))
    assert seen is not None
    assert seen.account == "mark"
    assert seen.snapshot.reading.read_at == at("11:03")
    assert seen.snapshot.reading.is_cached
    assert seen.snapshot.trigger(KEY) is not None
    assert list(seen.snapshot.namespaces["fn-1"].access_keys) == ["k-1"]


async def test_it_holds_no_secret_and_no_body(tmp_path: Path) -> None:
    details = ScheduledDetails(cron="* * * * *", body={BODY: BODY})
    found = (
        namespaces("11:00", structs.replace(BILLING, legacy_key=Secret(LEGACY_KEY))),
        triggers("11:01", structs.replace(a_trigger(), scheduled_details=details)),
    )
    seen = last_seen(await kept(tmp_path / "x.db", *found))
    assert seen is not None
    view = seen.snapshot.namespaces["fn-1"]
    assert view.namespace.legacy_key is UNSET
    shown = view.triggers["invoice-run"].trigger.scheduled_details
    assert shown == structs.replace(details, body=UNSET)


async def test_it_knows_the_publication_lag(tmp_path: Path) -> None:
    path, lag = tmp_path / "x.db", Lag(lag_s=240.0, seen_at=at("11:00"))
    await kept(path, *FOUND)
    seen = last_seen(path)
    assert seen is not None
    assert seen.snapshot.lag is None
    async with aclosing(open_history(path, "mark", ManualClock())) as history:
        await history.write(Batch(lag=lag))
    seen = last_seen(path)
    assert seen is not None
    assert seen.snapshot.lag == lag


async def test_it_is_of_the_account_that_was_used_last(tmp_path: Path) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    await kept(path, namespaces("10:00"), account="another")
    seen = last_seen(path)
    assert seen is not None
    assert (seen.account, seen.snapshot.namespaces) == ("another", {})


async def test_of_very_much_the_first_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    monkeypatch.setattr("fntui.history.last_session._MOST_BYTES", 200)
    seen = last_seen(path)
    assert seen is not None
    assert seen.snapshot.reading.read_at == at("11:03")
    assert seen.snapshot.trigger(KEY) is None


async def test_a_fact_that_another_version_wrote_is_left_out(tmp_path: Path) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE findings SET fact = ? WHERE serial = 1", (b"\x80",))
    seen = last_seen(path)
    assert seen is not None
    assert seen.snapshot.trigger(KEY) is None
    assert seen.snapshot.namespaces


async def test_reading_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    before = path.read_bytes()
    assert last_seen(path) is not None
    assert path.read_bytes() == before


async def test_where_nothing_was_found_or_can_be_read_there_is_nothing(tmp_path: Path) -> None:
    assert last_seen(tmp_path / "none.db") is None
    assert not (tmp_path / "none.db").exists()
    assert last_seen(await kept(tmp_path / "empty.db")) is None
    (tmp_path / "text.db").write_text("no database")
    assert last_seen(tmp_path / "text.db") is None


@pytest.mark.parametrize("mark", ["user_version = 99", "application_id = 7"])
async def test_a_newer_file_and_another_program_s_are_left_alone(tmp_path: Path, mark: str) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {mark}")
    assert last_seen(path) is None


async def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.db")
    (tmp_path / "link.db").symlink_to(await kept(tmp_path / "x.db", *FOUND))
    assert last_seen(tmp_path / "fifo.db") is None
    assert last_seen(tmp_path / "link.db") is None
    assert last_seen(tmp_path) is None


@pytest.mark.parametrize("value", [5, 1.5, "text", b""])
async def test_what_is_no_fact_is_left_out(tmp_path: Path, value: object) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE findings SET fact = ? WHERE serial = 1", (value,))
    seen = last_seen(path)
    assert seen is not None
    assert seen.snapshot.trigger(KEY) is None
    assert seen.snapshot.namespaces
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE findings SET account = ?", (value,))
    assert not (seen := last_seen(path)) or not seen.account


async def test_wherever_a_file_is_broken_nothing_breaks_but_it(tmp_path: Path) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    content, numbers = path.read_bytes(), Random(5)  # noqa: S311 - the same each time
    broken = tmp_path / "y.db"
    nothing = 0
    for _ in range(1500):
        changed = bytearray(content)
        for _ in range(numbers.choice((1, 3, 20))):
            changed[numbers.randrange(len(changed))] = numbers.randrange(256)
        broken.write_bytes(changed)
        nothing += last_seen(broken) is None
        for end in ("-wal", "-shm"):
            broken.with_name(f"y.db{end}").unlink(missing_ok=True)
    assert 0 < nothing < 1500


async def test_of_a_file_that_is_locked_nothing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fntui.history.last_session._BUSY_S", 0.01)
    path = await kept(tmp_path / "x.db", *FOUND)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        assert last_seen(path) is None


async def test_the_next_session_does_not_wait_for_another_that_writes(tmp_path: Path) -> None:
    path = await kept(tmp_path / "x.db", *FOUND)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert last_seen(path) is not None

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import UNSET, structs

from fntui.api.models import AccessKey, Listing, Namespace, ScheduledDetails, Trigger, Unreadable
from fntui.api.secret import Secret
from fntui.cli.report import Gap, Report, exit_status, gaps
from fntui.cli.report_json import as_json
from fntui.cli.report_lines import _width, as_lines
from fntui.core.model.events import AccessKeysRead, NamespacesRead, ReadFailed
from fntui.core.model.problem import TRIED_AGAIN, ProblemKind
from fntui.core.model.snapshot import Snapshot, TriggerKey
from fntui.printable import printable
from tests.support.builders import NOON, a_trigger, at
from tests.support.hostile import HAZARD, PAYLOADS
from tests.support.shown import FN, a_namespace, a_problem, a_snapshot, failed
from tests.support.terminal_bytes import cells

LATER = NOON + timedelta(seconds=40)
ON_TIME = a_trigger(name="z-good", function="a/f", last=at("12:00:02"), upcoming=at("12:15"))
MISSED = a_trigger(name="m-bad", function="b/f", last=at("11:30:02"), upcoming=at("12:15"))
LATE = a_trigger(
    "59 * * * *", name="a-late", function="c/f", last=at("10:59:02"), upcoming=at("12:59")
)
STALLED = a_trigger(name="stuck", function="d/f", last=at("11:00:02"), upcoming=at("11:15"))
PAUSED = a_trigger(name="off", function="e/f", is_enabled=False, last=at("11:00:02"))
WONT_RUN = a_trigger("0 0 30 2 *", name="never", function=None, upcoming=None)
SPARSE = Trigger(name="sparse", is_enabled=True)
NEW = a_trigger(name="new", function="f/f", last=None, upcoming=at("12:15"), updated=at("11:59"))
KEYS = (
    AccessKey(key_id="k-3", name="for-ever", expires_at=None),
    AccessKey(key_id="k-2", name=None, expires_at=NOON + timedelta(days=2)),
    AccessKey(key_id="k-1", name="ci", expires_at=NOON + timedelta(hours=9)),
    AccessKey(key_id="k-0", expires_at=NOON - timedelta(days=1)),
    AccessKey(key_id="k-4", name="later", expires_at=NOON + timedelta(days=4)),
)


def report(snapshot: Snapshot | None = None, **others: object) -> Report:
    made = Report(profile="prod", now=LATER, snapshot=snapshot or Snapshot())
    return structs.replace(made, **others)


def full() -> Report:
    """Return a report in which everything occurs."""
    unreadable = Unreadable(name="odd", reason="Expected a boolean, got a string at $.is_enabled")
    nameless = structs.replace(unreadable, name="")
    others = (a_namespace("fn-2", "reports"), a_namespace("fn-3", ""))
    scope = structs.replace(
        a_problem(ProblemKind.MISSING_SCOPE, "could not read the access keys of reports"),
        advice="Use a token with the scope function:admin.",
        scopes=("function:admin",),
    )
    late = structs.replace(a_problem(), advice=TRIED_AGAIN, request_id=None)
    snapshot = a_snapshot(
        [ON_TIME, MISSED, LATE, PAUSED, WONT_RUN, SPARSE, NEW, STALLED],
        KEYS,
        NamespacesRead(
            at=NOON,
            listing=Listing(items=(a_namespace(), *others), unreadable=(nameless,)),
        ),
        ReadFailed(at=NOON, namespace_id="fn-2", branch="access keys", problem=scope),
        ReadFailed(at=NOON, namespace_id="fn-3", branch="triggers", problem=late),
        ReadFailed(at=NOON, namespace_id=None, branch="", problem=late),
        AccessKeysRead(
            at=NOON, namespace_id="fn-3", listing=Listing(items=(), unreadable=(nameless,))
        ),
        unreadable=(unreadable,),
    )
    return report(snapshot, unread={TriggerKey(FN, "sparse"): a_problem()})


@pytest.mark.parametrize("form", ["json", "lines"])
def test_the_golden_report(form: str) -> None:
    text = as_json(full()) if form == "json" else "\n".join(as_lines(full()))
    path = Path(__file__).parents[1] / "golden" / f"status.{form}"
    if os.environ.get("FNTUI_GOLDEN") == "write":
        path.write_text(f"{text}\n", encoding="utf-8")
    assert f"{text}\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("triggers", "status"),
    [
        ((), 0),
        ((ON_TIME, PAUSED, NEW), 0),
        ((ON_TIME, LATE), 1),
        ((WONT_RUN, ON_TIME), 1),
        ((LATE, MISSED, SPARSE), 2),
        ((STALLED, ON_TIME), 2),
        ((LATE, SPARSE), 3),
    ],
)
def test_the_worst_decides_the_exit_status(triggers: tuple[Trigger, ...], status: int) -> None:
    assert exit_status(report(a_snapshot(triggers))) == status


@pytest.mark.parametrize("branch", ["triggers", "access keys"])
def test_what_was_not_read_is_never_well(branch: str) -> None:
    gap = failed(ProblemKind.SERVER_ERROR, branch)
    assert exit_status(report(a_snapshot([LATE], (), *gap))) == 3
    assert exit_status(report(a_snapshot([MISSED], (), *gap))) == 2


def test_nothing_at_all_was_read() -> None:
    failure = ReadFailed(at=NOON, namespace_id=None, branch="", problem=a_problem())
    nothing = report(a_snapshot([], (), failure, namespaces=()))
    unread = structs.replace(
        nothing,
        snapshot=structs.replace(
            Snapshot(), reading=structs.replace(nothing.snapshot.reading, read_at=None)
        ),
    )
    assert exit_status(nothing) == exit_status(unread) == 3
    assert as_lines(unread) == [
        "nothing could be read",
        "profile prod, checked 2026-11-23 12:00:40Z",
        "",
        "No answer. Try again. (request id req-7)",
    ]
    assert as_lines(report(a_snapshot([])))[0] == "no triggers"


def test_a_trigger_that_is_gone_is_no_gap() -> None:
    unread = {TriggerKey(FN, "gone"): a_problem()}
    assert gaps(report(a_snapshot([ON_TIME]), unread=unread)) == []


def test_columns_stay_aligned_and_nothing_is_cut() -> None:
    names = ["x" * 500, "汉字", "e\u0301a", "plain"]
    rows = [structs.replace(ON_TIME, name=name) for name in names]
    lines = as_lines(report(a_snapshot(rows)))[3:]
    place = lines[0].index("FUNCTION")
    by_name = {name: next(line for line in lines if name in line) for name in names}
    assert by_name["plain"].index("a/f") == place
    assert by_name["汉字"].index("a/f") == place - 2
    assert by_name["e\u0301a"].index("a/f") == place + 1
    assert "x" * 500 + "  a/f" in by_name["x" * 500]


@pytest.mark.parametrize("text", [*PAYLOADS, "\u1100\u1161\u11a8", "ก้"])
def test_columns_are_laid_out_as_a_terminal_counts_cells(text: str) -> None:
    assert _width(printable(text)) == cells(printable(text))


@pytest.mark.parametrize("text", filter(None, PAYLOADS))
def test_text_from_elsewhere_acts_on_nothing_and_is_lost_nowhere(text: str) -> None:
    details = ScheduledDetails(cron=text)
    trigger = structs.replace(MISSED, name=text, function=text, scheduled_details=details)
    keys = [AccessKey(key_id=text, name=text, expires_at=NOON + timedelta(hours=1))]
    problem = structs.replace(a_problem(sentence=text), advice=text, request_id=text)
    failure = ReadFailed(at=NOON, namespace_id=FN, branch="triggers", problem=problem)
    snapshot = a_snapshot([trigger], keys, failure, namespaces=[a_namespace(label=text)])
    made = report(snapshot, unread={TriggerKey(FN, text): problem})
    lines = as_lines(made)
    assert len(lines) == 10
    assert not any(HAZARD.search(line) for line in lines)
    document = as_json(made)
    assert document.isascii()
    assert not HAZARD.search(document.replace("\n", ""))
    told = json.loads(document)
    (shown,) = told["triggers"]
    assert {shown[name] for name in ("namespace", "trigger", "function", "cron")} == {text}
    assert told["access_keys"][0]["name"] == told["problems"][0]["sentence"] == text


def test_neither_secrets_nor_bodies_are_in_it() -> None:
    namespace = Namespace(
        namespace_id=FN, label="billing", uuid="canary-uuid", legacy_key=Secret("canary-key")
    )
    details = ScheduledDetails(cron="*/15 * * * *", body={"canary": "canary-body"})
    trigger = structs.replace(MISSED, scheduled_details=details)
    made = report(a_snapshot([trigger], KEYS, namespaces=[namespace]))
    assert "canary" not in as_json(made) + "\n".join(as_lines(made))


def test_advice_that_holds_for_those_who_watch_is_left_out() -> None:
    gap = Gap("triggers", FN, "billing", "", a_problem())
    assert gap.advice() == "Try again."
    watching = structs.replace(a_problem(), advice=TRIED_AGAIN)
    assert not gap._replace(problem=watching).advice()


def test_what_an_answer_left_out_is_null() -> None:
    bare = structs.replace(SPARSE, is_enabled=UNSET)
    (trigger,) = json.loads(as_json(report(a_snapshot([bare]))))["triggers"]
    for name in ("cron", "function", "is_enabled", "last_run_at", "next_run_at"):
        assert trigger[name] is None

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from msgspec import UNSET

from fntui.api.models import AccessKey, Listing, Namespace, ScheduledDetails, Unreadable
from fntui.api.secret import Secret
from fntui.core.model.events import Changed, NamespacesRead, TriggersRead
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Reading, Snapshot, TriggerKey
from fntui.ui.views.detail.page import Tab, detail_page, tabs_of
from fntui.ui.views.detail.trigger import trigger_overview
from fntui.ui.views.selection import ALL, KeysBranch, Node, UnreadableNode
from fntui.ui.views.view_context import Sight
from tests.support.builders import NOON, a_trigger, at
from tests.support.hostile import HAZARD, any_text
from tests.support.local_zone import local_zone
from tests.support.shown import FN, a_namespace, a_snapshot, failed, lens, text

KEY = TriggerKey(FN, "invoice-run")


def page(snapshot: Snapshot, node: Node, tab: Tab = Tab.OVERVIEW, width: int = 90) -> str:
    shown = detail_page(snapshot, node, tab, Sight(), lens(width, NOON + timedelta(seconds=8)))
    return text([*shown.head, *shown.lines])


def test_a_trigger_says_all_that_is_known() -> None:
    trigger = a_trigger(
        last=at("12:00:02"),
        upcoming=at("12:15"),
        updated=at("11:00"),
        function="money/invoice",
        created_at=None,
        scheduled_details=ScheduledDetails(cron="*/15 * * * *", body={"account": "all"}),
    )
    shown = page(a_snapshot([trigger]), KEY)
    for words in (
        "invoice-run",
        "● on time: last fired 12:00:02Z (6s ago), next 12:15:00Z (in 14m); checked 8s ago",
        "Function    money/invoice",
        "State       enabled",
        "*/15 * * * *   Every 15 minutes, 96 runs a day",
        "12:15:00Z",
        "in 14m 52s",
        "median +2.0 s",
        "Created     never",
        "Updated     2026-11-23 11:00:00Z  1h ago",
        '"account": "all"',
    ):
        assert words in shown


def test_what_an_answer_left_out_is_unknown_not_empty() -> None:
    shown = page(a_snapshot([a_trigger(None, is_enabled=UNSET, scheduled_runs=UNSET)]), KEY)
    assert "State       unknown" in shown
    assert "Schedule    unknown" in shown
    assert "Body        unknown" in shown
    assert "Next        unknown" in shown
    assert "none seen" in shown


def test_a_paused_trigger_has_no_next_times() -> None:
    shown = page(a_snapshot([a_trigger(is_enabled=False, last=at("11:00:02"))]), KEY)
    assert "State       paused" in shown
    assert "Next        – (paused)" in shown
    assert "Body        none" in shown


def test_a_cron_that_fntui_does_not_read_is_shown_as_it_is() -> None:
    shown = page(a_snapshot([a_trigger("0 0 12 L * ?", last=None, upcoming=at("13:00"))]), KEY)
    assert "0 12 L * ?   can't be read: day of month: L" in shown
    assert "13:00:00Z" in shown


def test_a_cron_that_can_not_be_sent_is_read_and_shown_without_its_seconds() -> None:
    shown = page(a_snapshot([a_trigger("0 0 12 ? * 1-7", last=None, upcoming=at("12:00"))]), KEY)
    assert "Schedule    0 12 ? * 1-7   At 12:00" in shown
    assert "1 run a day" in shown


def test_of_a_schedule_read_differently_only_the_apis_next_run_is_shown() -> None:
    shown = page(a_snapshot([a_trigger(last=at("12:00:02"), upcoming=at("12:07"))]), KEY)
    assert "12:07:00Z" in shown
    assert "12:15:00Z" not in shown


def test_times_by_cron_are_marked_where_the_verdict_is_out() -> None:
    trigger = a_trigger(last=at("12:00:02"), upcoming=at("12:07"), is_enabled=None)
    shown = page(a_snapshot([trigger]), KEY)
    assert "12:07:00Z" in shown
    assert "the API's; the others are by cron" in shown


def test_times_by_cron_are_marked_where_the_api_names_none() -> None:
    shown = page(a_snapshot([a_trigger(scheduled_runs=UNSET)]), KEY)
    assert "12:15:00Z" in shown
    assert "by cron: the API's next run is not known" in shown


@pytest.mark.parametrize(
    ("upcoming", "words"),
    [(None, "none"), (at("11:30"), "unknown: the API's next run has passed")],
)
def test_a_trigger_that_won_t_run_or_is_stalled_shows_no_times_by_cron(
    upcoming: datetime | None, words: str
) -> None:
    shown = page(a_snapshot([a_trigger(last=at("11:00:02"), upcoming=upcoming)]), KEY)
    assert f"Next        {words}" in shown
    assert "12:15:00Z" not in shown


def test_a_next_run_that_is_due_by_now_is_no_other_plan() -> None:
    shown = page(a_snapshot([a_trigger(last=at("11:45:02"), upcoming=at("12:00"))]), KEY)
    assert "12:15:00Z" in shown
    assert "by cron" not in shown


def test_next_times_on_another_day_have_their_date() -> None:
    shown = page(a_snapshot([a_trigger("0 3 * * *", last=at("03:00:01"))]), KEY)
    assert "2026-11-24 03:00Z" in shown


def test_a_countdown_is_never_cut_in_the_middle() -> None:
    snapshot = a_snapshot([a_trigger("59 23 * * *", upcoming=at("23:59"))])
    with local_zone("UTC-2"):
        for width in range(46, 90):
            lines = trigger_overview(snapshot, TriggerKey(FN, "invoice-run"), lens(width))
            times = [each.text for each in lines if " local  in " in each.text]
            assert len(times) == 5
            assert max(map(len, times)) <= max(width, 52)


def test_local_time_is_told_beside_utc_where_it_is_another() -> None:
    snapshot = a_snapshot([a_trigger("45 13 * * *", upcoming=at("13:45"))])
    told: dict[str, str] = {}
    for zone in ("UTC", "UTC-2"):
        with local_zone(zone):
            told[zone] = page(snapshot, KEY)
    assert "13:45:00Z  15:45 local  in 1h" in told["UTC-2"]
    assert "13:45:00Z  in 1h" in told["UTC"]


def test_a_next_run_that_is_past_and_has_no_cron_is_due() -> None:
    shown = page(a_snapshot([a_trigger("* * * * * *", last=None, upcoming=at("11:00"))]), KEY)
    assert "11:00:00Z" in shown


def test_a_long_body_is_cut_and_says_where_the_rest_is() -> None:
    body = {f"field{n}": n for n in range(500)}
    trigger = a_trigger(scheduled_details=ScheduledDetails(cron="* * * * *", body=body))
    shown = page(a_snapshot([trigger]), KEY)
    assert "more lines: see the JSON tab" in shown
    assert '"field499": 499' in page(a_snapshot([trigger]), KEY, Tab.JSON)


def test_runs_newest_first_with_their_delay() -> None:
    second = TriggersRead(
        at=NOON + timedelta(minutes=15, seconds=5),
        namespace_id=FN,
        listing=Listing(items=(a_trigger(last=at("12:15:04"), upcoming=at("12:30")),)),
    )
    snapshot = a_snapshot([a_trigger(last=at("12:00:02"), upcoming=at("12:15"))], (), second)
    shown = page(snapshot, KEY, Tab.RUNS)
    first, *_ = [line for line in shown.split("\n") if "2026-11-23" in line]
    assert "12:15:04Z" in first
    assert "+4 s" in first
    assert "No run seen" in page(a_snapshot([a_trigger()]), KEY, Tab.RUNS)


def read_at(moment: str, last: str, upcoming: str) -> TriggersRead:
    trigger = a_trigger(last=at(last), upcoming=at(upcoming), created_at=at("10:00"))
    return TriggersRead(at=at(moment), namespace_id=FN, listing=Listing(items=(trigger,)))


def test_slots_that_nobody_saw_are_one_line() -> None:
    snapshot = a_snapshot(
        (), (), read_at("12:05", "12:00:02", "12:15"), read_at("13:00:30", "13:00:20", "13:15")
    )
    shown = page(snapshot, KEY, Tab.RUNS)
    assert "1 on time · 1 late · 3 not observed · median +11.0 s, worst +20.0 s" in shown
    assert "from 2026-11-23 12:15:00Z  not observed, 3 slots" in shown
    assert shown.index("late ") < shown.index("not observed, 3") < shown.index("12:00:02Z")


def test_a_slot_that_nobody_saw_is_told_by_itself() -> None:
    snapshot = a_snapshot(
        (), (), read_at("12:20", "12:15:02", "12:30"), read_at("12:46", "12:45:02", "13:00")
    )
    shown = page(snapshot, KEY, Tab.RUNS)
    (row,) = [line for line in shown.split("\n") if "12:30:00Z" in line]
    assert row.split()[1:] == ["12:30:00Z", "not", "observed"]


def test_runs_of_a_trigger_without_a_schedule_that_can_be_read() -> None:
    shown = page(a_snapshot([a_trigger("@reboot", last=at("11:00:02"))]), KEY, Tab.RUNS)
    row = next(line for line in shown.split("\n") if "11:00:02Z" in line)
    assert row.split()[:3] == ["?", "on", "time"]
    assert "median" not in shown


def test_json_masks_the_legacy_key() -> None:
    secret = Secret("d1zcd455h01mqjfs4s2eaewyejehi5f2")
    namespace = Namespace(namespace_id=FN, label="billing", legacy_key=secret)
    empty = Namespace(namespace_id="fn-2", legacy_key=Secret(""))
    snapshot = a_snapshot(namespaces=[namespace, empty])
    shown = page(snapshot, NamespaceKey(FN), Tab.JSON)
    assert '"key": "•••"' in shown
    assert secret.reveal() not in shown
    assert '"key": ""' in page(snapshot, NamespaceKey("fn-2"), Tab.JSON)


def test_a_namespace_with_its_board_and_keys() -> None:
    keys = [
        AccessKey(key_id="k1", name="later", expires_at=NOON + timedelta(days=40)),
        AccessKey(key_id="k2", name="soon", expires_at=NOON + timedelta(hours=9)),
        AccessKey(key_id="k3", name="mcp-do-x", expires_at=None, created_at=NOON),
        AccessKey(key_id="k4", name="gone", expires_at=NOON - timedelta(hours=9)),
        AccessKey(key_id="k5"),
    ]
    shown = page(a_snapshot([a_trigger(last=at("12:00:02"))], keys), NamespaceKey(FN), width=110)
    assert "Id          fn-1" in shown
    assert "Region      nyc1" in shown
    assert "invoice-run" in shown
    rows = shown.split("ACCESS KEYS")[1].split("\n")
    assert [row.split()[0] for row in rows[2:5]] == ["gone", "soon", "later"]
    assert "expired" in rows[2]
    assert "in 8h" in rows[3]
    assert "DigitalOcean's own" in shown
    assert "unknown" in rows[6]


def test_an_empty_and_a_locked_namespace() -> None:
    locked = Namespace(namespace_id=FN)
    shown = page(a_snapshot(namespaces=[locked]), NamespaceKey(FN))
    assert "no triggers" in shown
    assert "no access keys" in shown
    other = a_snapshot(namespaces=[a_namespace(), Namespace(namespace_id="ap-1", label="app")])
    assert "Locked      belongs to App Platform" in page(other, NamespaceKey("ap-1"))
    assert "Triggers not read yet" in page(other, NamespaceKey("ap-1"))


def test_a_filter_that_hides_all_triggers_says_so() -> None:
    snapshot = a_snapshot([a_trigger()])
    sight = Sight(needle="nothing")
    shown = detail_page(snapshot, NamespaceKey(FN), Tab.OVERVIEW, sight, lens())
    assert "no trigger matches the filter" in text(shown.lines)
    everything = detail_page(snapshot, ALL, Tab.OVERVIEW, sight, lens())
    assert "No trigger matches the filter." in text(everything.lines)


def test_an_account_without_triggers_says_how_to_make_one() -> None:
    assert "No triggers yet: select a namespace, then n makes one." in page(a_snapshot(), ALL)


def test_an_account_without_namespaces_says_how_to_make_one() -> None:
    empty = Snapshot(reading=Reading(read_at=NOON))
    assert "No namespaces yet: n makes one." in page(empty, ALL)


def test_a_long_name_leaves_room_for_its_tabs() -> None:
    name = "n" * 10_000
    title = page(a_snapshot([a_trigger(name=name)]), TriggerKey(FN, name)).split("\n")[0]
    assert "… " in title
    assert title.rstrip().endswith("Activity")


def test_before_the_first_answer() -> None:
    assert "Namespaces not read yet" in page(Snapshot(), ALL)


def test_what_can_not_be_read_is_said_on_the_board_and_in_the_branch() -> None:
    snapshot = a_snapshot([a_trigger()], (), *failed(ProblemKind.SERVER_ERROR))
    for node in (ALL, NamespaceKey(FN), KEY):
        shown = page(snapshot, node)
        assert "! No answer. Try again. (request id req-7)" in shown
    assert "What is shown is 8s old." in page(snapshot, NamespaceKey(FN))


def test_several_branches_that_fail_are_counted_not_listed() -> None:
    listing = Listing(items=(a_namespace(), a_namespace("fn-2", "ingest"), a_namespace("fn-3")))
    facts = [
        NamespacesRead(at=NOON, listing=listing),
        *failed(ProblemKind.SERVER_ERROR),
        *failed(ProblemKind.SERVER_ERROR, namespace_id="fn-2"),
        *failed(ProblemKind.MISSING_SCOPE, namespace_id="fn-3"),
    ]
    shown = page(a_snapshot([a_trigger()], (), *facts), ALL)
    assert "! 2 of 3 namespaces: server error; select one to see more" in shown
    assert "! 1 of 3 namespaces: missing scope; select one to see more" in shown
    assert "req-7" not in shown


def test_access_keys_and_one_of_them() -> None:
    keys = [
        AccessKey(key_id="k1", name="mcp-do-x", expires_at=NOON + timedelta(days=9)),
        AccessKey(key_id="k2", name="plain"),
    ]
    snapshot = a_snapshot((), keys)
    assert "access keys of billing  2" in page(snapshot, KeysBranch(FN))
    shown = page(snapshot, AccessKeyKey(FN, "k1"))
    assert "Expires     in 8d  2026-12-02 12:00:00Z" in shown
    assert 'curl -u "k1:$SECRET" https://h.io/…' in shown
    assert "DigitalOcean's own tooling" in shown
    assert "tooling" not in page(snapshot, AccessKeyKey(FN, "k2"))


@pytest.mark.parametrize(
    "node",
    [
        NamespaceKey("gone"),
        KeysBranch("gone"),
        TriggerKey(FN, "gone"),
        AccessKeyKey(FN, "gone"),
        UnreadableNode(FN, "trigger", "gone", 3),
    ],
)
def test_what_is_gone_says_so(node: Node) -> None:
    assert "It is gone" in page(a_snapshot(), node)
    if Tab.JSON in tabs_of(node):
        assert "It is gone" in page(a_snapshot(), node, Tab.JSON)


def test_what_is_unreadable_says_why() -> None:
    bad = [Unreadable(name="odd", reason="Expected a string, got a number at $.function")]
    snapshot = a_snapshot(unreadable=bad)
    assert "got a number" in page(snapshot, UnreadableNode(FN, "trigger", "odd", 0))
    assert "odd" in page(snapshot, UnreadableNode(FN, "trigger", "odd", 0))
    assert "unreadable access key" in page(snapshot, UnreadableNode(FN, "access key", "", 0))
    listing = Listing(items=(a_namespace(),), unreadable=tuple(bad))
    store_with_bad = a_snapshot((), (), NamespacesRead(at=NOON, listing=listing))
    assert "got a number" in page(store_with_bad, UnreadableNode("", "namespace", "odd", 0))


def test_activity_of_an_object_and_of_what_is_around_it() -> None:
    facts = [
        Changed(at=NOON, namespace_id=FN, target="invoice-run", words="paused"),
        Changed(at=NOON, namespace_id=FN, target="k1", words="renamed"),
        NamespacesRead(at=at("12:01"), listing=Listing(items=(a_namespace(),))),
    ]
    keys = [AccessKey(key_id="k1", name="ci")]
    snapshot = a_snapshot([a_trigger()], keys, *facts)
    assert "you      billing / invoice-run: paused" in page(snapshot, ALL, Tab.ACTIVITY)
    assert "renamed" in page(snapshot, NamespaceKey(FN), Tab.ACTIVITY)
    assert "renamed" not in page(snapshot, KEY, Tab.ACTIVITY)
    assert "paused" not in page(snapshot, AccessKeyKey(FN, "k1"), Tab.ACTIVITY)
    assert "Nothing seen" in page(a_snapshot([a_trigger()]), KEY, Tab.ACTIVITY)


def test_a_tab_that_a_node_does_not_have_falls_back_to_the_overview() -> None:
    assert page(a_snapshot(), KeysBranch(FN), Tab.RUNS) == page(a_snapshot(), KeysBranch(FN))


@pytest.mark.parametrize("tab", list(Tab))
@given(label=any_text(), name=any_text(), function=any_text(300))
def test_hostile_text_stays_harmless(tab: Tab, label: str, name: str, function: str) -> None:
    body = {name: [label, {"x": function}]}
    trigger = a_trigger(
        name=name,
        function=function,
        last=at("12:00:02"),
        scheduled_details=ScheduledDetails(cron=label, body=body),
    )
    key = AccessKey(key_id=name or "x", name=label)
    snapshot = a_snapshot([trigger], [key], namespaces=[a_namespace(label=label)])
    nodes = (ALL, NamespaceKey(FN), TriggerKey(FN, name), AccessKeyKey(FN, name or "x"))
    for node in nodes:
        shown = detail_page(snapshot, node, tab, Sight(), lens(60))
        assert not any(HAZARD.search(line.text) for line in (*shown.head, *shown.lines))

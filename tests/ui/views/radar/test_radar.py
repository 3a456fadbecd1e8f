"""The radar as text: its axis, its rows, its sentences."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from rich.cells import cell_len

from fntui.api.models import Trigger
from fntui.core.health import cron
from fntui.core.health.radar import Radar, sweep
from fntui.core.model.problem import ProblemKind
from fntui.core.model.snapshot import NamespaceKey, Snapshot, TriggerKey
from fntui.ui.views.lines import Line, Span
from fntui.ui.views.radar.radar import radar_page
from fntui.ui.views.radar.time_axis import axis_for, ticks, times_line
from fntui.ui.views.radar.words import head_lines, quiet_sentence, window_words
from fntui.ui.views.selection import ALL
from tests.support.builders import NOON, a_trigger, at
from tests.support.hostile import HAZARD, any_text
from tests.support.made_facts import one
from tests.support.shown import FN, a_namespace, a_snapshot, failed, lens, text, utc

NOW = at("12:00:20")
WIDTHS = (118, 78, 58, 38)


def good(name: str, text: str = "*/15 * * * *") -> Trigger:
    upcoming = cron.next_times(text, NOON, 1)[0]
    return a_trigger(text, name=name, last=at("11:59:59"), upcoming=upcoming)


def account() -> Snapshot:
    """Return an account in which something of every kind is."""
    triggers = [
        good("invoice-run"),
        good("dunning", "30 * * * *"),
        good("heartbeat", "* * * * *"),
        a_trigger(name="elsewhere", last=at("11:20:30"), upcoming=at("12:20:30")),
        a_trigger("7 * * * *", name="unsure", is_enabled=UNSET),
        a_trigger(None, name="sparse", scheduled_runs=UNSET),
        a_trigger(name="off", is_enabled=False),
        a_trigger("0 0 30 2 *", name="never", upcoming=None),
    ]
    two = [a_namespace(), a_namespace("fn-2", "ingest")]
    lost = failed(ProblemKind.UNREACHABLE, namespace_id="fn-2")
    return a_snapshot(triggers, (), *lost, namespaces=two)


def radar(*triggers: Trigger, now: datetime = NOW, minutes: int = 60) -> Radar:
    return sweep(a_snapshot(triggers), now, minutes)


def drawn(snapshot: Snapshot, width: int, minutes: int = 60) -> list[str]:
    head, lines = radar_page(sweep(snapshot, NOW, minutes), lens(width, NOW))
    return text([*head, *lines]).split("\n")


AT_118 = """\
Longest quiet window: 12:31:00Z to 12:45:00Z (14m), in 30m · besides 1 that fires every minute \
· as far as is known
67 runs of 5 triggers in the next 60 minutes · most at once: 2 at 12:30Z · 1 without a fresh reading
1 with cron read differently: ◇ is the API's next run · 1 can't be placed · 1 not fully read
not shown: 1 paused and 1 without a next run

   NAMESPACE  TRIGGER      NEXT    RUNS│now       ▏12:10Z   ▏12:20Z   ▏12:30Z   ▏12:40Z   ▏12:50Z
◆ in the same minute                   │          ┊         ┊         2         ┊         ┊
═ longest quiet window                 │          ┊         ┊         ┊══════════════     ┊
●  billing    invoice-run  now        4│•         ┊    •    ┊         ◆         ┊    •    ┊
?  billing    unsure       12:07Z     1│       •  ┊         ┊         ┊         ┊         ┊
●  billing    elsewhere    12:20Z    1?│          ┊         ◇         ┊         ┊         ┊
●  billing    dunning      12:30Z     1│          ┊         ┊         ◆         ┊         ┊
●  billing    heartbeat    now       60│────────────────────────────────────────────────────────────
?  billing    sparse                   │its schedule is not read yet
?                                      │ingest: triggers not read yet, unreachable"""

AT_78 = """\
   NAMESPACE  TRIGGER      NEXT    RUNS│now       ▏12:20Z   ▏12:40Z
◆ in the same minute                   │          ┊    2    ┊
═ longest quiet window                 │          ┊     ══════
●  billing    invoice-run  now        4│•      •  ┊    ◆    ┊ •
?  billing    unsure       12:07Z     1│   •      ┊         ┊
●  billing    elsewhere    12:20Z    1?│          ◇         ┊
●  billing    dunning      12:30Z     1│          ┊    ◆    ┊
●  billing    heartbeat    now       60│──────────────────────────────
?  billing    sparse                   │its schedule is not read yet
?                                      │ingest: triggers not read yet, unreac…"""

AT_58 = """\
   NAMESPACE  TRIGGER    │now       ▏12:20Z   ▏12:40Z
◆ in the same minute     │          ┊    2    ┊
═ longest quiet window   │          ┊     ══════
●  billing    invoice-run│•      •  ┊    ◆    ┊ •
?  billing    unsure     │   •      ┊         ┊
●  billing    elsewhere  │          ◇         ┊
●  billing    dunning    │          ┊    ◆    ┊
●  billing    heartbeat  │──────────────────────────────
?  billing    sparse     │its schedule is not read yet
?                        │ingest: triggers not read yet, …"""

AT_38 = """\
   TRIGGER    │now       ▏12:30Z
◆ in the same…│          2
═ longest qui…│          ┊════
●  invoice-run│•    •    ◆    •
?  unsure     │  •       ┊
●  elsewhere  │      ◇   ┊
●  dunning    │          ◆
●  heartbeat  │────────────────────
?  sparse     │its schedule is not re…
?             │ingest: triggers not r…"""

SIX_HOURS_AT_78 = """\
   NAMESPACE  TRIGGER      NEXT    RUNS│now         ▏14:00Z     ▏16:00Z
◆ in the same minute                   │   2     2  ┊  2     2  ┊  2     2
═ longest quiet window                 │   ═        ┊           ┊
●  billing    invoice-run  now       24│•• ◆• •• ◆• •• ◆• •• ◆• •• ◆• •• ◆•
?  billing    unsure       12:07Z     6│•     •     •     •     •     •
●  billing    elsewhere    12:20Z    1?│  ◇         ┊           ┊
●  billing    dunning      12:30Z     6│   ◆     ◆  ┊  ◆     ◆  ┊  ◆     ◆
●  billing    heartbeat    now      360│────────────────────────────────────
?  billing    sparse                   │its schedule is not read yet
?                                      │ingest: triggers not read yet, unreac…"""


@pytest.mark.parametrize(
    ("width", "minutes", "expected"),
    [
        (118, 60, AT_118),
        (78, 60, AT_78),
        (58, 60, AT_58),
        (38, 60, AT_38),
        (78, 360, SIX_HOURS_AT_78),
    ],
    ids=["118", "78", "58", "38", "78-6h"],
)
def test_the_radar_at_every_width(width: int, minutes: int, expected: str) -> None:
    rows = expected.split("\n")
    assert drawn(account(), width, minutes)[-len(rows) :] == rows


def test_words_that_do_not_fit_go_to_the_next_line_in_whole_parts() -> None:
    assert drawn(account(), 58)[:7] == [
        "Longest quiet window: 12:31:00Z to 12:45:00Z (14m), in 30m",
        "besides 1 that fires every minute · as far as is known",
        "67 runs of 5 triggers in the next 60 minutes",
        "most at once: 2 at 12:30Z · 1 without a fresh reading",
        "1 with cron read differently: ◇ is the API's next run",
        "1 can't be placed · 1 not fully read",
        "not shown: 1 paused and 1 without a next run",
    ]


def test_the_cursor_stands_on_triggers_and_on_what_is_not_known() -> None:
    snapshot = Snapshot(namespaces=account().namespaces)  # their list was never read
    _, lines = radar_page(sweep(snapshot, NOW, 60), lens(78, NOW))
    names = ("invoice-run", "unsure", "elsewhere", "dunning", "heartbeat", "sparse")
    triggers = [TriggerKey(FN, name) for name in names]
    assert [line.key for line in lines] == [*triggers, ALL, NamespaceKey("fn-2")]
    assert "namespaces not read yet" in lines[-2].text


def test_in_one_minute_nothing_moves_but_the_countdown() -> None:
    early, late = (
        radar_page(sweep(account(), at(moment), 60), lens(78, at(moment)))
        for moment in ("12:00:01", "12:00:58")
    )
    assert early.lines == late.lines
    assert early.head[1:] == late.head[1:]


@given(
    st.lists(st.tuples(any_text(), any_text()), max_size=6),
    st.sampled_from([*WIDTHS, 1, 5, 200]),
    st.sampled_from([60, 360]),
)
def test_hostile_text_is_harmless_and_every_axis_begins_at_the_same_place(
    texts: list[tuple[str, str]], width: int, minutes: int
) -> None:
    triggers = [
        a_trigger(text, name=f"{number}{name}", last=NOON, upcoming=at("12:15"))
        for number, (name, text) in enumerate(texts)
    ]
    shown = [*triggers, good("plain"), good("b" * 300, "* * * * *")]
    snapshot = a_snapshot(shown, namespaces=[a_namespace(label="".join(n for n, _ in texts))])
    head, lines = radar_page(sweep(snapshot, NOW, minutes), lens(width, NOW))
    assert not any(HAZARD.search(row.text) for row in (*head, *lines))
    assert len({_now_at(row) for row in (*head[-3:], *lines)}) == 1
    if width in WIDTHS:
        assert all(cell_len(row.text) <= width for row in (*head, *lines))


def _now_at(row: Line) -> int:
    after = len(row.spans) - row.spans[::-1].index(_BAR)
    return cell_len("".join(part.text for part in row.spans[:after]))


_BAR = Span("│", "dim")


def toned(tone: str, *triggers: Trigger, minutes: int = 60) -> dict[str, str]:
    """Return by trigger what of its axis has a tone."""
    _, lines = radar_page(radar(*triggers, minutes=minutes), lens(118, NOW))
    found: dict[str, str] = {}
    for row in lines:
        assert isinstance(row.key, TriggerKey)
        axis = row.spans[row.spans.index(_BAR) + 1 :]
        found[row.key.name] = "".join(part.text for part in axis if part.tone == tone)
    return found


def test_only_the_minutes_in_which_the_most_fire_have_a_colour() -> None:
    triggers = good("a"), good("b", "0,30 * * * *"), good("c", "30 * * * *"), good("d", "* * * * *")
    assert toned("accent", *triggers) == {"a": "◆", "b": "◆", "c": "◆", "d": ""}
    assert toned("fine", *triggers)["b"] == "◆"
    assert toned("fine", *triggers)["a"] == "◆••"


def test_what_no_fresh_reading_confirms_looks_unsure() -> None:
    unsure = a_trigger("7 * * * *", name="unsure", is_enabled=UNSET)
    assert toned("unsure", unsure, good("a")) == {"unsure": "•", "a": ""}


def test_a_problem_colours_the_name_as_on_the_board() -> None:
    late = a_trigger(last=at("11:45:01"), upcoming=at("12:15"))
    snapshot = a_snapshot((), (), one("12:00:20", late))
    _, (row,) = radar_page(sweep(snapshot, NOW, 60), lens(78, NOW))
    assert [part.text for part in row.spans if part.tone == "late"] == ["◔", "invoice-run"]


def test_more_than_nine_at_once_are_a_plus() -> None:
    head, _ = radar_page(radar(*(good(f"t{n}") for n in range(10))), lens(78, NOW))
    assert head[-2].text.count("+") == 4
    head, _ = radar_page(radar(*(good(f"t{n}") for n in range(9))), lens(78, NOW))
    assert head[-2].text.count("9") == 4


def test_a_quiet_window_shorter_than_a_cell_is_shown_where_it_starts() -> None:
    busy = good("busy", ",".join(str(m) for m in range(60) if m != 33) + " * * * *")
    head, _ = radar_page(radar(busy), lens(78, NOW))
    axis = head[-1].text.split("│")[1]
    assert axis.index("═") == 33 // 2
    assert axis.count("═") == 1


def test_where_nothing_is_quiet_nothing_is_drawn() -> None:
    head, _ = radar_page(
        radar(good("a", "*/2 * * * *"), good("b", "1-59/2 * * * *")), lens(118, NOW)
    )
    assert "═" not in head[-1].text.split("│")[1]
    assert head[0].text == "No minute is quiet"


# The sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,30 * * * *", "12:31:00Z to 13:00:00Z or later (29m or more), in 30m"),
        ("0,20,55 * * * *", "12:21:00Z to 12:55:00Z (34m), in 20m"),
        ("45 * * * *", "now to 12:45:00Z (44m)"),
        ("0-58 * * * *", "12:59:00Z to 13:00:00Z or later (1m or more), in 58m"),
        ("1-59 * * * *", "now to 12:01:00Z (40s)"),
        ("0 2 * * *", "now to 13:00:00Z or later (59m or more)"),
    ],
)
def test_the_longest_quiet_window_in_words(text: str, sentence: str) -> None:
    told = quiet_sentence(radar(good("x", text)), lens(now=NOW))
    assert told == f"Longest quiet window: {sentence}"


def test_hours_and_minutes_of_a_long_quiet_window() -> None:
    told = quiet_sentence(radar(good("x", "0 12,15 * * *"), minutes=360), lens(now=NOW))
    assert told == "Longest quiet window: 12:01:00Z to 15:00:00Z (2h 59m), in 40s"


def test_what_is_not_counted_is_said() -> None:
    def words(count: int) -> str:
        swept = radar(*(good(f"t{n}", "* * * * *") for n in range(count)))
        return head_lines(swept, lens(118, NOW))[0].text

    assert words(0).endswith("(59m or more)")
    assert words(1).endswith("(59m or more) · besides 1 that fires every minute")
    assert words(2).endswith("(59m or more) · besides 2 that fire every minute")


def test_an_overdue_run_may_come_at_any_moment() -> None:
    late = a_trigger(last=at("11:45:01"), upcoming=at("12:15"))
    swept = sweep(a_snapshot((), (), one("12:00:20", late)), NOW, 60)
    told = text(head_lines(swept, lens(118, NOW)))
    assert "1 late or stalled, may run at any moment" in told
    assert "as far as is known" in told


def test_a_quiet_account_needs_few_words() -> None:
    told = text(head_lines(radar(good("x", "30 * * * *")), lens(118, NOW)))
    assert told.split("\n") == [
        "Longest quiet window: now to 12:30:00Z (29m)",
        "1 run of 1 trigger in the next 60 minutes",
    ]


def test_windows_are_named_in_minutes_or_hours() -> None:
    assert [window_words(minutes) for minutes in (60, 360)] == ["60 minutes", "6 hours"]


# The axis


@pytest.mark.parametrize(
    ("width", "minutes", "scale", "stretch"),
    [
        (200, 60, 1, 2),
        (118, 60, 1, 1),
        (78, 60, 2, 1),
        (38, 60, 3, 1),
        (118, 360, 5, 1),
        (78, 360, 10, 1),
        (38, 360, 20, 1),
        (1, 360, 60, 1),
    ],
)
def test_the_axis_is_as_fine_as_its_room_allows(
    width: int, minutes: int, scale: int, stretch: int
) -> None:
    axis = axis_for(NOON, minutes, width)
    assert (axis.scale, axis.stretch) == (scale, stretch)


@given(st.integers(0, 1439), st.sampled_from([60, 360]), st.integers(36, 250))
def test_every_minute_has_its_cell_and_runs_keep_theirs_together(
    minute: int, minutes: int, width: int
) -> None:
    start = NOON.replace(hour=0) + timedelta(minutes=minute)
    axis = axis_for(start, minutes, width)
    cells = [axis.cell(m) for m in range(minutes)]
    assert cells == sorted(cells)
    assert cells[0] == 0
    assert cells[-1] + axis.stretch <= axis.width <= width - 14
    later = axis_for(start + timedelta(minutes=1), minutes, width)
    # What shared a cell still does a minute later.
    together = [axis.cell(m) == axis.cell(m + 1) for m in range(1, minutes - 1)]
    assert together == [later.cell(m - 1) == later.cell(m) for m in range(1, minutes - 1)]
    assert len(times_line(axis, utc)) <= axis.width
    assert all((start + timedelta(minutes=m)).minute % 5 == 0 for m in ticks(axis))


def test_times_stand_at_round_minutes_over_their_cells() -> None:
    told = times_line(axis_for(at("12:03"), 60, 118), utc)
    assert told == "now    ▏12:10Z   ▏12:20Z   ▏12:30Z   ▏12:40Z   ▏12:50Z"
    assert times_line(axis_for(at("12:03"), 60, 200), utc).startswith("now ▏12:05Z   ▏12:10Z")
    assert "12:10Z" not in times_line(axis_for(at("12:08"), 60, 118), utc)  # "now" stands there


def test_times_are_those_that_the_person_chose() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    axis = axis_for(NOON, 60, 118)
    told = times_line(axis, lambda moment: moment.astimezone(zone).strftime("%H:%M:%S"))
    assert told.startswith("now       ▏17:40    ▏17:50 ")

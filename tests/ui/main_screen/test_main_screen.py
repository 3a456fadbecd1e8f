import asyncio
import gc
import re
import weakref
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.widgets import Static

from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.simulator.faults import Fault
from fntui.ui.keymap import COMMANDS
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.help import Help
from fntui.ui.screens.log import LogScreen
from fntui.ui.screens.palette import Palette
from fntui.ui.screens.profiles import Profiles
from fntui.ui.screens.radar import RadarScreen
from fntui.ui.screens.show_text import ShowText
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.views.detail.page import Tab
from fntui.ui.views.selection import ALL, KeysBranch
from fntui.ui.views.view_context import Sort
from tests.support.local_zone import local_zone
from tests.support.stubs import returning
from tests.support.whole import Whole, whole

TESTED: set[str] = set()


def shows(command: str) -> pytest.MarkDecorator:
    """Note that a test shows this command of the key table."""
    TESTED.add(command)
    return pytest.mark.filterwarnings("error")


async def test_the_tree_and_the_board_show_the_account() -> None:
    async with whole() as it:
        rows = it.text.split("\n")
        assert rows[0].startswith(" prod  api token …0000 keyring")
        assert "1 missed · 1 late" in rows[0]
        assert re.search(r"▾ All namespaces +5", rows[1])
        assert "▸ billing             nyc1 ✗" in it.text
        assert re.search(r"✗ missed 2 +billing +invoice-run", it.text)
        assert re.search(r"locked", it.text)
        board = [row for row in rows if " │ ● on time" in row or " │ ✗ missed" in row]
        assert "missed" in board[0]


async def test_of_a_layer_that_closed_nothing_is_kept() -> None:
    async with whole() as it:
        drawn: list[Any] = []
        for keys in (("question_mark",), ("L",), ("j", "n")):
            await it.press(*keys)
            drawn += [weakref.ref(widget._styles_cache) for widget in it.app.screen.query("*")]
            await it.press("escape")
        await it.press("j")
        assert len(drawn) > 10
        for _ in range(100):  # it ends in tasks of its own
            await it.pilot.pause()
            gc.collect()
            if not [cache for cache in drawn if cache() is not None]:
                break
        else:
            pytest.fail(f"{[cache() for cache in drawn if cache() is not None]}")


@shows("down")
@shows("up")
@shows("top")
@shows("bottom")
async def test_moving_through_the_tree() -> None:
    async with whole() as it:
        await it.press("j")
        assert it.selected() == it.namespace("billing")
        await it.press("down", "k")
        assert it.selected() == it.namespace("billing")
        await it.press("up")
        assert it.selected() == ALL
        await it.press("G")
        last = it.selected()
        assert isinstance(last, NamespaceKey)
        assert last.namespace_id.startswith("ap-")
        await it.press("g")
        assert it.selected() == ALL


@shows("page-down")
@shows("page-up")
@shows("half-page-down")
@shows("half-page-up")
async def test_paging_through_the_board() -> None:
    async with whole((120, 14)) as it:
        await it.press("2")
        first = it.target()
        await it.press("pagedown")
        page = it.target()
        await it.press("pageup")
        assert it.target() == first != page
        await it.press("ctrl+d")
        half = it.target()
        assert half not in {first, page}
        await it.press("ctrl+u")
        assert it.target() == first


async def test_the_keys_of_one_burst_act_on_what_they_select() -> None:
    async with whole() as it:
        for key in ("j", "l", "j", "j", "2", "1", "p"):
            it.app.post_message(events.Key(key, key))
        await it.pass_time(1)
        assert "Pause dunning in billing" in it.text


@shows("expand")
@shows("collapse")
async def test_branches_open_and_close() -> None:
    async with whole() as it:
        await it.press("j", "l")
        assert re.search(r"● dunning +│", it.text)
        await it.press("j")
        assert it.selected() == it.trigger("billing", "invoice-run")
        await it.press("h")  # a leaf: to what is above it
        assert it.selected() == it.namespace("billing")
        await it.press("left")
        assert not re.search(r"● dunning +│", it.text)


@shows("open")
@shows("back")
@shows("next-pane")
@shows("tree-pane")
@shows("detail-pane")
async def test_going_between_tree_and_detail() -> None:
    async with whole() as it:
        main = it.app.main
        await it.press("tab")
        assert it.target() == it.trigger("billing", "invoice-run")
        await it.press("enter")  # on the board: to that trigger, in the tree
        assert it.selected() == it.trigger("billing", "invoice-run")
        assert "should have fired" in it.text
        await it.press("1", "d", "escape", "2", "tab")
        assert main.pane.id == "tree"


@shows("next-tab")
@shows("previous-tab")
@shows("raw")
async def test_tabs_of_a_trigger() -> None:
    async with whole() as it:
        main = it.app.main
        main.reveal(it.trigger("billing", "dunning"))
        await it.pilot.pause()
        await it.press("right_square_bracket")
        assert it.tab() is Tab.RUNS
        assert "DELAY" in it.text
        await it.press("right_square_bracket")
        assert '"cron": "0 * * * *"' in it.text
        await it.press("left_square_bracket", "left_square_bracket", "y")
        assert it.tab() is Tab.JSON
        await it.press("right_square_bracket")
        assert "Nothing seen so far." in it.text


@shows("filter")
async def test_the_filter_narrows_and_esc_brings_all_back() -> None:
    async with whole() as it:
        main = it.app.main
        await it.press("slash", *"dun")
        assert "1 of 22" in it.text
        await it.press("enter")
        assert main.sight.needle == "dun"
        assert "filter: dun" in it.text
        await it.press("j")
        assert it.selected() == it.namespace("billing")
        await it.press("escape", "g")
        assert main.sight.needle == ""
        assert "22 of 22" in it.text
        await it.press("slash", "exclamation_mark", *"billing", "enter")
        assert "dunning" not in it.text


async def test_what_is_typed_in_one_go_lands_in_the_field_that_it_opens() -> None:
    async with whole() as it:
        typed = {"slash": "/", "enter": None}
        for key in ("slash", "d", "u", "n", "slash", "enter"):
            it.app.post_message(events.Key(key, typed.get(key, key)))
        await it.pass_time(1)
        assert it.top() is it.app.main
        assert it.app.main.sight.needle == "dun/"


@shows("problems")
@shows("sort")
async def test_problems_only_and_order() -> None:
    async with whole() as it:
        await it.press("f")
        assert "problems only" in it.text
        assert "on time  " not in it.text.split("\n", 1)[1]
        await it.press("escape", "o")
        assert it.sort() is Sort.NAME
        assert "by name" in it.text
        await it.press("o", "o")
        assert it.sort() is Sort.URGENCY


@shows("zoom")
@shows("times")
async def test_zoom_and_local_times() -> None:
    with local_zone("UTC-2"):
        async with whole() as it:
            await it.press("2", "z")
            assert "▸ billing" not in it.text
            await it.press("z")
            assert "▸ billing" in it.text
            it.app.main.reveal(it.trigger("billing", "dunning"))
            await it.pilot.pause()
            assert "next 15:00:00Z" in it.text
            await it.press("Z")
            assert "next 17:00:00 (" in it.text


async def test_a_press_of_the_mouse_on_what_has_just_gone_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = returning((Static("gone"), Offset(0, 0)))
    async with whole() as it:
        monkeypatch.setattr(it.app.main, "get_widget_and_offset_at", gone)
        await it.pilot.mouse_down(offset=(100, 9))
        await it.pilot.mouse_up(offset=(100, 9))
        await it.press("question_mark")
        assert "show all keys" in it.text


async def test_where_no_trigger_is_shown_there_is_nothing_to_mark() -> None:
    async with whole() as it:
        await it.press("asterisk")
        assert "No trigger is shown in this pane" in it.text
        assert not it.app.main.sight.marks


async def test_what_is_said_does_not_cover_the_screen() -> None:
    async with whole((80, 24)) as it:
        it.app.say(f"Trigger {'n' * 10_000} was created.")
        await it.pass_time(0.5)
        assert "was created." in it.text
        assert "ALL NAMESPACES" in it.text.split("\n")[1]


@shows("pin")
async def test_a_namespace_is_pinned_and_unpinned() -> None:
    async with whole() as it:
        await it.press("P")
        assert "Select a namespace to pin" in it.text
        await it.press("j", "P")
        assert it.app.main.snapshot.pinned == {it.namespace("billing").namespace_id}
        assert "billing is pinned: read as in a small account (P unpins)." in it.text
        assert re.search(r"▸ billing +◆ nyc1 ✗", it.text)
        assert re.search(r"Pinned +read as in a small account \(P unpins\)", it.text)
        await it.press("l", "j", "P")  # of a trigger, its namespace
        assert not it.app.main.snapshot.pinned
        assert "billing is no longer pinned." in it.text
        assert "◆" not in it.text


async def test_a_pin_has_a_sign_in_ascii() -> None:
    async with whole((60, 20), is_ascii=True) as it:
        await it.press("j", "P")
        assert re.search(r"> billing +# nyc1 X", it.text)


@shows("mark")
@shows("mark-all")
@shows("pause")
async def test_marked_triggers_are_paused_together() -> None:
    async with whole() as it:
        main = it.app.main
        await it.press("j", "l", "j", "space", "space")
        assert main.sight.marks == {
            it.trigger("billing", "invoice-run"),
            it.trigger("billing", "dunning"),
        }
        assert "2 marked" in it.text
        await it.press("p")
        assert isinstance(it.top(), Confirm)
        assert "invoice-run" in it.text
        assert "dunning" in it.text
        await it.pass_time(1)
        await it.press("y")
        await it.until(lambda: all(not _is_enabled(it, key) for key in main.sight.marks))
        await it.press("escape")
        assert not main.sight.marks
        await it.press("asterisk")
        assert len(main.sight.marks) == 5
        await it.press("asterisk")
        assert not main.sight.marks


def _is_enabled(it: Whole, key: object) -> bool:
    assert isinstance(key, TriggerKey)
    view = it.app.main.snapshot.trigger(key)
    assert view is not None
    return view.trigger.is_enabled is True


@shows("refresh")
@shows("refresh-all")
async def test_refresh_reads_again_now() -> None:
    async with whole() as it:
        key = it.namespace("billing")
        it.app.main.reveal(key)
        before = _read_at(it, key)
        await it.pass_time(5)
        await it.press("r")
        await it.until(lambda: _read_at(it, key) > before, within_s=3)
        other = it.namespace("staging")
        before = _read_at(it, other)
        await it.press("R")
        await it.until(lambda: _read_at(it, other) > before, within_s=3)
        before = _read_at(it, other)
        await it.pass_time(5)
        await it.press("g", "r")
        assert "Reading all namespaces again." in it.text
        await it.until(lambda: _read_at(it, other) > before, within_s=3)


async def test_refresh_on_a_namespace_reads_its_facts_too_and_says_if_it_may_not() -> None:
    async with whole() as it:
        key = it.namespace("billing")
        it.app.main.reveal(key)
        it.api.account.namespace(key.namespace_id).label = "renamed"
        await it.press("r")
        await it.until_shown("▸ renamed", within_s=3)
        path = f"/v2/functions/namespaces/{key.namespace_id}"
        assert path in {served.path for served in it.api.log}
        it.api.faults.rules.append(Fault("forbidden", operation="get namespace"))
        await it.press("r")
        await it.until_shown("Could not read namespace renamed", "function:admin", within_s=3)
        it.api.faults.rules[:] = [Fault("unauthorized")]
        await it.press("r")
        await it.until(lambda: isinstance(it.top(), SignIn), within_s=3)


def _read_at(it: Whole, key: NamespaceKey) -> float:
    read_at = it.app.main.snapshot.namespaces[key.namespace_id].triggers_reading.read_at
    assert read_at is not None
    return read_at.timestamp()


@shows("acknowledge")
async def test_trouble_is_acknowledged() -> None:
    async with whole() as it:
        it.app.main.reveal(it.trigger("billing", "invoice-run"))
        await it.press("a")
        assert isinstance(it.top(), Choose)
        await it.press("g")
        assert "acknowledged 0s ago, for good (a changes it)" in it.text


@shows("copy")
@shows("copy-as")
@shows("trigger-now")
async def test_copying(monkeypatch: pytest.MonkeyPatch) -> None:
    async with whole() as it:
        copied: list[str] = []

        def copy(text: str, _what: str) -> None:
            copied.append(text)

        monkeypatch.setattr(it.app, "copy", copy)
        await it.press("c")
        assert "Nothing to copy here" in it.text
        await it.press("C")
        assert not isinstance(it.top(), Choose)
        it.app.main.reveal(it.trigger("reports", "nightly report/€ 100%"))
        await it.pilot.pause()
        await it.press("c")
        assert copied == ["nightly report/€ 100%"]
        await it.press("C")
        assert isinstance(it.top(), Choose)
        await it.press("c")
        assert "triggers/nightly%20report%2F%E2%82%AC%20100%25" in copied[-1]
        assert "$DIGITALOCEAN_TOKEN" in copied[-1]
        await it.press("t")
        assert isinstance(it.top(), ShowText)
        assert "doctl serverless functions invoke" in it.text
        await it.press("escape", "g", "t")
        assert "Select a trigger" in it.text


async def test_of_a_name_that_no_path_can_hold_there_is_no_curl_to_copy() -> None:
    async with whole() as it:
        billing = it.namespace("billing")
        triggers = it.api.account.namespaces[billing.namespace_id].triggers
        triggers[".."] = replace(triggers["dunning"], name="..")
        await it.press("R")
        await it.pass_time(2)
        it.app.main.reveal(TriggerKey(billing.namespace_id, ".."))
        await it.pilot.pause()
        await it.press("C")
        assert isinstance(it.top(), Choose)
        assert "doctl" in it.text
        assert "curl" not in it.text


@shows("new")
async def test_new_makes_what_fits_where_one_stands() -> None:
    async with whole() as it:
        await it.press("n")
        assert "Region" in it.text
        await it.press("escape", "j", "n")
        assert "Cron" in it.text
        await it.press("escape")
        it.app.main.reveal(KeysBranch(it.namespace("billing").namespace_id))
        await it.pilot.pause()
        await it.press("n")
        assert "Expir" in it.text


@shows("edit")
async def test_edit_opens_what_can_be_changed() -> None:
    async with whole() as it:
        await it.press("e")
        assert "Select a trigger to edit" in it.text
        await it.press("j", "e")
        assert "can't be changed" in it.text
        await it.press("l", "j", "e")
        await it.until_shown("*/15 * * * *", "96 runs a day", within_s=5)


@shows("delete")
@shows("undo")
async def test_delete_asks_and_undo_makes_it_again() -> None:
    async with whole() as it:
        await it.press("D")
        assert "Select a namespace" in it.text
        key = it.trigger("billing", "dunning")
        it.app.main.reveal(key)
        await it.pilot.pause()
        await it.press("D")
        assert isinstance(it.top(), Confirm)
        await it.pass_time(1)
        await it.press("y")
        await it.until(lambda: it.app.main.snapshot.trigger(key) is None)
        assert "dunning is gone" not in it.text  # it was we who deleted it
        await it.press("u")
        await it.until_shown("POST /v2/functions/namespaces/", within_s=5)
        await it.pass_time(1)
        await it.press("y")
        await it.until(lambda: it.app.main.snapshot.trigger(key) is not None)


@shows("help")
@shows("log")
@shows("palette")
@shows("profile")
@shows("radar")
async def test_layers_open_and_close() -> None:
    async with whole() as it:
        for key, layer in (
            ("question_mark", Help),
            ("f1", Help),
            ("L", LogScreen),
            ("colon", Palette),
            ("ctrl+p", Palette),
            ("at", Profiles),
            ("M", RadarScreen),
        ):
            await it.press(key)
            assert isinstance(it.top(), layer)
            await it.press("escape")
            assert it.top() is it.app.main


async def test_the_radar_goes_to_a_trigger_of_any_namespace() -> None:
    async with whole() as it:
        await it.press("M")
        assert "in the next 60 minutes" in it.text
        assert "3 that fire every minute" in it.text
        await it.press("G", "enter")
        assert it.top() is it.app.main
        await it.pilot.pause()
        assert it.selected() == it.trigger("staging", "smoke")


async def test_the_palette_runs_commands_and_goes_to_objects() -> None:
    async with whole() as it:
        await it.press("colon", *"edge-coll", "enter")
        assert isinstance(it.selected(), AccessKeyKey)
        assert "edge-collector" in it.text
        await it.press("colon", *"problems", "enter")
        assert it.app.main.sight.is_problems_only


async def test_another_profile_starts_anew() -> None:
    async with whole() as it:
        it.app.main.reveal(it.trigger("billing", "dunning"))
        await it.press("at", "j", "enter")
        await it.until(lambda: it.app.session is not None and it.app.session.profile.name == "play")
        await it.until_shown("billing")
        assert it.selected() == ALL
        assert " play" in it.text.split("\n")[0]


@shows("quit")
async def test_q_quits() -> None:
    async with whole() as it:
        await it.press("q")
        assert it.app.return_code == 0
        assert it.app._exit


@shows("interrupt")
async def test_ctrl_c_twice_quits() -> None:
    async with whole() as it:
        await it.press("ctrl+c")
        assert "another Ctrl-C" in it.text
        await it.pass_time(5)
        await it.press("ctrl+c")
        assert not it.app._exit
        await it.press("ctrl+c")
        assert it.app._exit


@shows("repaint")
@shows("suspend")
async def test_repaint_and_suspend(monkeypatch: pytest.MonkeyPatch) -> None:
    async with whole() as it:
        before = it.text
        await it.press("ctrl+l")
        assert it.text == before
        suspended: list[bool] = []
        monkeypatch.setattr(it.app, "action_suspend_process", lambda: suspended.append(True))
        await it.press("ctrl+z")
        assert suspended


async def test_the_mouse_selects_activates_and_opens() -> None:
    async with whole() as it:
        await it.pilot.click("#tree", offset=(6, 1))
        assert it.selected() == it.namespace("billing")
        await it.pilot.click("#tree", offset=(6, 1))  # again: open
        assert re.search(r"● dunning +│", it.text)
        await it.pilot.click("#tree", offset=(6, 0))
        await it.pilot.click("#detail", offset=(6, 4))
        assert it.app.main.pane.id == "detail"
        assert it.target() == it.trigger("staging", "february-30")
        await it.pilot.click("#header", offset=(6, 0))
        assert it.app.main.pane.id == "detail"


async def test_keys_that_have_nothing_to_do_here_do_nothing() -> None:
    async with whole() as it:
        await it.press("h", "h")  # the root closes, and has nothing above it
        assert it.text.split("\n")[1].startswith(" ▸ All namespaces")
        await it.press("l", "2", "l")
        assert it.app.main.pane.id == "detail"
        await it.press("h")
        assert it.app.main.pane.id == "tree"
        await it.press("space", "y")
        assert not it.app.main.sight.marks
        assert it.tab() is Tab.OVERVIEW
        it.app.main.reveal(it.trigger("ingest", "compact"))
        await it.pilot.pause()
        await it.press("l", "2", "enter")
        assert it.selected() == it.trigger("ingest", "compact")
        it.app.main.reveal(NamespaceKey("fn-none"))
        assert it.selected() == it.trigger("ingest", "compact")


async def test_going_to_what_the_filter_hides_drops_the_filter() -> None:
    async with whole() as it:
        await it.press("slash", *"dunning", "enter")
        it.app.main.reveal(it.trigger("ingest", "compact"))
        await it.pilot.pause()
        assert it.selected() == it.trigger("ingest", "compact")
        assert it.app.main.sight.needle == ""


async def test_esc_goes_back_one_step_at_a_time() -> None:
    async with whole() as it:
        await it.press("2", "z")
        assert "▸ billing" not in it.text
        await it.press("escape")
        assert "▸ billing" in it.text
        assert it.app.main.pane.id == "detail"
        await it.press("escape", "escape")
        assert it.app.main.pane.id == "tree"
        assert it.top() is it.app.main


async def test_marks_of_what_is_gone_go_too() -> None:
    async with whole() as it:
        key = it.trigger("staging", "smoke")
        it.app.main.reveal(key)
        await it.pilot.pause()
        await it.press("space")
        assert it.app.main.sight.marks == {key}
        it.api.account.namespace(key.namespace_id).triggers.pop("smoke")
        await it.press("R")
        await it.until(lambda: not it.app.main.sight.marks, within_s=10)


async def test_renaming_choosing_nothing_and_pausing_nothing() -> None:
    async with whole() as it:
        await it.press("p")
        assert "Select a trigger to pause" in it.text
        namespace_id = it.namespace("billing").namespace_id
        key_id = next(iter(it.app.main.snapshot.namespaces[namespace_id].access_keys))
        it.app.main.reveal(AccessKeyKey(namespace_id, key_id))
        await it.pilot.pause()
        await it.press("e")
        assert "Rename" in it.text
        await it.press("escape", "C", "escape")
        assert it.top() is it.app.main


async def test_copying_goes_to_the_terminals_clipboard_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with whole() as it:
        sent: list[str] = []

        async def send(text: str, what: str) -> str:  # noqa: RUF029 - as the real one
            sent.append(text)
            return f"{what} sent"

        monkeypatch.setattr(it.app.terminal_clipboard, "send", send)
        await it.press("j", "c")
        assert sent == [it.namespace("billing").namespace_id]
        assert " sent" in it.text


async def test_quitting_in_the_middle_of_a_write_takes_a_second_answer() -> None:
    async with whole() as it:
        gate = asyncio.Event()

        async def write() -> None:
            await gate.wait()

        it.app.send("a write", write(), lambda _: None)
        await it.press("q")
        await it.pass_time(1)
        await it.press("y")
        assert it.app._exit
        gate.set()


@shows("theme")
@shows("mouse")
async def test_themes_and_the_mouse_are_switched_by_keys() -> None:
    async with whole() as it:
        seen: list[str] = []
        for _ in range(3):
            await it.press("T")
            seen.append(it.app.theme)
        assert seen == ["fntui-light", "fntui-ansi", "fntui-dark"]
        assert "theme: dark" in it.text
        it.app.theme = "nord"
        await it.press("T")
        assert it.app.theme == "fntui-dark"
        await it.press("U")
        assert "leaves the mouse to the terminal" in it.text
        await it.press("U")
        assert "uses the mouse" in it.text
        assert it.app.uses_mouse


def test_every_command_is_shown_by_a_test() -> None:
    assert {command.id for command in COMMANDS} == TESTED

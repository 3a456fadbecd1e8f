"""The main screen's layout and drawing: header, tree, detail, footer.

It owns the selection and what the person chose to see; the store owns the rest.

Nothing on this screen takes the focus but the filter: the active pane is state, so going from pane
to pane repaints two lines.
"""

import math
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar, Final, cast

from msgspec import structs
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Static
from typing_extensions import override

from fntui.core.model.profile import Profile
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, Reading, Snapshot
from fntui.core.store.diff import is_unchanged
from fntui.core.store.last_session import LastSeen, Memory
from fntui.ui.host import app_of
from fntui.ui.views.bars import Account, footer_line, header_line
from fntui.ui.views.detail.page import Page, Tab, detail_page
from fntui.ui.views.selection import ALL, KeysBranch, Node, exists, namespace_of, parent_of
from fntui.ui.views.toasts import farewell, news
from fntui.ui.views.tree import tree_lines
from fntui.ui.views.view_context import Lens, Sight
from fntui.ui.widgets.inputs import TextInput
from fntui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from fntui.core.session import Session
    from fntui.ui.host import Host

TICK_S: Final = 1.0
"""Seconds between two looks at the clock; what has not changed is not drawn."""

STEP_S: Final = 5
"""Seconds by which ages and countdowns move on."""

NARROW: Final = 70
"""Cells below which one pane is shown at a time."""

_LEAST_KEYS: Final = 22  # cells of the last line: what closes, what explains the rest

LEAST: Final = (40, 10)
"""Columns and rows below which nothing can be shown."""


class Browser(Screen[None], inherit_bindings=False):
    """The panes, what is selected in them, and how one moves.

    Attributes:
        sight: What the person chose to see.
        tab: Which tab of the detail is shown, where the selected node has it.
    """

    AUTO_FOCUS: ClassVar[str | None] = ""  # keys are the screen's own; the filter waits for "/"

    def __init__(self) -> None:
        """Show an empty tree."""
        super().__init__()
        self.sight = Sight()
        self.tab = Tab.OVERVIEW
        self._session: Session | None = None
        self._snapshot = Snapshot()
        self._memory = Memory()
        self._followed: Node | None = None
        self._drawn_for: datetime | None = None
        self._tree = Pane(id="tree")
        self._detail = Pane(id="detail")
        self._header = Pane(id="header")
        self._footer = Pane(id="footer")
        self._is_zoomed = False
        self._tree.is_active = True

    @property
    def fntui(self) -> "Host":
        """The app that this screen belongs to."""
        return app_of(self)

    @override
    def compose(self) -> ComposeResult:
        """Header, tree and detail, filter, footer."""  # noqa: DOC402 - Textual says what a compose yields
        yield self._header
        with Horizontal(id="body"):
            yield self._tree
            yield self._detail
        yield TextInput(id="filter")
        yield self._footer
        yield Static("the terminal is too small", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Draw what the first paint is to show; start the tick that moves ages and countdowns."""
        self.filter_input.placeholder = "filter; !x inverts"
        self.filter_input.display = False
        self.remember(self.fntui.settings.profile, self.fntui.last_seen.outcome)
        self._show_panes()
        self._draw()
        self.set_interval(TICK_S, self.tick)

    # What is known

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the account."""
        return self._snapshot

    @property
    def selected(self) -> Node:
        """What the tree's cursor stands on, and the detail shows."""
        return cast("Node | None", self._tree.cursor_key) or ALL

    @property
    def target(self) -> Node:
        """What a command acts on: what the cursor of the active pane stands on."""
        self._follow()
        key = self._detail.cursor_key if self._detail.is_active else None
        return self.selected if key is None else cast("Node", key)

    @property
    def filter_input(self) -> TextInput:
        """The field of the filter."""
        return self.query_one("#filter", TextInput)

    def show_session(self, session: "Session") -> None:
        """Show another account; nothing of the one before stays."""
        is_remembered = self._memory.turn_to(session.profile.name, session.account)
        if self._session is not None or not is_remembered:
            self.sight, self.tab = Sight(sort=self.sight.sort), Tab.OVERVIEW
            self._tree.scroll_to_top()
        self._session = session
        self._snapshot = self._memory.under(session.store.snapshot)
        self._followed = None
        self.redraw()

    def remember(self, profile: Profile, last: LastSeen | None) -> None:
        """Show what the last session of the profile has seen, where this one has not read it."""
        if last is not None:
            self._memory.keep(profile.name, last)
        session = self._session
        if session is None:
            self._memory.turn_to(profile.name)
            self._snapshot = self._memory.under(Snapshot())
        elif session.profile.name == profile.name:
            self._memory.turn_to(profile.name, session.account)
            self._snapshot = self._memory.under(session.store.snapshot)
        self.redraw()

    def renew_session(self, session: "Session") -> None:
        """Go on with the same account; only the token is another."""
        self._session = session
        self.redraw()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what is known now; say what others did to what is selected, or that it is gone."""
        old, self._snapshot = self._snapshot, self._memory.under(snapshot)
        snapshot = self._snapshot
        node = self.selected
        for words in filter(None, (farewell(old, snapshot, node), *news(old, snapshot, node))):
            self.fntui.say(words)
        gone = {mark for mark in self.sight.marks if not exists(snapshot, mark)}
        if gone:
            self.sight = structs.replace(self.sight, marks=self.sight.marks - gone)
        if not self._can_wait_for_a_tick(old):
            self.redraw()

    def _can_wait_for_a_tick(self, old: Snapshot) -> bool:
        """Return True if nothing is new since ``old`` but ages, which move on by themselves."""
        now = self._drawn_for
        is_seen = self.fntui.attendance.has_focus
        return is_seen and now is not None and is_unchanged(old, self._snapshot, now)

    # Drawing

    def tick(self) -> None:
        """Move ages and countdowns on, unless the terminal is known to be out of sight."""
        self.fntui.attend()
        if self.fntui.attendance.has_focus:
            if self.shown_now() == self._drawn_for:
                self.draw_footer()  # alone it tells of what goes by another clock
            else:
                self.redraw()

    def redraw(self) -> None:
        """Draw everything anew; the panes repaint what differs."""
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        snapshot, now = self._snapshot, self.shown_now()
        self._drawn_for = now
        tree = tree_lines(snapshot, self.sight, self._lens(self._tree, now))
        self._tree.show(tree, marks=self.sight.marks)
        if not self._follow():
            self._draw_detail(now)
        width = self._width
        shown = _shown(snapshot, self.selected)
        self._header.show([header_line(self._account(), snapshot, now, shown, width)])
        self.draw_footer()

    def draw_footer(self) -> None:
        """Draw the last line anew: the keys, and what is waited for or narrows the view."""
        width = self._width
        note = self.fntui.waits.note(max(0, width - _LEAST_KEYS)) or self._note()
        self._footer.show([footer_line(self.fntui.settings.keymap, width, note)])

    def shown_now(self) -> datetime:
        """Return the moment that ages and countdowns are told for: now, in steps of five seconds.

        A row that counts seconds is a row to be sent: over a slow line five times as many matter.
        """
        now = self.fntui.server_now()
        return now.replace(second=now.second - now.second % STEP_S, microsecond=0)

    def _draw_detail(self, now: datetime) -> None:
        lens = self._lens(self._detail, now)
        page: Page = detail_page(self._snapshot, self.selected, self.tab, self.sight, lens)
        self._detail.show(page.lines, page.head, self.sight.marks)

    def _lens(self, pane: Pane, now: datetime) -> Lens:
        width = pane.size.width or self._width_to_be(pane)
        return Lens(now, self.fntui.show_time, max(1, width), self.fntui.show_date)

    @property
    def _width(self) -> int:
        return self.size.width or self.fntui.size.width  # the terminal's, before the first paint

    @property
    def _is_single(self) -> bool:
        return self._is_zoomed or self._width < NARROW

    def _width_to_be(self, pane: Pane) -> int:
        """Return the width that a pane will have once it is laid out."""
        if self._is_single:
            return self._width
        tree = _tree_width(self._width)
        return tree - 1 if pane is self._tree else self._width - tree

    def _account(self) -> Account | None:
        session = self._session
        if session is None:
            return None
        return Account(
            session.profile,
            session.token_source,
            session.token_hint,
            session.is_demo,
            session.is_read_only,
        )

    def _note(self) -> str:
        notes: list[str] = []
        if self._session is not None and self._session.recorder.is_following:
            notes.append("another fntui reads")
        if self._session is not None and (paused_s := self._session.poller.paused_s()):
            notes.append(
                f"too many requests: reading on in {math.ceil(paused_s / STEP_S) * STEP_S}s"
            )
        if self.sight.needle:
            notes.append(f"filter: {self.sight.needle}")
        if self.sight.is_problems_only:
            notes.append("problems only")
        if self.sight.marks:
            notes.append(f"{len(self.sight.marks)} marked")
        return " · ".join(notes)

    def on_resize(self, event: events.Resize) -> None:
        """Fit the panes to the new size."""
        width, height = event.size
        self.set_class(width < LEAST[0] or height < LEAST[1], "-too-small")
        self._show_panes()
        self.call_after_refresh(self.redraw)

    def _show_panes(self) -> None:
        is_single = self._is_single
        self._tree.set_class(is_single, "-alone")
        self._tree.display = not is_single or self._tree.is_active
        self._detail.display = not is_single or self._detail.is_active
        self._tree.styles.width = "1fr" if is_single else _tree_width(self._width)
        self.call_after_refresh(self.redraw)

    # Selecting

    @on(Pane.CursorMoved, "#tree")
    def _follow(self) -> bool:
        """Show in the detail what is selected now; return False if it is shown already.

        Called by whoever is about to use the detail, too: of the keys of one burst the first may
        have moved the selection, and no message has come of it yet.
        """
        node = self.selected
        if node == self._followed:
            return False
        self._followed = node
        self._draw_detail(self.shown_now())
        self._detail.scroll_to_top()
        if self._session is not None:
            shows_keys = isinstance(node, (NamespaceKey, KeysBranch, AccessKeyKey))
            self._session.poller.select(namespace_of(node), show_keys=shows_keys)
        return True

    @on(Pane.Clicked)
    def _activate_clicked(self, message: Pane.Clicked) -> None:
        if message.pane in {self._tree, self._detail}:
            self.activate(message.pane)

    def reveal(self, node: Node) -> None:
        """Put the tree's cursor on ``node``; open what is above it, drop what hides it."""
        if not exists(self._snapshot, node):
            return
        above: set[Node] = set()
        parent = parent_of(node)
        while parent is not None:
            above.add(parent)
            parent = parent_of(parent)
        self.sight = structs.replace(self.sight, expanded=self.sight.expanded | above)
        self.redraw()
        if not self._tree.move_to(node):
            self.sight = structs.replace(self.sight, needle="", is_problems_only=False)
            self.redraw()
            self._tree.move_to(node)

    @property
    def pane(self) -> Pane:
        """The pane that keys go to."""
        return self._detail if self._detail.is_active else self._tree

    def activate(self, pane: Pane) -> None:
        """Let keys go to ``pane``."""
        self._follow()
        self._tree.is_active = pane is self._tree
        self._detail.is_active = pane is self._detail
        if self._is_single:
            self._show_panes()

    def change_sight(self, **changes: object) -> None:
        """See something else, and draw it."""
        self.sight = structs.replace(self.sight, **changes)
        self.redraw()


def _tree_width(width: int) -> int:
    return min(38, max(28, width * 28 // 100))


def _shown(snapshot: Snapshot, node: Node) -> Reading:
    """Return how well what is shown is known: the oldest branch, where several are."""
    view = snapshot.namespaces.get(namespace_of(node) or "")
    if view is None:
        views = snapshot.namespaces.values()
        readings = [snapshot.reading, *(each.triggers_reading for each in views)]
    elif isinstance(node, (KeysBranch, AccessKeyKey)):
        readings = [view.access_keys_reading]
    else:
        readings = [view.triggers_reading]
    read = [(reading.read_at, reading) for reading in readings if reading.read_at]
    return min(read, key=itemgetter(0), default=(None, snapshot.reading))[1]

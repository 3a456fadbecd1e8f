"""A pane: lines with a cursor that stands on a key, never on a number.

Whatever changes goes through ``_changing()``, which looks at each visible line before and after and
repaints those that differ: a cursor key costs two lines, an unchanged answer none. Lines that can't
be seen are not looked at, however many there are. Panes are not focusable, so moving between them
costs two lines as well; the screen holds the keys.
"""

from bisect import bisect_left
from collections.abc import Generator, Hashable, Sequence
from contextlib import contextmanager

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from fntui.ui.host import app_of
from fntui.ui.theme import Ground, tones_of
from fntui.ui.views.line_source import Lines, Ready, as_lines
from fntui.ui.views.lines import BLANK, Line


class Pane(Widget):
    """Lines under a head that stays, with a cursor where lines have keys.

    Attributes:
        is_active: Keys go here: its cursor is drawn brighter.
    """

    DEFAULT_CSS = """
    Pane { height: 1fr; }
    """

    class CursorMoved(Message):
        """The cursor stands on another key."""

        def __init__(self, pane: "Pane") -> None:
            """Name the pane."""
            super().__init__()
            self.pane = pane

        @property
        @override
        def control(self) -> "Pane":
            """The pane whose cursor moved."""
            return self.pane

    class Opened(CursorMoved):
        """The line under the cursor was clicked again."""

    class Clicked(CursorMoved):
        """The pane was clicked."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own word
        """Show nothing yet."""
        super().__init__(id=id, classes=classes)
        self._head: Sequence[Line] = ()
        self._lines: Lines = Ready(())
        self._marks: frozenset[Hashable] = frozenset()
        self._top = 0
        self._cursor = -1
        self._is_active = False
        self._is_in_use = False  # the person has been here: the cursor stays where they see it

    # What is shown

    @property
    def lines(self) -> Lines:
        """The lines below the head, the invisible ones included."""
        return self._lines

    @property
    def cursor_key(self) -> Hashable:
        """The key under the cursor; None where no line has one."""
        return self._lines.key(self._cursor) if self._cursor >= 0 else None

    @property
    def is_active(self) -> bool:
        """True if keys go here."""
        return self._is_active

    @is_active.setter
    def is_active(self, is_active: bool) -> None:
        with self._changing():
            self._is_active = is_active
            self._is_in_use = self._is_in_use or is_active

    def show(
        self,
        lines: Sequence[Line],
        head: Sequence[Line] = (),
        marks: frozenset[Hashable] = frozenset(),
    ) -> None:
        """Show these lines; the cursor stays on its key, or goes near to where that was.

        A pane that nobody has moved in stays at its top: what comes up there is seen.
        """
        with self._changing():
            key, old = self.cursor_key, self._cursor
            self._head, self._lines, self._marks = head, as_lines(lines), marks
            self._cursor = self._index_of(key) if self._is_in_use else self._nearest(0)
            if self._cursor < 0:
                self._cursor = self._nearest(max(0, old))
            elif self._is_in_use:
                self._top += self._cursor - old  # what was under the eye stays there
            self._keep_in_sight()

    def move_to(self, key: Hashable) -> bool:
        """Put the cursor on ``key``; return False if no line has it."""
        index = self._index_of(key)
        if index < 0:
            return False
        with self._changing():
            self._cursor = index
            self._is_in_use = True
            self._keep_in_sight()
        return True

    def scroll_to_top(self) -> None:
        """Show the first line, and put the cursor on the first line that takes it."""
        with self._changing():
            self._top, self._cursor = 0, self._nearest(0)
            self._is_in_use = self._is_active

    # Moving

    def move(self, count: int) -> None:
        """Move the cursor by ``count`` keyed lines, down if positive; without keys, scroll."""
        keyed = self._lines.keyed
        self._is_in_use = True
        with self._changing():
            if not keyed:
                self._top += count
            else:
                place = bisect_left(keyed, self._cursor) + count
                if place < 0:
                    self._top = 0  # what stands above the first keyed line
                self._cursor = keyed[min(max(place, 0), len(keyed) - 1)]
            self._keep_in_sight(is_at_top=bool(keyed) and self._top == 0)

    def page(self, pages: float) -> None:
        """Move by so many screenfuls."""
        self.move(round(pages * max(1, self._room - 1)) or (1 if pages > 0 else -1))

    def move_to_end(self, *, is_bottom: bool) -> None:
        """Move to the last line, or to the first."""
        self.move(len(self._lines) if is_bottom else -len(self._lines))

    # Inside

    @property
    def _room(self) -> int:
        return max(1, self.size.height - len(self._head))

    def _index_of(self, key: Hashable) -> int:
        return -1 if key is None else self._lines.index_of(key)

    def _nearest(self, index: int) -> int:
        keyed = self._lines.keyed
        place = bisect_left(keyed, index)
        beside = keyed[max(0, place - 1) : place + 1]
        return min(beside, key=lambda i: abs(i - index), default=-1)

    def _keep_in_sight(self, *, is_at_top: bool = False) -> None:
        if not (self.size.height or self._is_in_use):
            return  # it is not laid out yet, and stays at its top
        if self._cursor >= 0 and not (is_at_top and self._cursor < self._room):
            self._top = min(max(self._top, self._cursor - self._room + 1), self._cursor)
        self._top = min(max(self._top, 0), max(0, len(self._lines) - self._room))

    def _face(self, y: int) -> tuple[Line, bool, bool, bool]:
        """Return what row ``y`` shows: its line, and whether cursor, active and mark are drawn."""
        if y < len(self._head):
            return self._head[y], False, False, False
        index = y - len(self._head) + self._top
        if index >= len(self._lines):
            return BLANK, False, False, False
        line, has_cursor = self._lines[index], index == self._cursor
        return line, has_cursor, has_cursor and self._is_active, line.key in self._marks

    @contextmanager
    def _changing(self) -> Generator[None]:
        height, key = self.size.height, self.cursor_key
        before = [self._face(y) for y in range(height)]
        yield
        width = self.size.width
        changed = [Region(0, y, width, 1) for y in range(height) if self._face(y) != before[y]]
        if changed:
            self.refresh(*changed)
        if self.cursor_key != key:
            self.post_message(self.CursorMoved(self))

    @override
    def render_line(self, y: int) -> Strip:
        """Draw row ``y``."""
        line, has_cursor, is_active, is_marked = self._face(y)
        base = self.visual_style.rich_style
        ground = Ground.BAND if base.reverse else Ground.PLAIN
        if has_cursor:
            base += tones_of(app_of(self))["cursor" if is_active else "cursor-idle"]
            ground = Ground.CURSOR if base.reverse else ground
        tones = tones_of(app_of(self), ground)
        segments = [
            Segment(part.text, base + tones[part.tone] if part.tone else base)
            for part in line.spans
        ]
        if is_marked and segments:
            segments[0] = Segment("+" + segments[0].text[1:], base + tones["marked"])
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_resize(self) -> None:
        """Keep the cursor in sight in the new size."""
        with self._changing():
            self._keep_in_sight()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; on the line under the cursor, open it."""
        index = event.y - len(self._head) + self._top
        self.post_message(self.Clicked(self))
        if event.y < len(self._head) or index >= len(self._lines):
            return
        if index == self._cursor:
            self.post_message(self.Opened(self))
        elif (key := self._lines.key(index)) is not None:
            self.move_to(key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down by three lines."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up by three lines."""
        event.stop()
        self.move(-3)

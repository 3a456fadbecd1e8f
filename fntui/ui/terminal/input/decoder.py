r"""A decoder for what the terminal sends: keys, pastes, the mouse and reports.

Only a person's keys become key presses. Textual's own parser makes keys of the rest, too: of pasted
text with an ESC in it, of reports that it does not know, and of reports that arrive in pieces. This
decoder follows the grammar (ECMA-48), waits for the rest of what has begun, and drops what it does
not know. It reads no clock and no file: bytes and times go in, events come out.
"""

import codecs
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from msgspec.structs import replace

from fntui.ui.terminal.input.events import (
    Focus,
    Input,
    KeyPress,
    Paste,
    PasteRefused,
    mouse_event,
    report_event,
)
from fntui.ui.terminal.input.grammar import (
    INTRODUCERS,
    JUNK,
    KNOWN_CONTROL,
    TOKEN,
    Unfinished,
    shortened,
)
from fntui.ui.terminal.input.key_names import (
    alt_key,
    character_key,
    csi_keys,
    is_plain_press,
    ss3_key,
)
from fntui.ui.terminal.input.paste_buffer import PasteBuffer, without_controls

if TYPE_CHECKING:
    from collections.abc import Callable

UNFINISHED_S: Final = 5.0
"""Seconds that the beginning of a sequence waits for its end."""
UNFINISHED_BYTES: Final = 1 << 16
"""Characters that a sequence may have."""
ALONE_S: Final = 0.15
"""Seconds without a key or junk before a key that counts as pressed alone."""
REPEAT_S: Final = 0.75
"""Seconds after a key in which the same one may be the first repeat of a key held down."""
MAX_TYPED: Final = 50
"""Printable characters in one read that may still be typed; more are a paste."""

_MAX_GHOST: Final = 8  # keys after an Esc that may still be a sequence byte by byte
_QUIT_PAUSE_S: Final = 0.1  # between a paste and a key that ends it
_QUIT_KEYS: Final = {"ctrl+c", "ctrl+q"}
_QUIT: Final = re.compile(rb"[\x03\x11]|\x1b\[(?P<body>[0-9:;]{1,32}[u~])")
_ASIDE: Final = re.compile(rb"(?:\x1b\[(?:<[0-9;]{5,20}[Mm]|[IO]))+")  # mouse and focus
_PASTE_START: Final = "\x1b[200~"
_MAX_BODY: Final = 256  # characters: no longer control sequence means a key
_CANCEL: Final = frozenset("\x03\x11\x18\x1a")  # Ctrl-C, Ctrl-Q, CAN, SUB

_ESCAPE: Final = KeyPress("escape", "\x1b")

_BLANK: Final = re.compile(r"\s")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


@lru_cache(maxsize=4096)
def _typed(character: str) -> KeyPress:
    return KeyPress(*character_key(character))


@lru_cache(maxsize=4096)
def _alt(character: str) -> KeyPress:
    return KeyPress(*alt_key(character))


@lru_cache(maxsize=1024)
def _pressed(body: str) -> tuple[KeyPress, ...] | None:
    keys = csi_keys(body)
    return None if keys is None else tuple(KeyPress(*key) for key in keys)


def _quits(data: bytes) -> bool:
    """Return whether a read is Ctrl-C or Ctrl-Q, once or more, however the terminal sends them."""
    found = list(_QUIT.finditer(data))
    if b"".join(piece[0] for piece in found) != data:
        return False
    keys = [_pressed(piece["body"].decode()) for piece in found if piece["body"]]
    return all(each is not None and {key.key for key in each} <= _QUIT_KEYS for each in keys)


class Decoder:
    """Makes events of what the terminal sends, as it comes in."""

    def __init__(self, *, escape_s: float) -> None:
        """Wait ``escape_s`` seconds after an Esc for the rest of a sequence."""
        self._escape_s = escape_s
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._events: list[Input] = []  # of this read
        self._now = self._last_read = self._last_busy = float("-inf")
        self._is_busy = False  # this read has more in it than keys, mouse and focus
        self._last_key, self._last_key_s = "", float("-inf")
        self._is_torn = False  # this read is the rest of what was taken for Esc
        self._unfinished: Unfinished | None = None
        self._continued: Unfinished | None = None  # what this read begins with
        self._paste: PasteBuffer | None = None
        # The stretch of this read that is not in brackets: it may turn out to be a paste.
        self._start = self._first_event = 0
        self._plain: list[str] = []
        self._junk: list[str] = []
        self._handlers: Final[dict[str, Callable[[re.Match[str]], int]]] = {
            "text": self._on_text,
            "mouse": self._on_mouse,
            "csi": self._on_csi,
            "ss3": self._on_ss3,
            "x10": self._on_dropped,
            "report": self._on_dropped,
            "alt": self._on_alt,
            "unfinished": self._on_unfinished,
            "broken": self._on_broken,
            "invalid": self._on_dropped,
            "escapes": self._on_escape,
            "escape": self._on_escape,
        }

    @property
    def deadline(self) -> float | None:
        """When to call ``tick`` next; None if nothing waits for time."""
        times: list[float] = []
        if self._paste is not None and not self._paste.is_late:
            times.append(self._paste.deadline)
        if self._unfinished is not None and self._unfinished.is_escape:
            times.append(self._unfinished.last + self._escape_s)
        return min(times, default=None)

    def tick(self, now: float) -> list[Input]:
        """Return what became clear because nothing was read until ``now``."""
        self._events = []
        self._expire_paste(now)
        self._expire_escape(now)
        return self._events

    def feed(self, data: bytes, now: float) -> list[Input]:
        """Return the events of one read of the terminal, which came at ``now``."""
        before = self.tick(now)
        if not data:
            return before
        if now - self._last_read >= UNFINISHED_S:
            self._utf8.reset()
        self._now = self._last_read = now
        self._events = []
        self._is_busy = False
        self._take(data, self._utf8.decode(data))
        self._mark_alone()
        return before + self._events

    def _expire_paste(self, now: float) -> None:
        paste = self._paste
        if paste is not None and not paste.is_late and now >= paste.deadline:
            rest = self._utf8.decode(b"", final=True)
            self._fill(paste, paste.tail + rest)
            self._end_paste(paste)
            if paste.is_bracketed:
                paste.is_late = True
                self._paste = paste
        if paste is not None and paste.is_late and now >= paste.deadline:
            self._paste = None

    def _expire_escape(self, now: float) -> None:
        """Make keys of an Esc that nothing followed in time."""
        one = self._unfinished
        if one is not None and one.is_escape and now >= one.last + self._escape_s:
            self._press_escape(one)

    def _press_escape(self, one: Unfinished) -> None:
        """Make keys of an Esc; remember it, since the rest of a sequence may come yet."""
        if len(one.text) > 1 and one.began == one.last:  # in one read, as Alt and a key
            self._events.append(_alt(one.text[1]))
        else:
            self._events.append(replace(_ESCAPE, is_alone=one.is_alone))
            self._events.extend(map(_typed, one.text[1:]))
        one.is_ghost = True
        self._last_busy = max(self._last_busy, one.last)

    def _take(self, data: bytes, text: str) -> None:
        """Take a read by what came before it."""
        paste = self._paste
        is_single = len(data) == 1
        if paste is None:
            self._take_typed(text, is_single=is_single)
        elif _ASIDE.fullmatch(data):
            self._take_aside(paste, text)
        elif paste.is_late:
            self._take_late(paste, text, is_key=is_single or _quits(data))
        elif paste.is_bracketed and self._now >= paste.last + _QUIT_PAUSE_S and _quits(data):
            self._end_paste(paste)
            self._scan(text)
        else:
            paste.last = self._now
            self._scan(paste.tail + text)

    def _take_aside(self, paste: PasteBuffer, text: str) -> None:
        """Take mouse and focus during a paste: no part of it, and no reason to wait longer for it.

        What the mouse did could be a part of the text, so only the focus counts.
        """
        self._paste = None
        self._scan(text)
        self._paste, self._is_busy = paste, True
        self._events = [event for event in self._events if isinstance(event, Focus)]

    def _take_late(self, paste: PasteBuffer, text: str, *, is_key: bool) -> None:
        """Take what may be the rest of a paste that was delivered: only single bytes are keys."""
        text_and_tail = paste.tail + text
        start = text_and_tail.find(_PASTE_START)
        end = paste.take(text_and_tail[:start] if start >= 0 else text_and_tail)
        if end is None and start >= 0:  # the next paste: the end of this one was lost
            end = start
        if end is not None:
            self._paste = self._unfinished = None
            self._is_busy = True
            self._scan(text_and_tail, end)
        else:
            if is_key:
                self._take_typed(text, is_single=True)
            self._is_busy = True  # a key, too, may be a part of the text

    def _take_typed(self, text: str, *, is_single: bool) -> None:
        """Take a read outside of pastes."""
        self._give_up_escape(text)
        one, self._unfinished = self._unfinished, None
        if not text:
            self._unfinished = one
        elif one is None or self._now - one.last >= UNFINISHED_S:
            self._scan(text)
        elif is_single and (one.is_ghost or self._now - one.began >= UNFINISHED_S):
            self._scan(text)
            self._is_busy = self._is_busy or not one.is_ghost
            self._remember(one, text)
        elif not one.is_ghost:
            self._continued = one
            self._scan(one.text + text, start=len(one.text))
            self._continued = None
        elif one.is_continued_by(text):
            self._scan_torn(one.text + text)
        else:
            self._scan(text)

    def _give_up_escape(self, text: str) -> None:
        """Take an ESC for a key if ``text``, which was read after it, continues no sequence.

        Alt and a key come in one read. After a string, only a backslash continues.
        """
        one = self._unfinished
        if one is None or not text or self._now - one.last >= UNFINISHED_S:
            return
        if len(one.text) > 1 and one.text[-1] == "\x1b" and text[0] != "\\":
            one = self._unfinished = Unfinished("\x1b", 1, one.last, one.last)
            self._expire_escape(self._now)
        if one.text == "\x1b" and not one.is_ghost and text[0] not in INTRODUCERS + "\x1b":
            self._press_escape(one)

    def _remember(self, one: Unfinished, key: str) -> None:
        """Remember what was taken for keys, while the last key could be a part of it."""
        found = TOKEN.fullmatch(one.text + key)
        if self._unfinished is not None or found is None or found.lastgroup != "unfinished":
            return
        if one.is_ghost and len(found[0]) > _MAX_GHOST:
            return
        one.text = shortened(found[0])
        if one.is_ghost:
            one.last = self._now
        self._unfinished = one

    def _scan_torn(self, text: str) -> None:
        """Drop the rest of what was taken for an Esc, except pastes."""
        first = len(self._events)
        self._is_torn = self._is_busy = True
        self._scan(text)
        self._is_torn = False
        self._events[first:] = [
            event for event in self._events[first:] if isinstance(event, (Paste, PasteRefused))
        ]

    def _scan(self, text: str, position: int = 0, start: int | None = None) -> None:
        """Make events of ``text`` from ``position``; a paste in it would begin at ``start``."""
        self._begin_stretch(position if start is None else start)
        while position < len(text):
            if self._paste is not None and not self._paste.is_late:
                position = self._scan_paste(self._paste, text, position)
            else:
                found = cast("re.Match[str]", TOKEN.match(text, position))
                position = self._handlers[cast("str", found.lastgroup)](found)
        if self._paste is None and self._is_pasted():
            self._unfinished = None
            self._paste = PasteBuffer(self._now, is_bracketed=False)
            self._scan_paste(self._paste, text, self._start)

    def _begin_stretch(self, start: int) -> None:
        self._start, self._first_event = start, len(self._events)
        self._plain.clear()
        self._junk.clear()

    def _is_pasted(self) -> bool:
        """Whether this stretch is a paste without brackets; if so, its events are dropped.

        Colour codes in a pasted text make junk of what follows them. Malformed reports do so, too,
        but there are no blanks in those.
        """
        typed, junk = "".join(self._plain), "".join(self._junk)
        text = typed + junk
        if self._is_torn or len(text) <= MAX_TYPED or not (typed or _BLANK.search(junk)):
            return False
        if len(set(text)) == 1 or len(_CONTROL.sub("", text)) <= MAX_TYPED:
            return False
        del self._events[self._first_event :]
        return True

    def _scan_paste(self, paste: PasteBuffer, text: str, position: int) -> int:
        self._is_busy = True
        end = self._fill(paste, text, position)
        if end is None:
            return len(text)
        self._end_paste(paste)
        if paste.is_bracketed:
            self._begin_stretch(end)
        else:
            self._paste = PasteBuffer(self._now, is_bracketed=True)
        return end

    def _fill(self, paste: PasteBuffer, text: str, position: int = 0) -> int | None:
        """Add to a paste; return where its end marker ends, or None if it goes on."""
        was_refused = paste.is_refused
        end = paste.take(text, position)
        if paste.is_refused and not was_refused:
            self._events.append(PasteRefused(paste.is_bracketed))
        return end

    def _end_paste(self, paste: PasteBuffer) -> None:
        self._paste = None
        self._last_busy = max(self._last_busy, paste.last)
        if not paste.is_refused:
            self._events.append(Paste(paste.text(), paste.is_bracketed))

    def _skip(self, text: str, position: int) -> int:
        """Drop what follows junk, up to the next sequence."""
        self._is_busy = True
        found = cast("re.Match[str]", JUNK.match(text, position))
        self._junk.append(found[0])
        return found.end()

    def _on_text(self, found: re.Match[str]) -> int:
        self._plain.append(found[0])
        self._events.extend(map(_typed, found[0]))
        return found.end()

    def _on_alt(self, found: re.Match[str]) -> int:
        self._events.append(_alt(found["alt"]))
        return found.end()

    def _on_escape(self, found: re.Match[str]) -> int:
        self._events.extend([_ESCAPE] * len(found[0]))
        return found.end()

    def _on_dropped(self, found: re.Match[str]) -> int:
        self._is_busy = True
        return found.end()

    def _on_mouse(self, found: re.Match[str]) -> int:
        if mouse := mouse_event(found["mouse"]):
            self._events.append(mouse)
        else:
            self._is_busy = True
        return found.end()

    def _on_ss3(self, found: re.Match[str]) -> int:
        if key := ss3_key(found["ss3"]):
            self._events.append(KeyPress(*key))
        else:
            self._is_busy = True
        return found.end()

    def _on_csi(self, found: re.Match[str]) -> int:
        body = found["csi"]
        if body == "200~":
            return self._begin_paste(found)
        if report := report_event(body):
            self._events.append(report)
            self._is_busy = self._is_busy or not isinstance(report, Focus)
        elif len(body) <= _MAX_BODY and (keys := _pressed(body)) is not None:
            self._events.extend(keys)
            self._is_busy = self._is_busy or not is_plain_press(body)
        elif not KNOWN_CONTROL.fullmatch(body):
            return self._skip(found.string, found.end())
        else:
            self._is_busy = True
        return found.end()

    def _begin_paste(self, found: re.Match[str]) -> int:
        """Begin a paste in brackets, after one without if that much text is before it."""
        if self._is_pasted():
            text = found.string[self._start : found.start()]
            self._events.append(Paste(without_controls(text), is_bracketed=False))
        self._paste = PasteBuffer(self._now, is_bracketed=True)
        return found.end()

    def _on_unfinished(self, found: re.Match[str]) -> int:
        text = found[0]
        one = Unfinished(shortened(text), len(text), self._now, self._now)
        if self._continued and not found.start():
            one.began = self._continued.began
            one.size += self._continued.size - len(self._continued.text)
        if one.size > UNFINISHED_BYTES:
            one.began = float("-inf")  # single bytes are keys again, as if it had begun long ago
        self._unfinished = one
        return found.end()

    def _on_broken(self, found: re.Match[str]) -> int:
        """Drop a sequence that something else interrupts; of that, only a few keys act."""
        text, position = found.string, found.end()
        if text[position] == "\x1b":
            self._is_busy = True
            return position
        if text[position] in _CANCEL:
            self._events.append(_typed(text[position]))
            position += 1
        return self._skip(text, position)

    def _mark_alone(self) -> None:
        """Mark the key that is all of a read, if nothing came shortly before it.

        A key that is held down repeats itself: of one press, the first key alone is meant.
        """
        keys = [event for event in self._events if isinstance(event, KeyPress)]
        one = self._unfinished
        is_begun = one is not None and one.last == self._now and not one.is_ghost
        if self._utf8.getstate()[0]:  # half a character
            self._is_busy = True
        is_quiet = not self._is_busy and self._now - self._last_busy >= ALONE_S
        if is_begun and one is not None:
            one.is_alone = is_quiet and not self._events and one.text == "\x1b"
        elif is_quiet and len(self._events) == len(keys) == 1 and not self._repeats(keys[0]):
            self._events[0] = replace(keys[0], is_alone=True)
        if keys:
            self._last_key, self._last_key_s = keys[-1].key, self._now
        if keys or self._is_busy:
            self._last_busy = self._now

    def _repeats(self, key: KeyPress) -> bool:
        return key.key == self._last_key and self._now - self._last_key_s < REPEAT_S

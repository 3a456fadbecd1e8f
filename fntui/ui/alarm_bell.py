"""Calls a person who looks elsewhere: bell, toast, the terminal's title, a notification."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fntui.core.health.acknowledgements import AlarmKey, ended
from fntui.core.health.alarms import Alert, look, needs
from fntui.core.model.events import Acknowledged
from fntui.core.model.snapshot import Snapshot
from fntui.ui.repertoire import Repertoire
from fntui.ui.terminal.ascii import to_ascii
from fntui.ui.terminal.osc import has_title, notification_sequence, title_sequence
from fntui.ui.text import printable
from fntui.ui.views.toasts import call_words, notice_words

if TYPE_CHECKING:
    from fntui.ui.host import Host

BELL: Final = "\a"

QUIET_S: Final = 10.0
"""Seconds after a bell in which what else arises is gathered: an outage is not a hundred bells."""

_SAID_FOR_S: Final = 30.0


class Attention:
    """Looks at every snapshot, and once a second, at what needs a person.

    Attributes:
        title: What the terminal is to be called while the program has it; ``""``: as before.
    """

    def __init__(self, app: "Host", environ: Mapping[str, str] = os.environ) -> None:
        """Speak through ``app``; know nothing yet."""
        self._app = app
        self._environ = environ
        self._has_title = has_title(environ)
        self._alert = Alert()
        self._rang_s = -QUIET_S
        self.title = self._title("")

    def begin(self) -> None:
        """Begin anew with another account: what it shows at first is no news."""
        self._alert = Alert()

    def look(self) -> None:
        """Call for what is new, show in the title what there is, forget what has ended."""
        session = self._app.session
        if session is None:
            return
        snapshot, now = session.store.snapshot, session.server_now()
        is_quiet = self._app.clock.monotonic() - self._rang_s < QUIET_S
        self._alert, due = look(self._alert, snapshot, now, is_quiet=is_quiet)
        if due:
            self._call(snapshot, due, now)
        self._show_title(self._title(needs(snapshot, now).words or session.profile.name))
        over = ended(snapshot, now)
        if over:  # to compare snapshots takes its time
            done = (Acknowledged(at=now, key=key, acknowledgement=None) for key in over)
            session.store.apply(*done)

    def _call(self, snapshot: Snapshot, due: Sequence[AlarmKey], now: datetime) -> None:
        self._rang_s = self._app.clock.monotonic()
        words = call_words(snapshot, due, now, self._app.show_time)
        self._app.say(words, "error", for_s=_SAID_FOR_S)
        settings = self._app.settings
        sequences = BELL if settings.has_bell else ""
        if settings.notifies:
            words = self._spelt(f"fntui: {notice_words(snapshot, due, now)}")
            sequences += notification_sequence(words, self._environ)
        if sequences:
            self._app.write_to_terminal(sequences)

    def _title(self, words: str) -> str:
        if not self._has_title:
            return ""
        return self._spelt(f"fntui: {words}" if words else "fntui")

    def _show_title(self, title: str) -> None:
        if title != self.title:
            self.title = title
            self._app.write_to_terminal(title_sequence(title))

    def _spelt(self, text: str) -> str:
        is_ascii = self._app.repertoire is Repertoire.ASCII
        return to_ascii(printable(text)) if is_ascii else printable(text)

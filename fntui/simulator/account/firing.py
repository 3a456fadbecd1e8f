"""When a trigger fires: a pure state machine that is told the time and catches up with it."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from fntui.simulator.account import draws
from fntui.simulator.cron import latest_slots, next_slot


class Firing:
    """The runs of one trigger.

    A slot is a moment that the cron names. Its run comes 1 to 5 seconds later, the same ones for
    the same seed; later still, or never, where the script says so.

    Attributes:
        cron: Five fields, checked.
        last_run_at: When it fired last; None: not yet.
        next_run_at: The next slot; None while stopped, or where the cron never matches.
        script: What becomes of the next slots, one item each: seconds of delay, or None for a run
            that is missed. Slots beyond it are on time.
        lag_s: Seconds from a run's start until ``last_run_at`` shows it.
    """

    def __init__(self, seed: str, cron: str) -> None:
        """Have never fired, and be stopped.

        Args:
            seed: Decides the delay of each run.
            cron: Five fields, checked.
        """
        self.cron = cron
        self.last_run_at: datetime | None = None
        self.next_run_at: datetime | None = None
        self.script: deque[float | None] = deque()
        self.lag_s = 0.0
        self._seed = seed
        self._pending: list[datetime] = []

    def restart(self, after: datetime, *, is_enabled: bool) -> None:
        """Go on with the slots later than ``after``, or with none; a run under way still comes."""
        self.next_run_at = next_slot(self.cron, after) if is_enabled else None

    def delay_next(self, seconds: float) -> None:
        """Let the run of the next slot come ``seconds`` later than it would have."""
        self._rewrite([seconds])

    def skip(self, count: int) -> None:
        """Let the next ``count`` slots pass without a run."""
        self._rewrite([None] * count)

    def catch_up(self, now: datetime) -> None:
        """Let happen what was due until ``now``; how often this is called changes nothing."""
        while self.script and self.next_run_at is not None and self.next_run_at <= now:
            self._pass(self.next_run_at, self.script.popleft())
            self.next_run_at = next_slot(self.cron, self.next_run_at)
        if self.next_run_at is not None and self.next_run_at <= now:
            self._leap(self.next_run_at, now)
        shown_until = now - timedelta(seconds=self.lag_s)
        happened = [run for run in self._pending if run <= shown_until]
        self._pending = [run for run in self._pending if run > shown_until]
        self.last_run_at = max(filter(None, [self.last_run_at, *happened]), default=None)

    def _leap(self, first: datetime, now: datetime) -> None:
        # Of runs that are all on time only the newest can still be told apart from outside: the
        # last may be under way, or not shown yet, the one before is over. A year then costs no more
        # than a minute.
        for slot in latest_slots(self.cron, now, 2 + int(self.lag_s // 60)):
            if slot >= first:
                self._pass(slot, 0.0)
        self.next_run_at = next_slot(self.cron, now)

    def _pass(self, slot: datetime, delay_s: float | None) -> None:
        if delay_s is not None:
            start_s = round(1 + 4 * draws.fraction(self._seed, slot.isoformat()), 3)
            self._pending.append(slot + timedelta(seconds=start_s + delay_s))

    def _rewrite(self, beginning: Iterable[float | None]) -> None:
        new = deque(beginning)
        self.script = new + deque(list(self.script)[len(new) :])

"""The limits of a history: age, size, time-outs."""

from datetime import timedelta

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The limits of a history.

    Attributes:
        call_s: Real seconds that a call may take before it fails.
        close_s: Real seconds that closing may take.
        busy_s: Real seconds to wait for another fntui that is writing.
        kept_for: How long what was seen is kept.
        size: Bytes that the file may have.
        tidied_every_s: Seconds of the clock from one pruning to the next.
        silent_s: A leader that has not called for so long is taken for dead.
        stale_s: So is one whose last call is so far from now when it is looked at for the first
            time.
        forgotten_s: A follower that has not called for so long has no wishes any more.
        deleted_s: And after so long its row is deleted.
    """

    call_s: float = 5.0
    close_s: float = 1.0
    busy_s: float = 2.0
    kept_for: timedelta = timedelta(days=90)
    size: int = 50_000_000
    tidied_every_s: float = 3600.0
    silent_s: float = 10.0
    stale_s: float = 15.0
    forgotten_s: float = 30.0
    deleted_s: float = 60.0

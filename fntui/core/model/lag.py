"""The publication lag: how late the API shows a run that started on time."""

import math
from datetime import datetime
from typing import Final

from msgspec import Struct

MAX_S: Final = 600.0
"""The longest lag that is believed, in seconds: alarms must not wait for ever."""

_HALVED_AFTER_S: Final = 86_400.0
_MARGIN: Final = 1.25
_LOOKS_S: Final = 15.0  # between the looks that show a run
_STEP_S: Final = 10.0


class Lag(Struct, frozen=True, kw_only=True):
    """The longest lag that was seen, which counts for less as time passes.

    Attributes:
        lag_s: Seconds from a run's start to the reading that showed it.
        seen_at: Server time of that reading.
    """

    lag_s: float
    seen_at: datetime

    def lag_at(self, now: datetime) -> float:
        """Return what is left of the lag at ``now``, in seconds: half of it after a day."""
        age_s = max(0.0, (now - self.seen_at).total_seconds())
        return self.lag_s * math.exp2(-age_s / _HALVED_AFTER_S)

    def grace_s(self, now: datetime) -> float:
        """Return how long after its slot a run may still be on its way, in seconds."""
        return math.ceil((self.lag_at(now) * _MARGIN + _LOOKS_S) / _STEP_S) * _STEP_S

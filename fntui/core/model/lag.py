"""The publication lag: how late the API shows a run that started on time."""

from datetime import datetime

from msgspec import Struct


class Lag(Struct, frozen=True, kw_only=True):
    """How late the API shows runs, as it was last seen.

    Attributes:
        lag_s: Seconds from the start of a run until an answer shows it; finite, never negative.
        seen_at: The time of the answer from which that was learned.
    """

    lag_s: float
    seen_at: datetime

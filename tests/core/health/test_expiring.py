from datetime import datetime, timedelta

from fntui.api.models import AccessKey
from fntui.core.health.summary import expiring_within
from fntui.core.model.snapshot import AccessKeyKey
from tests.support.builders import NOON
from tests.support.shown import FN, a_snapshot

HOUR = timedelta(hours=1)


def test_keys_that_expire_after_now_and_within_the_time_soonest_first() -> None:
    ends: dict[str, datetime | None] = {
        "later": NOON + HOUR + timedelta(seconds=1),
        "last": NOON + HOUR,
        "first": NOON + timedelta(seconds=1),
        "now": NOON,
        "never": None,
    }
    keys = [AccessKey(key_id=name, expires_at=end) for name, end in ends.items()]
    found = expiring_within(a_snapshot((), keys), NOON, HOUR)
    assert found == [(ends[name], AccessKeyKey(FN, name)) for name in ("first", "last")]

import pytest
from msgspec import structs

from fntui.api.models import AccessKey
from fntui.core.model.events import AccessKeyRead, NamespaceGone
from fntui.core.store.store import Store
from tests.support.builders import at
from tests.support.made_facts import CI, keys, lines, namespaces, store_with_billing

KEY = AccessKey(key_id="k-2", name="contractor", expires_at=at("11:05"))
EXPIRED = ("watch", "access key contractor expired")


@pytest.fixture
def store() -> Store:
    return store_with_billing()


@pytest.mark.parametrize("later", [(CI, KEY), (CI,)])
def test_a_key_that_expires_between_two_readings_is_told_once(
    store: Store, later: tuple[AccessKey, ...]
) -> None:
    store.apply(keys("11:04", CI, KEY))
    assert lines(store) == []
    store.apply(keys("11:06", *later))
    store.apply(keys("11:08", *later))
    assert lines(store) == [EXPIRED]
    assert store.snapshot.activity[0].target == "k-2"
    assert store.snapshot.activity[0].at == at("11:06")


def test_a_key_that_had_expired_before_it_was_read_is_no_news(store: Store) -> None:
    store.apply(keys("11:06", CI, KEY))
    store.apply(keys("11:08", CI, KEY))
    store.apply(keys("11:10", CI))
    assert lines(store) == []


def test_a_key_that_goes_before_its_time_was_deleted(store: Store) -> None:
    store.apply(keys("11:01", CI, KEY))
    store.apply(keys("11:03", CI))
    assert lines(store) == []
    store.apply(keys("11:04", CI))
    assert lines(store) == [("someone", "deleted access key contractor")]


def test_nothing_expires_by_the_answer_to_a_change(store: Store) -> None:
    store.apply(keys("11:04", CI, KEY))
    renamed = structs.replace(KEY, name="guest")
    store.apply(AccessKeyRead(at=at("11:06"), namespace_id="fn-1", access_key=renamed))
    assert EXPIRED not in lines(store)
    store.apply(keys("11:07", CI, renamed))
    assert lines(store)[-1] == ("watch", "access key guest expired")


def test_what_goes_with_its_namespace_does_not_expire(store: Store) -> None:
    store.apply(keys("11:04", KEY))
    store.apply(NamespaceGone(at=at("11:06"), namespace_id="fn-1"))
    store.apply(namespaces("11:07"))
    assert lines(store) == [("someone", "deleted namespace billing")]

import re

import pytest

from fntui.simulator import faults as described
from fntui.simulator.faults import NAMES, Fault, Faults


def test_a_fault_strikes_always_unless_told_otherwise() -> None:
    faults = Faults(1, [Fault("slow")])
    assert all("slow" in faults.strike("list triggers") for _ in range(20))


def test_a_fault_strikes_so_many_times() -> None:
    faults = Faults(1, [Fault("drop", times=2)])
    assert [bool(faults.strike("")) for _ in range(4)] == [True, True, False, False]


def test_a_fault_strikes_its_operation_alone() -> None:
    faults = Faults(1, [Fault("hang", operation="list triggers", times=1)])
    assert not faults.strike("get trigger")
    assert "hang" in faults.strike("list triggers")


def test_a_rate_strikes_its_share_the_same_ones_for_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed, [Fault("server-error", rate=0.25)])
        return [bool(faults.strike("")) for _ in range(1000)]

    assert 200 < sum(struck(1)) < 300
    assert struck(1) == struck(1)
    assert struck(1) != struck(2)


def test_several_faults_strike_together() -> None:
    faults = Faults(1, [Fault("slow"), Fault("cut-json"), Fault("slow", rate=0)])
    assert list(faults.strike("")) == ["slow", "cut-json"]


def test_a_fault_can_be_written_with_its_rate() -> None:
    assert Fault.parse("slow") == Fault("slow")
    assert Fault.parse("slow:0.5") == Fault("slow", rate=0.5)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("slwo", "no fault is called slwo; there are altered, bad-utf8, "),
        ("slow:2", "from 0 to 1, not 2.0"),
        ("slow:often", "could not convert"),
    ],
)
def test_a_fault_that_there_is_not_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Fault.parse(text)


def test_every_fault_is_told_of_once() -> None:
    told = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", described.__doc__ or "")
    assert [name for name in NAMES if name not in told] == []
    assert len(set(NAMES)) == len(NAMES)

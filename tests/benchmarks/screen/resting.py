"""What a screen costs on which nobody does anything."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from fntui.clock import SystemClock
from tests.benchmarks.screen.program import OVER_SSH, TRUECOLOR, Program
from tests.benchmarks.screen.recorded import count
from tests.benchmarks.screen.setting import TOKEN, Setting, account, fresh_home, signed_in
from tests.benchmarks.screen.table import BYTES, PER_S, PERCENT, Row, at_most, beside

_BYTES_GOAL: Final = 100.0
_CPU_GOAL: Final = 0.005
_FOCUS_OUT: Final = "\x1b[O"
_SETTLING_S: Final = 5.0
_POLLED_S: Final = 125.0  # the selected namespace is read again after 30 s at the latest
_AFTER_ANSWER_S: Final = 0.25
_YEARLY: Final = "0 3 1 1 *"
_TRIGGERS: Final = 10


def measure_idle(setting: Setting) -> Iterator[Row]:
    """Yield what 40 triggers with their countdowns write and take, seen and unseen."""
    with account("--namespaces", "2", "--triggers", "20") as url:
        for terminal in (TRUECOLOR, OVER_SSH):
            with fresh_home() as home, signed_in(terminal, url, home) as program:
                program.wait("40 of 40")
                program.listen(_SETTLING_S)
                written, cpu = _idle(program, setting.idle_s)
                yield at_most(f"idle, 40 triggers, {terminal}", [written], _BYTES_GOAL, PER_S)
                yield at_most(f"idle, processor, {terminal}", [cpu], _CPU_GOAL, PERCENT)
                program.press(_FOCUS_OUT)
                program.listen(1.0)
                written, cpu = _idle(program, setting.idle_s)
                yield beside(f"without the focus, news alone, {terminal}", [written], PER_S)
                yield at_most(f"the same, processor, {terminal}", [cpu], _CPU_GOAL, PERCENT)


def measure_poll(setting: Setting) -> Iterator[Row]:
    """Yield the bytes while an answer comes in which nothing is new: triggers of once a year."""
    with account("--namespaces", "1", "--triggers", "0", "--keys", "0") as url:
        _add_triggers(url, _TRIGGERS)
        with fresh_home() as home, signed_in(OVER_SSH, url, home, home / "log") as program:
            program.wait(f"{_TRIGGERS} of {_TRIGGERS}")
            program.press("\x1b[B")  # selected, the namespace is read often
            program.listen(_SETTLING_S)
            settled_s, known = SystemClock().monotonic(), len(_answers(home / "log"))
            program.listen(_POLLED_S)
            answers = _answers(home / "log")[known:]
            total = count(program.chunks, settled_s)
            program.press(_FOCUS_OUT)
            program.listen(1.0)
            unseen, _ = _idle(program, setting.idle_s)
        found = [float(count(program.chunks, *window)) for window in answers]
        yield at_most(f"an unchanged poll ({len(found)} seen)", found, 0.0, BYTES)
        yield at_most("all that is written meanwhile", [total / _POLLED_S], _BYTES_GOAL, PER_S)
        yield at_most("idle without the focus, nothing new", [unseen], 0.0, PER_S)


def _idle(program: Program, seconds: float) -> tuple[float, float]:
    """Return bytes a second, and the share of a processor."""
    before_s, cpu_s = SystemClock().monotonic(), program.cpu_s()
    program.listen(seconds)
    passed_s = SystemClock().monotonic() - before_s
    return count(program.chunks, before_s) / passed_s, (program.cpu_s() - cpu_s) / passed_s


def _answers(log: Path) -> list[tuple[float, float]]:
    """Return from when to when each answer came and was shown, by the steady clock."""
    clock = SystemClock()
    steady_at = clock.now() - timedelta(seconds=clock.monotonic())
    found: list[tuple[float, float]] = []
    for line in log.read_text("utf-8").splitlines():
        at, _method, _path, _status, took, _id = line.split()
        asked_s = (datetime.fromisoformat(at) - steady_at).total_seconds()
        answered_s = asked_s + float(took.removesuffix("ms")) / 1000
        found.append((asked_s, answered_s + _AFTER_ANSWER_S))
    return found


def _add_triggers(url: str, times: int) -> None:
    with httpx.Client(
        base_url=f"{url}/v2/functions/namespaces",
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    ) as client:
        namespace_id = client.get("").json()["namespaces"][0]["namespace"]
        for number in range(times):
            draft = {
                "name": f"yearly-{number:02}",
                "function": "reports/yearly",
                "type": "SCHEDULED",
                "is_enabled": True,
                "scheduled_details": {"cron": _YEARLY},
            }
            client.post(f"/{namespace_id}/triggers", json=draft).raise_for_status()

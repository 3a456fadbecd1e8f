"""A network whose answers contradict each other now and then, each in one way."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any, Final

import httpx
from typing_extensions import override

from fntui.clock import ManualClock
from fntui.simulator.app import SimulatedApi
from tests.support.watched import Network

Json = dict[str, Any]
Lie = Callable[[Json, Random, datetime], None]


def _triggers(answer: Json) -> list[Json]:
    return answer.get("triggers") or ([answer["trigger"]] if "trigger" in answer else [])


def _times(answer: Json, rng: Random, **moments: str | None) -> None:
    """Put other times into the runs of about half of the triggers of an answer."""
    for trigger in _triggers(answer):
        if rng.random() < 0.5:
            trigger["scheduled_runs"] |= moments


def _moment(now: datetime, seconds: float) -> str:
    return (now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _left_out(answer: Json, rng: Random, _: datetime) -> None:
    for name in ("namespaces", "triggers", "access_keys"):
        if answer.get(name):
            answer[name].pop(rng.randrange(len(answer[name])))


def _emptied(answer: Json, _: Random, __: datetime) -> None:
    for name in ("namespaces", "triggers", "access_keys"):
        if name in answer:
            answer[name] = []


def _reversed(answer: Json, _: Random, __: datetime) -> None:
    for name in ("namespaces", "triggers", "access_keys"):
        if name in answer:
            answer[name].reverse()


def _last_left_out(answer: Json, rng: Random, _: datetime) -> None:
    for trigger in _triggers(answer):
        if rng.random() < 0.5:
            trigger["scheduled_runs"].pop("last_run_at", None)


def _updated_ahead(answer: Json, rng: Random, now: datetime) -> None:
    for trigger in _triggers(answer):
        trigger["updated_at"] = _moment(now, rng.uniform(120, 86_400))


LIES: Final[dict[str, Lie]] = {
    "one object left out": _left_out,
    "an empty list": _emptied,
    "another order": _reversed,
    "no last run": lambda answer, rng, _: _times(answer, rng, last_run_at=None),
    "the last run left out": _last_left_out,
    "an older last run": lambda answer, rng, now: _times(
        answer, rng, last_run_at=_moment(now, -rng.uniform(300, 200_000))
    ),
    "a last run to come": lambda answer, rng, now: _times(
        answer, rng, last_run_at=_moment(now, rng.uniform(120, 86_400))
    ),
    "no next run": lambda answer, rng, _: _times(answer, rng, next_run_at=None),
    "a next run that is over": lambda answer, rng, now: _times(
        answer, rng, next_run_at=_moment(now, -rng.uniform(0, 86_400))
    ),
    "another next run": lambda answer, rng, now: _times(
        answer, rng, next_run_at=_moment(now, rng.uniform(0, 86_400))
    ),
    "a change to come": _updated_ahead,
}
"""What is altered in an answer."""

KINDS: Final = (*LIES, "a wrong date", "not found", "an old answer")
"""All ways to contradict."""


class LyingNetwork(Network):
    """Gives a wrong answer now and then.

    Attributes:
        kinds: What may be wrong; nothing is while there are none.
        rate: Share of the answers that are.
        told: How many were.
    """

    def __init__(self, app: SimulatedApi, clock: ManualClock) -> None:
        """Lead to ``app``, and tell the truth."""
        super().__init__(app, clock)
        self.kinds: tuple[str, ...] = ()
        self.rate = 0.1
        self.told = 0
        self._rng = Random(7)  # noqa: S311 - which answers are wrong
        self._answers = defaultdict[str, list[bytes]](list)

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if not self.kinds or response.status_code != 200:
            return response
        body = await response.aread()
        answers = self._answers[request.url.path]
        answers.append(body)
        headers = {
            name: value for name, value in response.headers.items() if name != "content-length"
        }
        if self._rng.random() >= self.rate:
            return httpx.Response(200, headers=headers, content=body)
        self.told += 1
        kind = self._rng.choice(self.kinds)
        if kind == "not found":
            error = {"id": "not_found", "message": "no such namespace"}
            return httpx.Response(404, headers=headers, json=error)
        if kind == "an old answer":
            body = self._rng.choice(answers[-20:])
        elif kind == "a wrong date":
            ahead_s = self._rng.choice((-1, 1)) * self._rng.uniform(600, 86_400)
            date = self._clock.now() + timedelta(seconds=ahead_s)
            headers["date"] = format_datetime(date, usegmt=True)
        else:
            answer = json.loads(body)
            LIES[kind](answer, self._rng, self._clock.now())
            body = json.dumps(answer).encode()
        return httpx.Response(200, headers=headers, content=body)

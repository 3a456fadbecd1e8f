"""Control endpoints beside the simulated API: faults, skipped and delayed runs, the request log.

For tests and for trying things by hand; on loopback only, without a token.

    GET    /simulator/log          {"requests": [{"method", "path", "status", "was_carried_out"}]}:
                                   what was asked, oldest first; no bodies, no tokens; status
                                   null: no answer
    POST   /simulator/faults       {"name": "slow", "rate": 0.5, "times": 3, "seconds": 2,
                                   "operation": "list triggers"}: all but the name may be left out
    DELETE /simulator/faults       no more faults
    POST   /simulator/runs/skip    {"namespace": "fn-…", "trigger": "name", "count": 2}
    POST   /simulator/runs/delay   {"namespace": "fn-…", "trigger": "name", "seconds": 60}

Each answers with 200 and JSON, or with 400 and {"message"}, 404 where there is no such thing.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from fntui.simulator.app import SimulatedApi
from fntui.simulator.faults import Fault
from fntui.simulator.refusals import RefusedError
from fntui.simulator.wire import Receive, Reply, Request, Scope, Send, receive_request, send_reply

_Door = Callable[[dict[str, Any]], object]


class ControlDoor:
    """An ASGI app: the simulated API with the door beside it."""

    def __init__(self, api: SimulatedApi) -> None:
        """Stand beside ``api``."""
        self._api = api
        self._doors: dict[tuple[str, str], _Door] = {
            ("GET", "/simulator/log"): self._log,
            ("POST", "/simulator/faults"): self._add_fault,
            ("DELETE", "/simulator/faults"): self._clear_faults,
            ("POST", "/simulator/runs/skip"): self._skip_runs,
            ("POST", "/simulator/runs/delay"): self._delay_run,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on to the API."""
        if not scope["path"].startswith("/simulator/"):
            await self._api(scope, receive, send)
            return
        await send_reply(self._reply(await receive_request(scope, receive)), send)

    def _reply(self, request: Request) -> Reply:
        act = self._doors.get((request.method, request.path))
        if act is None:
            return Reply.of(404, {"message": "no such door"})
        payload = request.payload
        fields = cast("dict[str, Any]", payload) if isinstance(payload, dict) else {}
        try:
            return Reply.of(200, act(fields))
        except RefusedError as refused:
            return Reply.of(refused.status, {"message": refused.message})
        except (KeyError, TypeError, ValueError) as error:
            return Reply.of(400, {"message": f"{type(error).__name__}: {error}"})

    def _log(self, _: dict[str, Any]) -> object:
        return {"requests": [asdict(served) for served in self._api.log]}

    def _add_fault(self, fields: dict[str, Any]) -> object:
        self._api.faults.rules.append(Fault(**fields))
        return {}

    def _clear_faults(self, _: dict[str, Any]) -> object:
        self._api.faults.rules.clear()
        return {}

    def _skip_runs(self, fields: dict[str, Any]) -> object:
        count = int(fields.get("count", 1))
        self._api.account.skip_runs(fields["namespace"], fields["trigger"], count)
        return {}

    def _delay_run(self, fields: dict[str, Any]) -> object:
        seconds = float(fields["seconds"])
        self._api.account.delay_next_run(fields["namespace"], fields["trigger"], seconds)
        return {}

"""``python -m fntui.simulator``: the simulated API on loopback, for any HTTP client."""

import argparse
import asyncio
import ipaddress
import signal
import socket
import sys
import textwrap
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from fntui.clock import SystemClock
from fntui.simulator.account.account import Account
from fntui.simulator.account.seed import demo_account, sized_account
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.simulator.control import ControlDoor
from fntui.simulator.faults import NAMES, Fault
from fntui.simulator.rate_limit import RateLimit
from fntui.simulator.routes import ALL_SCOPES, READ_SCOPES
from fntui.simulator.wire import AsgiApp, ConnectionBrokenError, Receive, Scope, Send

try:
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol
except ModuleNotFoundError:
    sys.exit("python -m fntui.simulator needs uvicorn: pip install 'fntui[simulator]'")

_LAST_PORT = 65_535
_ZEROS = DEMO_TOKEN.count("0")
_EPILOG = f"""\
Without --namespaces, --triggers and --keys it serves the demo's account.
Without --token it accepts the demo's token: {DEMO_TOKEN[:-_ZEROS]} and {_ZEROS} zeros.

Faults, see `python -m pydoc fntui.simulator.faults`:
{textwrap.indent(textwrap.fill(", ".join(NAMES), 76, break_on_hyphens=False), "  ")}

On a loopback address it also answers /simulator/log, /simulator/faults and
/simulator/runs, see `python -m pydoc fntui.simulator.control`.
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then exit with status 0."""
    options = parser().parse_args(argv)
    try:
        listener = listening(options.host, options.port)
    except OSError as error:
        sys.exit(f"fntui.simulator: cannot listen on {options.host}: {error.strerror}")
    host, port = listener.getsockname()
    print(f"listening on http://{host}:{port}", flush=True)  # noqa: T201 - the way in
    _serve(app(options, host), listener)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket on which connections wait for nothing, as those of any real server."""
    listener = socket.create_server((host, port))
    # Else a body waits until its head is acknowledged, up to 40 ms: asyncio sets this for sockets
    # that were made by the name of TCP alone, and this one was not.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def app(options: argparse.Namespace, host: str) -> AsgiApp:
    """Return what ``options`` ask to serve, with the control door on a loopback address alone."""
    api = SimulatedApi(
        _account(options),
        tokens=_tokens(options),
        rate_limit=options.rate_limit,
        latency_s=options.latency_ms / 1000 * options.speed,
        faults=options.fault,
    )
    return ControlDoor(api) if ipaddress.ip_address(host).is_loopback else api


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    reader = argparse.ArgumentParser(
        prog="python -m fntui.simulator",
        description="Serve DigitalOcean's Functions API, simulated, until SIGTERM.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = reader.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=0, help="default: any that is free")
    add("--namespaces", type=_whole, help="how many (default: 10, if another number is given)")
    add("--triggers", type=_whole, help="how many in each namespace (default: 20, likewise)")
    add("--keys", type=_whole, help="how many in each namespace (default: 3, likewise)")
    add("--seed", type=int, default=1, help="decides ids, secrets and delays (default: 1)")
    add("--latency-ms", type=_whole, default=0, metavar="L", help="before each answer")
    add("--token", action="append", default=[], help="one that may do everything; may be repeated")
    add(
        "--read-only-token", action="append", default=[], metavar="TOKEN", help="function:read only"
    )
    add("--speed", type=_positive, default=1.0, metavar="X", help="how fast time passes")
    add("--bare-lists", action="store_true", help="lists of triggers without settings and times")
    add(
        "--fault", action="append", type=_fault, default=[], metavar="NAME[:RATE]", help="see below"
    )
    add("--rate-limit", type=_rate_limit, metavar="HOUR/MINUTE", help="default: 5000/250")
    return reader


def _account(options: argparse.Namespace) -> Account:
    clock = SystemClock(options.speed)
    sizes = (options.namespaces, options.triggers, options.keys)
    if sizes == (None, None, None):
        account = demo_account(clock, options.seed)
    else:
        given = zip(sizes, (10, 20, 3), strict=True)
        namespaces, triggers, keys = (usual if size is None else size for size, usual in given)
        account = sized_account(clock, namespaces, triggers, keys, options.seed)
    account.has_bare_lists = options.bare_lists
    return account


def _tokens(options: argparse.Namespace) -> dict[str, frozenset[str]]:
    full: list[str] = options.token or [DEMO_TOKEN]
    return dict.fromkeys(options.read_only_token, READ_SCOPES) | dict.fromkeys(full, ALL_SCOPES)


def _serve(served: AsgiApp, listener: socket.socket) -> None:
    # uvicorn raises the signal again once it has closed its connections.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    server: uvicorn.Server

    async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
        # ASGI can't break a connection, and uvicorn answers an exception with a 500: so cut it off.
        try:
            await served(scope, receive, send)
        except ConnectionBrokenError as broken:
            for protocol in server.server_state.connections:
                if isinstance(protocol, H11Protocol) and protocol.client == scope["client"]:
                    _break(protocol.transport, broken.sent)
            await receive()

    config = uvicorn.Config(
        breaking,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listener])


def _break(transport: asyncio.Transport, sent: bytes) -> None:
    if sent:
        transport.write(sent)
        transport.close()
    else:
        transport.abort()


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    sys.exit(0)


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def _port(text: str) -> int:
    number = _whole(text)
    if number > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is above {_LAST_PORT}")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _rate_limit(text: str) -> RateLimit:
    hour, _, minute = text.partition("/")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) and int(minute)):
        raise argparse.ArgumentTypeError("HOUR/MINUTE are two whole numbers above 0")
    return RateLimit(int(hour), int(minute))


if __name__ == "__main__":
    main()

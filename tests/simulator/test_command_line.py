"""``python -m fntui.simulator``, in this process where it can be, else on loopback."""

import os
import queue
import runpy
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from fntui.simulator import __main__ as command_line
from fntui.simulator.__main__ import app, listening, main, parser
from fntui.simulator.app import DEMO_TOKEN, SimulatedApi
from fntui.simulator.control import ControlDoor
from tests.support.loopback import simulator_process

ROOT = "/v2/functions/namespaces"
DEMO = {"authorization": f"Bearer {DEMO_TOKEN}"}


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Put back the handlers that main() replaces; until then a late signal ends nothing."""
    kept = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGTERM, signal.SIGINT)
    }
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def client(*arguments: str, token: str = DEMO_TOKEN) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app(parser().parse_args(arguments), "127.0.0.1")),
        base_url=f"http://127.0.0.1{ROOT}",
        headers={"authorization": f"Bearer {token}"},
    )


async def test_it_serves_the_demo_unless_a_size_is_given() -> None:
    async with client() as demo:
        labels = [each["label"] for each in (await demo.get("")).json()["namespaces"]]
    assert labels[:4] == ["billing", "ingest", "reports", "staging"]


async def test_it_serves_an_account_of_any_size() -> None:
    async with client("--namespaces", "3", "--keys", "0") as sized:
        namespaces = (await sized.get("")).json()["namespaces"]
        path = namespaces[2]["namespace"]
        assert len(namespaces) == 3
        assert len((await sized.get(f"{path}/triggers")).json()["triggers"]) == 20
        assert (await sized.get(f"{path}/keys")).json()["count"] == 0


async def test_the_seed_decides_the_ids() -> None:
    async with client("--seed", "1") as one, client("--seed", "2") as two:
        first = (await one.get("")).json()["namespaces"][0]["namespace"]
        second = (await two.get("")).json()["namespaces"][0]["namespace"]
    assert first != second


async def test_tokens_that_are_given_replace_the_demos() -> None:
    tokens = ("--token", "one", "--token", "two", "--read-only-token", "three")
    new = {"label": "x", "region": "nyc1"}
    statuses: list[int] = []
    for token in ("one", "two", "three", DEMO_TOKEN):
        async with client(*tokens, token=token) as each:
            statuses.append((await each.get("")).status_code)
            statuses.append((await each.post("", json={**new, "label": token})).status_code)
    assert statuses == [200, 200, 200, 200, 200, 403, 401, 401]


async def test_lists_can_be_bare_and_answers_faulty_and_rare() -> None:
    async with client("--bare-lists", "--rate-limit", "7/5") as bare:
        namespaces = await bare.get("")
        path = namespaces.json()["namespaces"][0]["namespace"]
        (trigger, *_) = (await bare.get(f"{path}/triggers")).json()["triggers"]
    assert namespaces.headers["ratelimit-limit"] == "7"
    assert "scheduled_runs" not in trigger
    async with client("--fault", "server-error", "--fault", "slow:0") as faulty:
        assert (await faulty.get("")).status_code == 500


async def test_latency_is_the_machines_however_fast_time_passes() -> None:
    async with client("--latency-ms", "1", "--speed", "1000") as late:
        answer = await late.get("")
    assert answer.elapsed.total_seconds() >= 0.001


def test_the_control_door_opens_on_loopback_alone() -> None:
    options = parser().parse_args([])
    assert isinstance(app(options, "127.0.0.1"), ControlDoor)
    assert isinstance(app(options, "192.0.2.1"), SimulatedApi)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--fault", "slwo"], "no fault is called slwo"),
        (["--rate-limit", "5000"], "two whole numbers above 0"),
        (["--rate-limit", "0/5"], "two whole numbers above 0"),
        (["--speed", "0"], "0 is not above 0"),
        (["--keys", "-1"], "-1 is negative"),
        (["--triggers", "many"], "invalid"),
        (["--port", "65536"], "65536 is above 65535"),
    ],
)
def test_a_wrong_argument_is_refused_with_a_reason(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert why in capsys.readouterr().err


def test_the_help_tells_the_demos_token_without_showing_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["fntui.simulator", "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(command_line.__file__), run_name="__main__")
    shown = capsys.readouterr().out
    assert "dop_v1_ and 64 zeros" in shown
    assert DEMO_TOKEN not in shown


def test_without_uvicorn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(SystemExit, match=r"needs uvicorn: pip install 'fntui\[simulator\]'"):
        runpy.run_path(str(command_line.__file__), run_name="__main__")


@pytest.mark.loopback
def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(
            SystemExit, match=r"cannot listen on 127\.0\.0\.1: Address already in use"
        ):
            main(["--port", port])


def visited(visit: Callable[[str], None], *arguments: str) -> list[str]:
    """Run main() here while ``visit`` calls on it from a thread; return what main() printed."""
    lines: queue.Queue[str] = queue.Queue()
    printed: list[str] = []
    failures: list[BaseException] = []

    class Output:
        def write(self, text: str) -> None:
            lines.put(text)

        def flush(self) -> None:
            pass

    def call() -> None:
        try:
            printed.append(lines.get(timeout=10))
            visit(printed[0].removeprefix("listening on ").strip())
        except (AssertionError, httpx.HTTPError, queue.Empty) as failure:
            failures.append(failure)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", Output())
        thread.start()
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        thread.join()
    assert caught.value.code == 0
    if failures:
        raise failures[0]
    return printed


@pytest.mark.loopback
def test_it_says_where_it_listens_serves_and_ends_on_sigterm() -> None:
    def visit(url: str) -> None:
        answer = httpx.get(url + ROOT, headers=DEMO)
        assert answer.status_code == 200
        assert len(answer.headers.get_list("date")) == 1
        assert "server" not in answer.headers
        with httpx.Client(base_url=url) as second:
            assert second.get("/simulator/log").json()["requests"][0]["status"] == 200

    (line,) = visited(visit)
    assert line.startswith("listening on http://127.0.0.1:")


@pytest.mark.loopback
@pytest.mark.parametrize(("fault", "namespaces"), [("drop", 5), ("lost-answer", 6)])
def test_a_connection_breaks_without_an_answer_and_another_lives_on(
    fault: str, namespaces: int
) -> None:
    def visit(url: str) -> None:
        with httpx.Client(base_url=url, headers=DEMO) as bystander, httpx.Client() as struck:
            assert bystander.get("/simulator/log").status_code == 200
            bystander.post("/simulator/faults", json={"name": fault, "times": 1})
            new = {"label": "x", "region": "nyc1"}
            # As the kernel has it, the connection ends or is reset; no answer comes in either case.
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                struck.post(url + ROOT, headers=DEMO, json=new)
            assert len(bystander.get(ROOT).json()["namespaces"]) == namespaces

    visited(visit)


@pytest.mark.loopback
def test_answers_that_tell_another_length_than_they_have_leave_the_server_too() -> None:
    def visit(url: str) -> None:
        with httpx.Client(base_url=url, headers=DEMO) as client:
            whole = client.get(ROOT).content
            told: dict[str, object] = {}
            for name in ("cut-body", "long-length", "short-length", "body-with-204"):
                client.post("/simulator/faults", json={"name": name, "times": 1})
                try:
                    # A connection of its own, since the server ends it with such an answer.
                    told[name] = httpx.get(url + ROOT, headers=DEMO).content
                except (httpx.RemoteProtocolError, httpx.ReadError):
                    told[name] = "it broke off"
        assert told == {
            "cut-body": "it broke off",
            "long-length": "it broke off",
            "short-length": whole[: len(whole) // 2],
            "body-with-204": b"",
        }

    visited(visit)


@pytest.mark.loopback
def test_huge_and_dripping_answers_leave_the_server_bit_by_bit() -> None:
    def visit(url: str) -> None:
        with httpx.Client(base_url=url, headers=DEMO, timeout=1) as client:
            client.post("/simulator/faults", json={"name": "huge-json", "times": 1})
            with client.stream("GET", ROOT) as answer:
                first = next(answer.iter_bytes())
            assert first.startswith(b'{"namespaces": [')
            client.post("/simulator/faults", json={"name": "drip", "times": 1})
            with client.stream("GET", ROOT) as answer:
                pieces = list(answer.iter_bytes())
        assert len(b"".join(pieces)) > 1000
        assert max(map(len, pieces[:-1])) == 64

    visited(visit)


@pytest.mark.loopback
def test_no_part_of_an_answer_waits_for_another_to_be_acknowledged() -> None:
    with (
        listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.loopback
def test_as_a_process_of_its_own_it_ends_with_status_0() -> None:
    with simulator_process("--namespaces", "1") as url:
        assert httpx.get(url + ROOT, headers=DEMO).status_code == 200

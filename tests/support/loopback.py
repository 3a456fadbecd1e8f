"""The simulator as a process of its own, on loopback."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

import fntui


@contextmanager
def simulator_process(*arguments: str, module: str = "fntui.simulator") -> Generator[str]:
    """Run ``python -m fntui.simulator`` with ``arguments``, or a ``module`` like it.

    At the end SIGTERM it.

    Yields:
        Its URL, such as ``http://127.0.0.1:40123``.
    """
    root = str(Path(fntui.__file__).parents[1])
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": ""},
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("listening on http://"), first
        yield first.removeprefix("listening on ").strip()
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert process.returncode == 0


def writes(simulator: httpx.Client) -> list[str]:
    """Return what was asked of the simulator that changes something."""
    requests = simulator.get("/simulator/log").raise_for_status().json()["requests"]
    return [f"{each['method']} {each['path']}" for each in requests if each["method"] != "GET"]

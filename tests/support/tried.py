"""What the tests tried, counted as they did it: README's table "What was tried".

``python -m tests.support.tried`` runs the tests that count and makes the table anew;
``--check FILE`` compares README with what a test run wrote to ``FILE``, named by ``FNTUI_TRIED``.
"""

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.readme import README

RECORD: Final = "FNTUI_TRIED"
"""The environment variable that names the file of what was tried; without it nothing is kept."""

_TESTS: Final = Path(__file__).parents[1]
_TABLE: Final = re.compile(r"(<!-- tried: [^\n]*-->\n).*?(<!-- end of tried -->)", re.DOTALL)


class Kind(NamedTuple):
    """A row of the table: what was tried, and what the two sides of each trial are.

    Attributes:
        words: What is shown to be so.
        each: What the first side is, in the plural.
        with_each: What the second side is, in the plural.
    """

    words: str
    each: str
    with_each: str


KINDS: Final = {
    "keyring": Kind(
        "an answer comes in time and says what to do, and no token is put anywhere else",
        "states of the keyring",
        "acts",
    ),
    "faults": Kind("no request is sent twice, none is left unexplained", "faults", "operations"),
    "endings": Kind(
        "the program ends or goes on, the terminal is as it was, and nothing is lost",
        "signals and events",
        "situations",
    ),
    "secrets": Kind("no secret is left behind, in any form", "endings and secrets", "channels"),
    "objects": Kind("no object tells the secret it holds", "classes", "ways to show one"),
    "screen": Kind("the screen says what became of it", "faults", "actions"),
    "waits": Kind("within 2 s the screen says what it waits for", "waits", "faults"),
    "input": Kind("what a terminal reports is no key", "reports", "screens, whole or torn"),
    "pastes": Kind("pasted text writes nothing", "pasted texts", "screens"),
    "sizes": Kind("the program draws at a size that it can use", "sizes given", "ways to start"),
    "lagging": Kind(
        "for a minute no read that lags behind a write of ours undoes it on the screen",
        "writes",
        "reads",
    ),
    "contradictions": Kind(
        "an answer that contradicts the others rings for nothing and hides nothing",
        "contradictions",
        "states of a trigger",
    ),
    "text": Kind("no text from elsewhere acts on the terminal", "fields", "screens and outputs"),
}


def tried(kind: str, one: str, other: str) -> None:
    """Count a trial that has come out as it should: call it after the assertions.

    Args:
        kind: One of ``KINDS``.
        one: Names the first side of the trial, such as the fault.
        other: Names the second, such as the operation.
    """
    assert kind in KINDS
    path = os.environ.get(RECORD)
    if path:
        # One write each: several processes may count at once.
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([kind, one, other]) + "\n")


def with_current_trials(text: str, record: str) -> str:
    """Return README's text with the table as the ``record`` of a test run has it."""
    return _TABLE.sub(lambda found: f"{found[1]}{_table(record)}{found[2]}", text)


def _table(record: str) -> str:
    trials = {tuple(json.loads(line)) for line in record.splitlines()}
    rows = [
        _row(kind, {(one, other) for name, one, other in trials if name == kind}) for kind in KINDS
    ]
    return "\n".join([
        "| what holds | for each of | with each of | trials |",
        "|---|---|---|---|",
        *rows,
        "",
    ])


def _row(kind: str, cells: set[tuple[str, str]]) -> str:
    words, each, with_each = KINDS[kind]
    ones, others = ({cell[side] for cell in cells} for side in (0, 1))
    return f"| {words} | {len(ones)} {each} | {len(others)} {with_each} | {len(cells)} |"


def _imports(module: str, path: Path) -> bool:
    return f"from tests.support.{module} import " in path.read_text(encoding="utf-8")


def _run_tests(record: Path) -> None:
    counters = [
        "tried",
        *(path.stem for path in _TESTS.glob("support/*.py") if _imports("tried", path)),
    ]
    counting = [
        str(path)
        for path in _TESTS.rglob("test_*.py")
        if any(_imports(module, path) for module in counters)
    ]
    options = ["-q", "-n", "auto", "-m", ""]  # slow ones, too
    command = [sys.executable, "-m", "pytest", *options, *sorted(counting)]
    subprocess.run(command, env=os.environ | {RECORD: str(record)}, check=True)  # noqa: S603 - our own


def main(words: list[str]) -> int:
    """Make the table, or compare it; return the exit status."""
    text = README.read_text(encoding="utf-8")
    if words[:1] == ["--check"]:
        current = with_current_trials(text, Path(words[1]).read_text(encoding="utf-8"))
        if current == text:
            return 0
        sys.stderr.write("README's table of what was tried is not that of the tests:\n")
        changes = difflib.ndiff(text.splitlines(keepends=True), current.splitlines(keepends=True))
        sys.stderr.writelines(change for change in changes if change.startswith(("-", "+")))
        return 1
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "tried"
        _run_tests(record)
        current = with_current_trials(text, record.read_text(encoding="utf-8"))
    README.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

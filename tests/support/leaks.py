"""All that a crash report could show of an error."""

import traceback
from pathlib import Path

_TESTS = str(Path(__file__).parent.parent)


def all_shown_by(error: BaseException) -> str:
    """Return messages, attributes and all locals of all frames but those of the tests.

    What hides behind ``from None`` is shown too: a careless report would.
    """
    shown: list[str] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        report = traceback.TracebackException.from_exception(one, capture_locals=True)
        shown += [str(one), repr(one), repr(vars(one))]
        shown += [
            f"{frame.name}: {frame.locals}"
            for frame in report.stack
            if not frame.filename.startswith(_TESTS)
        ]
    return "\n".join(shown)

"""The file that is kept of a namespace before it is deleted: all that is readable of it.

It holds the bodies of triggers, whatever is in them, but no legacy key and no access key's secret.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import UNSET, structs, to_builtins
from platformdirs import user_state_path

from fntui.core.model.snapshot import NamespaceView
from fntui.files import create_private
from fntui.json_numbers import NUMBERS
from fntui.ui.text import printable_json


class Kept(NamedTuple):
    """A file that was written.

    Attributes:
        path: Where it is.
        number: How many such files there are now; nothing deletes them.
    """

    path: Path
    number: int


def folder() -> Path:
    """Return where the files are kept."""
    return user_state_path("fntui", appauthor=False) / "deleted"


def keepsake(view: NamespaceView, at: datetime) -> str:
    """Return a namespace, its triggers with their bodies, and its access keys as JSON.

    It may be looked at in a terminal: what would act on one is escaped.
    """
    kept = {
        "kept_at": to_builtins(at),
        "namespace": to_builtins(structs.replace(view.namespace, legacy_key=UNSET)),
        "triggers": [
            to_builtins(trigger.trigger, builtin_types=NUMBERS)
            for trigger in view.triggers.values()
        ],
        "access_keys": [to_builtins(key) for key in view.access_keys.values()],
        "unreadable": [
            to_builtins(item) for item in (*view.unreadable_triggers, *view.unreadable_access_keys)
        ],
    }
    return "\n".join(printable_json(kept))


def keep(view: NamespaceView, at: datetime) -> Kept:
    """Write the keepsake to a new file of the state folder, or fail with an OSError."""
    name = re.sub(r"[^A-Za-z0-9-]", "_", view.namespace.namespace_id)[:80]
    path = folder() / f"{name}-{at:%Y%m%dT%H%M%S.%fZ}.json"
    create_private(path, keepsake(view, at))
    return Kept(path, sum(1 for _ in path.parent.glob("*.json")))

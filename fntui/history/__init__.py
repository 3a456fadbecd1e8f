"""What was seen, kept on disk in SQLite: between sessions, and between several fntui at once."""

from fntui.history.findings import without_secrets
from fntui.history.last_session import last_seen
from fntui.history.limits import Limits
from fntui.history.sqlite_history import SqliteHistory, memory_history, open_history

__all__ = [
    "Limits",
    "SqliteHistory",
    "last_seen",
    "memory_history",
    "open_history",
    "without_secrets",
]

"""The least that a Textual program with a tree and a board can be: what fntui is compared with."""

import sys
from typing import Any, Final

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, Header, Tree
from typing_extensions import override

_NAMESPACES: Final = ("billing", "ingest", "reports", "staging", "application")
_COLUMNS: Final = ("STATE", "NAMESPACE", "TRIGGER", "CRON", "LAST", "NEXT", "RUNS")
_TRIGGERS: Final = 22


class MinimalApp(App[None]):
    """A tree of namespaces and triggers, and a table of the triggers."""

    CSS = "Tree { width: 32; } DataTable { width: 1fr; }"

    @override
    def compose(self) -> ComposeResult:
        yield Header()
        with Horizontal():
            yield _tree()
            yield _table()
        yield Footer()


def _tree() -> Tree[None]:
    tree: Tree[None] = Tree("All namespaces")
    tree.root.expand()
    for place, namespace in enumerate(_NAMESPACES):
        node = tree.root.add(namespace, expand=True)
        for number in range(place, _TRIGGERS, len(_NAMESPACES)):
            node.add_leaf(f"trigger-{number:03}")
    return tree


def _table() -> "DataTable[Any]":
    table: DataTable[Any] = DataTable(cursor_type="row")
    table.add_columns(*_COLUMNS)
    for number in range(_TRIGGERS):
        namespace = _NAMESPACES[number % len(_NAMESPACES)]
        ages = f"{number}m ago", f"in {number}m"
        table.add_row(
            "on time", namespace, f"trigger-{number:03}", "*/15 * * * *", *ages, "||||||||"
        )
    return table


if __name__ == "__main__":
    app = MinimalApp()
    if len(sys.argv) > 1:
        app.theme = sys.argv[1]
    app.run()

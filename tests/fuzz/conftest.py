"""What the fuzzers may not reach."""

from pathlib import Path

import pytest

from fntui.core.model.snapshot import NamespaceView
from fntui.ui.app import FntuiApp
from tests.support.stubs import returning


@pytest.fixture
def nothing_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is pressed from ending the program, from the disk, and from tmux."""

    def keep(view: NamespaceView, at: object) -> Path:
        return tmp_path / view.namespace.namespace_id / str(at)

    async def at_once(act: object, *given: object) -> object:  # noqa: RUF029 - in place of a thread
        assert callable(act)
        return act(*given)

    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fntui.ui.actions.delete_namespace.keep", keep)
    monkeypatch.setattr("fntui.ui.actions.delete_namespace.to_thread", at_once)
    monkeypatch.setattr("fntui.ui.screens.dialogs.issued_key.to_thread", at_once)
    monkeypatch.setattr("fntui.ui.screens.dialogs.issued_key.create_private", returning(None))
    monkeypatch.setattr(FntuiApp, "exit", returning(None))

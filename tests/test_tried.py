from pathlib import Path

import pytest

from tests.support.tried import RECORD, main, tried, with_current_trials

TEXT = "before\n<!-- tried: so -->\nyesterday\n<!-- end of tried -->\nafter\n"


def test_a_trial_is_counted_once_however_often_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "tried"
    monkeypatch.setenv(RECORD, str(record))
    for one, other in [("hang", "get"), ("hang", "get"), ("hang", "put"), ("drop", "get")]:
        tried("faults", one, other)
    text = with_current_trials(TEXT, record.read_text(encoding="utf-8"))
    assert "| 2 faults | 2 operations | 3 |" in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "yesterday" not in text


def test_another_table_than_the_tests_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "tried"
    record.write_text("", encoding="utf-8")
    assert main(["--check", str(record)]) == 1
    said = capsys.readouterr().err
    assert "what was tried" in said
    assert "\n+ | the screen says what became of it | 0 faults | 0 actions | 0 |\n" in said


def test_without_a_record_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RECORD, raising=False)
    tried("faults", "hang", "get")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(AssertionError):
        tried("nothing", "a", "b")

import io
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_extensions import override

from fntui.api import operations
from fntui.api.calls import Call
from fntui.clock import ManualClock
from fntui.logs import CrashLog, RequestLog

AT = datetime(2026, 11, 23, 14, 38, 5, 123456, tzinfo=UTC)
CANARY = "dop_v1_canary"


def test_a_request_is_a_line_without_names(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = RequestLog(path)
    log(Call(operations.GET_TRIGGER, 200, 0.1234, "abc-1", AT, 1))
    log(Call(operations.CREATE_TRIGGER, None, 2, None, AT, 1, "TimedOut"))
    log.close()
    template = "/v2/functions/namespaces/{namespace_id}/triggers"
    assert path.read_text().splitlines() == [
        f"2026-11-23T14:38:05.123+00:00 GET {template}/{{trigger_name}} 200 123ms abc-1",
        f"2026-11-23T14:38:05.123+00:00 POST {template} TimedOut 2000ms -",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_request_id_can_not_break_the_line_nor_act_on_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = RequestLog(path)
    log(Call(operations.GET_TRIGGER, 500, 0, "a\n\x1b]0;x\x07é" + "b" * 999, AT, 1))
    log.close()
    text = path.read_text()
    assert text.endswith(" a??]0;x??" + "b" * 91 + "\n")
    assert text.count("\n") == 1


def test_a_full_disk_costs_the_log_and_not_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(io.BytesIO):
        @override
        def write(self, _: object) -> int:
            if self.closed:
                raise ValueError
            raise OSError(28, "No space left on device")

    disk = FullDisk()

    def open_it(_: Path) -> FullDisk:
        return disk

    monkeypatch.setattr("fntui.logs.open_private", open_it)
    log = RequestLog(tmp_path / "log")
    for _ in range(2):
        log(Call(operations.GET_TRIGGER, 200, 0, None, AT, 1))
        assert disk.closed


def test_a_log_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic link"):
        RequestLog(tmp_path / "link")


def fail_inside(token: str) -> None:
    raise KeyError(token)


def fail_in_a_group() -> None:
    try:
        fail_inside(CANARY)
    except KeyError as error:
        raise ExceptionGroup(CANARY, [ValueError(CANARY), error]) from error


def crash() -> BaseException:
    with pytest.raises(ExceptionGroup) as caught:
        fail_in_a_group()
    return caught.value


def test_a_crash_is_told_by_types_and_places_alone(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "crash.log"
    line = CrashLog(path, ManualClock())(crash())
    text = path.read_text()
    assert line.startswith("fntui broke, by a fault of its own: ExceptionGroup at ")
    assert line.endswith(f" in fail_in_a_group. Report it with {path}.")
    assert text.startswith("2026-11-23T14:38:00+00:00 fntui ")
    assert [word for word in text.split("\n") if word.endswith("Error")] == [
        "ValueError",
        "KeyError",
    ]
    assert " in fail_inside\n" in text
    assert "tests/test_logs.py:" in text
    assert CANARY not in text + line
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_crashes_are_added_to_the_file(tmp_path: Path) -> None:
    log = CrashLog(tmp_path / "crash.log", ManualClock())
    log(crash())
    log(crash())
    assert log.path.read_text().count("ExceptionGroup") == 2


def test_a_crash_that_can_not_be_written_down_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = CrashLog(tmp_path / "file" / "crash.log", ManualClock())(crash())
    assert line.endswith(
        f" in fail_in_a_group. {tmp_path}/file/crash.log can't be written: Not a directory."
    )
    assert CANARY not in line


def test_a_crash_is_not_written_down_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "crash.log").symlink_to(tmp_path / "target")
    line = CrashLog(tmp_path / "crash.log", ManualClock())(crash())
    assert line.endswith("crash.log can't be written: it is a symbolic link.")
    assert not (tmp_path / "target").exists()


def test_an_error_of_another_package_without_a_traceback(tmp_path: Path) -> None:
    class OwnError(Exception):
        pass

    line = CrashLog(tmp_path / "crash.log", ManualClock())(OwnError(CANARY))
    assert "test_logs.OwnError. Report it" in line


def test_places_outside_the_house_leave_out_where_folders_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "no").read_text(encoding="utf-8")
    CrashLog(tmp_path / "crash.log", ManualClock())(caught.value)
    text = (tmp_path / "crash.log").read_text()
    assert "/pathlib.py:" in text or "/pathlib/" in text
    assert not any(line.strip().startswith("/") for line in text.splitlines())


def test_what_led_to_an_error_is_written_down_too(tmp_path: Path) -> None:
    error = ValueError(CANARY)
    error.__cause__ = KeyError(CANARY)
    error.__context__ = LookupError(CANARY)
    CrashLog(tmp_path / "crash.log", ManualClock())(error)
    kinds = (tmp_path / "crash.log").read_text().split()
    assert {"ValueError", "KeyError", "LookupError"} <= set(kinds)

"""What a bug may leave on the terminal: one plain line, never a local variable.

Textual's own report shows the locals of every frame, and a token is 71 characters long: it fits.
Some errors in layout bypass Textual's handler, so every way to a report ends here. They are private
names of Textual 8; a test pins each.
"""

from collections.abc import Callable

from rich.console import RenderableType
from textual.app import App
from textual.worker import WorkerFailed
from typing_extensions import override

ReportCrash = Callable[[BaseException], str]
"""Keeps types and places of an error for the developers; returns the line for the person."""


class DiscreetApp(App[int], inherit_bindings=False):
    """An app whose crash report holds no locals and no messages.

    Attributes:
        crash_line: What to tell the person once the terminal is theirs again; ``""``: no crash.
    """

    def __init__(self, report_crash: ReportCrash) -> None:
        """Report bugs by ``report_crash``."""
        super().__init__()
        self._report_crash = report_crash
        self.crash_line = ""

    @override
    def _fatal_error(self) -> None:
        self._end_with(self._exception or RuntimeError())

    @override
    def panic(self, *renderables: RenderableType) -> None:
        """End the program; what Textual wanted to print stays unprinted."""
        self._return_code = 1
        self._end_with(self._exception or RuntimeError())

    @override
    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    def _end_with(self, error: BaseException) -> None:
        if isinstance(error, WorkerFailed):
            error = error.error  # what was raised in the worker; its frame around it tells nothing
        if not self.crash_line:
            self.crash_line = self._report_crash(error)
        self._close_messages_no_wait()

"""What all tests start from, however they were started."""

import gc
import signal

from hypothesis import HealthCheck, settings

# A shell has what it starts in the background ignore both, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

# nohup ignores SIGHUP, and some CI runners ignore others. Programs that tests start would inherit
# that. They don't inherit a handler that does nothing, which exec resets; this process goes on to
# ignore the signal. SIGPIPE needs none: Python ignores it, and subprocess restores it.
for _number in (
    *(signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD, signal.SIGCONT),
    *(signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGWINCH),
):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, lambda _number, _frame: None)

# No property fails because the machine is slow or busy.
settings.register_profile("fntui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fntui")

gc.set_threshold(20_000, 10, 10)


def pytest_collection_finish() -> None:
    """Have Python not look for garbage among the thousands of collected tests.

    That was a third of the time of the tests of screens.
    """
    gc.collect()
    gc.freeze()

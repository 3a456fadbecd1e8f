"""What all tests start from, however they were started."""

import signal

# A shell has what it starts in the background ignore both, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

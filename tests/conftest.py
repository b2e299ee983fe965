"""What all tests begin with."""

import signal

# Started in the background, a process ignores Ctrl-C, and so do those that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

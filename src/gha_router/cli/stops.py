"""What SIGINT and SIGTERM do before and after the run itself, which ends its agents in order.

Somebody may press Cancel while we still load. As process 1 of a container we are deaf to a signal without a handler,
and a signal that comes in the middle of an import would leave neither a verdict nor outputs: so the first ones wait.
"""

import signal

STOPS = (signal.SIGINT, signal.SIGTERM)


def waiting() -> None:
    """Let signals wait until ``heard``, also when this process starts itself again meanwhile."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)


def heard() -> None:
    """Let signals, those that wait included, raise ``KeyboardInterrupt``. To be called before anything is started."""
    for number in STOPS:
        signal.signal(number, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def ignored() -> None:
    """Let no signal end us any more."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)

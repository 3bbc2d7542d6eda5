"""Run gha-router under a profiler, between two signals: ``python profiled.py OUT serve --config ...``.

SIGUSR1 starts the profiler, SIGUSR2 stops it and writes OUT; so the start and the warm-up are not in it.
"""

import cProfile
import signal
import sys
from pathlib import Path
from types import FrameType


def main(out: str, *arguments: str) -> int:
    """Run the command in this process."""
    profiler = cProfile.Profile()

    def stop(_number: int, _frame: FrameType | None) -> None:
        profiler.disable()
        whole = Path(f"{out}.part")
        profiler.dump_stats(whole)
        whole.rename(out)

    signal.signal(signal.SIGUSR1, lambda _number, _frame: profiler.enable())
    signal.signal(signal.SIGUSR2, stop)
    sys.argv = ["gha-router", *arguments]
    # The secrets stay where they are: hiding them would start a second process, which nobody profiles.
    from gha_router.cli.app import main as command  # noqa: PLC0415  after the signals are known

    return command()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

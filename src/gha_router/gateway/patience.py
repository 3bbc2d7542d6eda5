"""How long one request may wait for its deployments, and how long between two tries."""

import random

from gha_router.gateway.answer import Unavailable

# Claude Code waits for ten minutes, a person for less. What would take longer goes to the next deployment at once.
PATIENCE_S = 40.0
FIRST_S, LONGEST_S = 0.5, 8.0  # back-off, doubled each time, less up to half by chance


class Patience:
    """What is left of it, for one request."""

    def __init__(self, left_s: float = PATIENCE_S) -> None:
        self.left_s = left_s

    def wait_for(self, seconds: float) -> bool:
        """Take so many seconds of what is left; return whether there were enough."""
        if seconds > self.left_s:
            return False
        self.left_s -= seconds
        return True


def pause(unavailable: Unavailable, attempt: int) -> float:
    """Return the seconds until the same deployment is asked again; ``attempt`` counts from 0."""
    if unavailable.retry_after_s is not None:
        return unavailable.retry_after_s
    longest: float = min(LONGEST_S, FIRST_S * float(2**attempt))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  to spread requests, not to hide anything

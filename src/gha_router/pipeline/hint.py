"""What an attempt is told of the one before (``on_fail.hint``): the names of the required checks that failed.

Names only, as the configuration has them: neither what was expected, nor what was found, nor a word that an agent
wrote. A check without a name of its own is called by its kind and the file that it speaks of.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from gha_router.pipeline.plan import StepPlan
from gha_router.records import Attempt, CheckStatus

LONGEST, MOST = 80, 20  # characters of a name, names
UNSAFE = re.compile(r"[^\w .,:;/()+*=#%&'\-]")
TOLD = "An earlier attempt at this did not pass these checks of its result:"


def hinted(plan: StepPlan, attempts: Sequence[Attempt]) -> StepPlan:
    """Return the plan of the next attempt: with ``hint``, the names of what the last one failed follow its prompt."""
    names = failed_names(plan, attempts[-1]) if plan.hint and attempts else ()
    if not names:
        return plan
    lines = "\n".join(f"- {name}" for name in names)
    return replace(plan, prompt=f"{plan.prompt.rstrip()}\n\n{TOLD}\n{lines}\n")


def failed_names(plan: StepPlan, attempt: Attempt) -> tuple[str, ...]:
    """Return the plan's own names, on one line each, of the required checks that failed in an attempt."""
    failed = {check.name for check in attempt.checks if check.required and check.status is CheckStatus.FAILED}
    names = [check.name for check in plan.checks if check.name in failed]
    return tuple(UNSAFE.sub(" ", name)[:LONGEST].strip() for name in names[:MOST])

"""What a gateway of its own leaves for the other steps of its job: masks and outputs at its start, a bill at its end.

=====================  ============================================================================================
``masks``              ``::add-mask::`` lines, one a virtual key; to be printed before anything else
``outputs``            ``url``, ``key`` (of the first step), ``count`` and ``steps``, in the form of ``$GITHUB_OUTPUT``
``end-outputs``        ``head``, ``cost_usd``, in the same form; once the gateway has ended
``summary.md``         the bill by step, for the job's summary; once the gateway has ended
=====================  ============================================================================================

``steps`` is a JSON list of ``{"id", "key", "model", "prompt", "context", "turns", "minutes"}``: what
anthropics/claude-code-action is to be given for each. ``model`` is the configured name; the key decides who answers.
"""

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from gha_router.config import Tree
from gha_router.errors import UsageError
from gha_router.github.core import Core
from gha_router.ledger import receipts
from gha_router.pipeline.plan import StepPlan
from gha_router.records import Receipt, total_cost
from gha_router.report import format as fmt
from gha_router.report.neutral import code

MASKS, OUTPUTS, END, SUMMARY = "masks", "outputs", "end-outputs", "summary.md"
UNKNOWN_CONTEXT = 200_000  # tokens that every served model of today has; Claude Code assumes a million


def require_plain(plans: Sequence[StepPlan]) -> Iterator[str]:
    """Yield what another action does not do for these steps; raise ``UsageError`` for what it would get wrong."""
    for plan in plans:
        words = {
            "a template as `prompt`": plan.template,
            "`when`": plan.when,
            "`inputs`": plan.inputs,
            "`output_schema`": plan.output_schema,
            "`structured_claims`": plan.structured_claims,
            "`workspace: fresh`": plan.workspace is Tree.FRESH,
        }
        for word, there in words.items():
            if there:
                raise UsageError(
                    f"the step {plan.id} has {word}; another action runs prompts as they stand, one after the other",
                    hint="Leave that out, or have gha-router run these steps: `uses: org/gha-router@v1`.",
                )
        if len(plan.attempts) > 1:
            yield f"the step {plan.id} runs once: `on_fail` is not followed by another action"


def write_start(folder: Path, url: str, plans: Sequence[StepPlan], keys: Mapping[str, str]) -> None:
    """Write ``masks`` and ``outputs``, readable for nobody else. Without plans ``steps`` is empty."""
    with _private(folder / MASKS) as core:
        for key in keys.values():
            core.mask(key)
    with _private(folder / OUTPUTS) as core:
        core.output("url", url)
        core.output("key", next(iter(keys.values())))
        core.output("count", str(len(plans)))
        core.output("steps", json.dumps([_step(plan, keys[plan.id]) for plan in plans], ensure_ascii=False))


def write_end(folder: Path, ledger: Path, head: str) -> None:
    """Write ``end-outputs`` and ``summary.md`` from the receipts of a gateway that has ended."""
    found = tuple(receipts(ledger))
    with _private(folder / END) as core:
        core.output("head", head)
        cost = total_cost(found)
        core.output("cost_usd", "" if cost is None else str(cost))
    (folder / SUMMARY).write_text("\n".join(_bill(found, head)) + "\n", encoding="utf-8")


def _step(plan: StepPlan, key: str) -> dict[str, object]:
    return {
        "id": plan.id,
        "key": key,
        "model": plan.attempts[0].model,
        "prompt": plan.prompt,
        "context": plan.context or UNKNOWN_CONTEXT,
        "turns": plan.turn_limit,
        "minutes": max(1, math.ceil(plan.time_limit_s / 60)),
    }


def _bill(found: Sequence[Receipt], head: str) -> Iterator[str]:
    yield "### What passed through the gateway"
    yield ""
    if not found:
        yield "Nothing was asked."
        return
    yield "| step | served | requests | cost |"
    yield "|---|---|--:|--:|"
    for step in dict.fromkeys(receipt.step for receipt in found):
        own = [receipt for receipt in found if receipt.step == step]
        served = ", ".join(code(name) for name in dict.fromkeys(one.served for one in own if one.served)) or "nobody"
        yield f"| {code(step)} | {served} | {len(own)} | {fmt.money(total_cost(own))} |"
    yield f"| all | | {len(found)} | {fmt.money(total_cost(found))} |"
    yield ""
    yield f"By the gateway's receipts. Ledger head: `{head}`"


@contextmanager
def _private(file: Path) -> Iterator[Core]:
    """Yield a writer of workflow commands and outputs into a new file that only its owner can read."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}", hint="Name a new, empty folder.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        yield Core(env={"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(file)}, log=out)

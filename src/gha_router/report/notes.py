"""The lines under a report that say what its figures rest on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from gha_router.records import Life, StepResult
from gha_router.report import format as fmt

SIMULATED = "Simulated models: figures show how gha-router measures, not how any real model performs."
SOURCES = (
    "Measured by us: verdicts, checks, time. Metered by our receipts: tokens, requests, cost. "
    "Claimed by the agent: shown and compared, never used as a result."
)
INTERVALS = "Beside each success rate stands its 95 % Wilson interval: where two overlap, the order may be chance."


DIGITS = 16  # of a seal's digest; report.json has it whole


def seals(steps: Iterable[tuple[str, str | None, str | None]], isolation: str) -> Iterator[str]:
    """Yield what the checks of steps (id, origin, digest) rest on, a sentence for each seal."""
    same: dict[tuple[str, str], list[str]] = {}
    for step, origin, digest in steps:
        if origin and digest:
            same.setdefault((origin, digest), []).append(step)
    for (origin, digest), names in same.items():
        yield f"Checks of {', '.join(names)} sealed from {origin}, digest {digest[:DIGITS]}."
    if same and isolation == "none":
        yield "The seal is not walled off: it lay in the memory of a process of the agent's own user."


def isolation(name: str) -> str:
    """Return what kept the agent away from this process."""
    match name:
        case "uid":
            return "Isolation: uid. The agent ran as a user of its own."
        case "uid + network":
            return (
                "Isolation: uid + network. The agent and the checks' commands ran as users of their own and "
                "could open no network connection; the agent reached the gateway by a socket of this machine's files."
            )
        case "none":
            return (
                "Isolation: none. The agent ran as the same user and could have read "
                "this process's files and environment."
            )
        case other:
            return f"Isolation: {other}."


def ledger(head: str | None) -> str:
    """Return the published head of the ledger, which ``gha-router ledger verify --head`` compares."""
    return f"Ledger head: {head}" if head else "No ledger was kept."


def lives(of_run: Sequence[Life]) -> Iterable[str]:
    """Yield what a run that was resumed is made of; nothing for one that was not."""
    if not of_run:
        return
    costs = [life.cost_usd for life in of_run]
    known = sum((cost for cost in costs if cost is not None), Decimal(0))
    each = ", ".join(
        f"{life.ledger} ({fmt.plural(life.requests, 'receipt')}, {fmt.money(life.cost_usd)}"
        f"{'' if life.closed else ', killed'}; head {life.head or 'unknown'})"
        for life in of_run
    )
    yield (
        f"The run was resumed. Its {len(of_run)} ledgers, each verified: {each}. Together "
        f"{fmt.total_money(known, costs.count(None))}, which is the cost above; the time is this life's alone."
    )


def tools(versions: Mapping[str, str]) -> Iterable[str]:
    """Return the line of versions, if there are any."""
    if versions:
        yield "Tools: " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def agents(steps: Iterable[StepResult]) -> Iterable[str]:
    """Return the line that says who worked, with the version of each program, if any is known."""
    found: dict[str, list[str]] = {}
    for step in steps:
        for attempt in step.attempts:
            if attempt.agent_version:
                of_agent = found.setdefault(f"{attempt.agent.full_name} {attempt.agent_version}", [])
                of_agent += [step.id] if step.id not in of_agent else []
    if found:
        yield "Work by " + "; ".join(f"{name} ({', '.join(steps)})" for name, steps in found.items()) + "."


def claims_held(confirmed: int, contradicted: int) -> str:
    """Return the sentence for claims of which none was contradicted; empty when some were."""
    if contradicted:
        return ""
    if not confirmed:
        return "No claim could be held against a meter."
    return f"No claim was contradicted; {fmt.plural(confirmed, 'claim')} confirmed."

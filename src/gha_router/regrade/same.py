"""Whether an attempt that was graded again says what was recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gha_router.records import Attempt, CheckStatus, Verdict

JUDGE = "judge"
REFUSED = ("not carried back", "not handed on")  # how a note begins that a verified attempt's result is not used


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that was recorded otherwise."""

    where: str
    what: str
    recorded: str
    found: str

    def __str__(self) -> str:
        """Return it as a line for people."""
        return f"{self.where}: {self.what}: recorded {self.recorded}, found {self.found}"


def settled(recorded: Attempt, graded: Attempt) -> Attempt:
    """Return the graded attempt with what cannot be graded again: opinions, and what became of the files.

    An advisory opinion that was skipped here is the recorded one. Whether verified files could be carried back, and
    whether they hold what a later step takes, is what only the run itself saw: one that it refused stays refused.
    """
    opinions = {check.name: check for check in recorded.checks if check.kind == JUDGE and not check.required}
    checks = tuple(
        opinions.get(check.name, check) if check.kind == JUDGE and check.status is CheckStatus.SKIPPED else check
        for check in graded.checks
    )
    refused = any(note.startswith(REFUSED) for note in recorded.notes)
    verdict, detail = graded.verdict, graded.end_detail
    if verdict is Verdict.VERIFIED and recorded.verdict is not Verdict.VERIFIED and refused:
        verdict, detail = recorded.verdict, recorded.end_detail
    return replace(
        graded,
        checks=checks,
        verdict=verdict,
        end_detail=detail,
        isolation=recorded.isolation,
        carried=recorded.carried,
        claimed_cost_usd=recorded.claimed_cost_usd,
        agent=recorded.agent,
        agent_version=recorded.agent_version,
    )


def differences(where: str, recorded: Attempt, graded: Attempt) -> Iterator[Difference]:
    """Yield what was recorded otherwise: the verdict, a check's status, a claim's verdict, the bill.

    An advisory opinion that came out otherwise is none: opinions do.
    """
    if recorded.verdict is not graded.verdict:
        yield Difference(where=where, what="verdict", recorded=recorded.verdict, found=graded.verdict)
    then, now = (
        {check.name: check.status.value for check in one.checks if check.required or check.kind != JUDGE}
        for one in (recorded, graded)
    )
    for name in dict.fromkeys((*then, *now)):
        if then.get(name) != now.get(name):
            yield Difference(
                where=where,
                what=f"check {name}",
                recorded=then.get(name, "not made"),
                found=now.get(name, "not made"),
            )
    said, held = ([(finding.kind, finding.verdict) for finding in one.findings] for one in (recorded, graded))
    if said != held:
        yield Difference(where=where, what="claims", recorded=_counted(said), found=_counted(held))
    if recorded.cost_usd != graded.cost_usd:
        yield Difference(where=where, what="cost", recorded=f"${recorded.cost_usd}", found=f"${graded.cost_usd}")


def _counted(findings: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {verdict}" for kind, verdict in findings) or "none"

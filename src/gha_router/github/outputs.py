"""The outputs of the action: claude-code-action's, and what the run was worth.

A field is an output. Empty is what is not known, or what this version does not have; action.yml says which.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from gha_router.errors import BudgetRefused, Cancelled, GhaRouterError, InfrastructureError, NotPermitted
from gha_router.github.core import Core
from gha_router.github.inputs import FailOn
from gha_router.github.place import Place
from gha_router.records import Attempt, ClaimVerdict, Json, RunResult, Verdict

SUCCESS, FAILURE = "success", "failure"
EXECUTION_FILE = "execution.json"
NOT_VERIFIED = 1  # exit code
INFRASTRUCTURE, BUDGET = InfrastructureError.exit_code, BudgetRefused.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What later steps can read."""

    conclusion: str  # success: verified, and where it was to go; failure: all else; empty: nothing was to be run
    verdict: Verdict
    execution_file: str = ""
    structured_output: str = ""
    session_id: str = ""
    branch_name: str = ""
    cost_usd: str = ""
    baseline_usd: str = ""
    saved_usd: str = ""
    served_models: str = ""
    claims_contradicted: str = ""
    report_json: str = ""
    ledger: str = ""
    pareto: str = ""


def of_result(result: RunResult, out: Path, place: Place, *, branch: str = "", went_well: bool = True) -> Outputs:
    """Return the outputs of a run whose files are in ``out``; writes the execution file there.

    ``branch`` is the one that was pushed; ``went_well``: nothing that was to be pushed was not.
    """
    attempts = [attempt for step in result.steps for attempt in step.attempts]
    messages = list(_messages(attempts, out))
    findings = [finding for attempt in attempts for finding in attempt.findings]
    return Outputs(
        conclusion=SUCCESS if result.verdict is Verdict.VERIFIED and went_well else FAILURE,
        verdict=result.verdict,
        execution_file=place.named(_execution_file(messages, out)) if attempts else "",
        session_id=_session(messages),
        branch_name=branch,
        cost_usd=_usd(result.cost_usd),
        baseline_usd=_usd(result.baseline.cost_usd if result.baseline else None),
        saved_usd=_usd(result.saved_usd),
        served_models=",".join(dict.fromkeys(served for attempt in attempts for served in attempt.served)),
        claims_contradicted=str(sum(finding.verdict is ClaimVerdict.CONTRADICTED for finding in findings)),
        report_json=place.named(out / "report.json"),
        ledger=place.named(out / (result.lives[-1].ledger if result.lives else "ledger.jsonl")),
    )


def of_nothing() -> Outputs:
    """Return the outputs of a step that had nothing to run: a comment that asks for no work."""
    return Outputs(conclusion="", verdict=Verdict.SKIPPED)


def of_experiment(verdict: Verdict, out: Path, place: Place, *, pareto: Iterable[str]) -> Outputs:
    """Return the outputs of an experiment whose files are in ``out``; ``pareto``: the models of its front."""
    return Outputs(
        conclusion=SUCCESS if verdict is Verdict.VERIFIED else FAILURE,
        verdict=verdict,
        report_json=place.named(out / "report.json"),
        ledger=place.named(out / "ledger.jsonl"),
        pareto=",".join(pareto),
    )


def of_error(error: GhaRouterError) -> Outputs:
    """Return the outputs of a run that did not come about."""
    match error:
        case BudgetRefused() | NotPermitted():
            verdict = Verdict.REFUSED
        case Cancelled():
            verdict = Verdict.CANCELLED
        case _:
            verdict = Verdict.ERROR
    return Outputs(conclusion=FAILURE, verdict=verdict)


def set_all(outputs: Outputs, core: Core) -> None:
    """Set every output. Raises ``InfrastructureError`` when the runner's file cannot be written."""
    for one in dataclasses.fields(outputs):
        core.output(one.name, str(getattr(outputs, one.name)))


def exit_code(code: int, fail_on: FailOn) -> int:
    """Return the step's exit code for a run's: 0 where the workflow does not want it to fail."""
    forgiven = {
        FailOn.FAILED: set[int](),
        FailOn.ERROR: {NOT_VERIFIED},
        FailOn.NEVER: {NOT_VERIFIED, INFRASTRUCTURE, BUDGET},
    }
    return 0 if code in forgiven[fail_on] else code


def _usd(amount: Decimal | None) -> str:
    """Return USD; empty when it is not known."""
    return "" if amount is None else format(amount, "f")


def _messages(attempts: list[Attempt], out: Path) -> Iterator[Json]:
    """Return what was said in all attempts, in order, as the transcripts hold it."""
    for attempt in attempts:
        if attempt.transcript is None:
            continue
        try:
            text = (out / attempt.transcript).read_text(encoding="utf-8")
        except OSError as error:
            raise InfrastructureError(f"the transcript {attempt.transcript} is gone: {error.strerror}") from None
        yield from (json.loads(line) for line in text.split("\n") if line)


def _execution_file(messages: list[Json], out: Path) -> Path:
    """Write the messages as claude-code-action does: one JSON array."""
    file = out / EXECUTION_FILE
    text = json.dumps(messages, ensure_ascii=False, indent=1)
    file.write_text(text, encoding="utf-8", errors="backslashreplace")
    return file


def _session(messages: list[Json]) -> str:
    """Return the last session's id."""
    found = [message["session_id"] for message in messages if message.get("session_id")]
    return str(found[-1]) if found else ""

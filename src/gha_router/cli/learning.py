"""``gha-router calibrate`` and ``gha-router replay``: a routing policy from recorded outcomes, and what it is worth."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from gha_router.errors import UsageError
from gha_router.records import now

RateOption = Annotated[float | None, typer.Option(min=0, max=1, help="")]
PromptsOption = Annotated[
    Path | None, typer.Option(help="JSON lines with the tasks' ids and texts, where the outcomes do not hold them.")
]
AlphaOption = Annotated[
    float | None, typer.Option(min=0, max=1, help="Of wrong results, the share that the check accepts; 0.1.")
]
BetaOption = Annotated[
    float | None, typer.Option(min=0, max=1, help="Of right results, the share that the check refuses; 0.1.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
RATE = 0.1  # of the check's errors, where nothing is said


def calibrate(
    outcomes: Annotated[Path, typer.Argument(help="outcomes.csv of `experiment`, or a jsonl with prompts and labels.")],
    *,
    prompts: PromptsOption = None,
    strong: Annotated[str, typer.Option(help="The model that is better and dearer.")],
    weak: Annotated[str | None, typer.Option(help="The other; without it the one that mixes best.")] = None,
    share: Annotated[
        float | None, typer.Option(min=0, max=1, help="The share of tasks that the strong model may answer.")
    ] = None,
    quality: Annotated[
        float | None, typer.Option(min=0, max=1, help="The share of the strong model's quality to keep; 0.95, chains 0.99.")
    ] = None,
    alpha: AlphaOption = None,
    beta: BetaOption = None,
    kind: Annotated[str | None, typer.Option(help="ensemble, bert, mf or sw_ranking; without it the best.")] = None,
    fitted_on: Annotated[str | None, typer.Option("--date", help="The date that is written; today.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The policy to write; weights go beside it.")],
    as_json: JsonOption = False,
) -> None:
    """Learn a routing policy from recorded outcomes: strong or weak by the text, and a verify-then-escalate chain."""
    from gha_router.routing import calibrate as room  # noqa: PLC0415  each command loads what it needs
    from gha_router.routing.learned.learner import LEARNT  # noqa: PLC0415
    from gha_router.routing.learned.policyfile import write_policy  # noqa: PLC0415

    if share is not None and quality is not None:
        raise UsageError("--share and --quality exclude each other", hint="One follows from the other.")
    if kind is not None and kind not in LEARNT:
        raise UsageError(f"unknown router `{kind}`", hint=f"There are: {', '.join(LEARNT)}.")
    day = _day(fitted_on)
    read = _read(outcomes, prompts)
    if set(read.models) == {"weak", "strong"}:
        read.rename({"strong": strong, "weak": weak or "weak"})
    found = room.calibrate(
        read,
        room.Wishes(
            strong=strong, weak=weak, share=share, quality=quality, check=_check(alpha, beta), kind=kind
        ),
    )
    fitted = {"outcomes": outcomes.name, "sha256": read.digest, "date": day, "tasks": len(read.cells)}
    write_policy(out, found.policy, metrics=found.metrics, fitted=fitted)
    if as_json:
        chain = found.policy.chain
        said = {
            "policy": str(out),
            "strong": found.policy.strong,
            "weak": found.policy.weak,
            "kind": found.policy.kind,
            "threshold": found.policy.threshold,
            "router": _router_name(found.policy),
            "share": found.policy.share,
            "metrics": found.metrics,
            "chain": None if chain is None else _without_nan(asdict(chain)),
            "notes": found.notes,
        }
        _out(json.dumps(said, indent=1, ensure_ascii=False))
        return
    _tell_calibration(found, out)


def replay(
    recorded: Annotated[Path, typer.Argument(help="Outcomes as `calibrate` reads them, or a ledger.jsonl.")],
    *,
    policy: Annotated[Path, typer.Option(help="What `calibrate` wrote.")],
    prompts: PromptsOption = None,
    alpha: AlphaOption = None,
    beta: BetaOption = None,
    chain: Annotated[str | None, typer.Option(help="Another chain: models, separated by commas.")] = None,
    router: Annotated[str | None, typer.Option(help="Another router and threshold, such as router-mf-0.55.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Score a policy on recorded outcomes, or price a recorded ledger under it. Calls nobody."""
    from gha_router.routing.learned import router_name  # noqa: PLC0415
    from gha_router.routing.learned.policyfile import read_policy  # noqa: PLC0415

    loaded = read_policy(policy)
    if router is not None:
        named = router_name(router)
        if named is None:
            raise UsageError(f"`{router}` names no router", hint="Such as router-mf-0.55: the kind and a win rate.")
        loaded = loaded.at(named)
    if _is_ledger(recorded):
        _reprice(recorded, loaded, as_json=as_json)
        return
    from gha_router.routing.replay import replay as score  # noqa: PLC0415

    read = _read(recorded, prompts)
    if set(read.models) == {"weak", "strong"}:
        read.rename({"strong": loaded.strong, "weak": loaded.weak})
    names = tuple(name.strip() for name in chain.split(",") if name.strip()) if chain is not None else None
    check = None if alpha is None and beta is None else _check(alpha, beta)
    result = score(read, loaded, check=check, chain=names, digest=_digest_of(policy))
    if as_json:
        _out(json.dumps(_without_nan(asdict(result)), indent=1, ensure_ascii=False))
        return
    _tell_replay(result)


def _read(file: Path, prompts: Path | None) -> Any:
    from gha_router.routing.outcomes import read_outcomes, read_prompts  # noqa: PLC0415

    outcomes = read_outcomes(file)
    if prompts is not None:
        read_prompts(prompts, outcomes)
    return outcomes


def _check(alpha: float | None, beta: float | None) -> Any:
    from gha_router.routing.cascade import Check  # noqa: PLC0415

    check = Check(alpha=RATE if alpha is None else alpha, beta=RATE if beta is None else beta)
    if check.alpha + check.beta >= 1:
        raise UsageError(
            f"a check that accepts {check.alpha:.0%} of wrong and {1 - check.beta:.0%} of right results tells nothing",
            hint="--alpha and --beta together have to stay below 1.",
        )
    return check


def _day(text: str | None) -> str:
    if text is None:
        return now().date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"`{text}` is no date", hint="Such as 2026-11-21.") from None

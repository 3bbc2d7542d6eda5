"""``gha-router calibrate`` and ``gha-router replay``: a routing policy from recorded outcomes, and what it is worth."""

import json
import math
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from gha_router.errors import UsageError
from gha_router.records import now, to_json

PromptsOption = Annotated[
    Path | None, typer.Option(help="JSON lines with the tasks' ids and texts, where the outcomes do not hold them.")
]
SuiteOption = Annotated[
    str | None, typer.Option(help="Instead of --prompts: the suite of the outcomes, whose tasks hold the texts.")
]
AlphaOption = Annotated[
    float | None, typer.Option(min=0, max=1, help="Of wrong results, the share that the check accepts; 0.1.")
]
BetaOption = Annotated[
    float | None, typer.Option(min=0, max=1, help="Of right results, the share that the check refuses; 0.1.")
]
EncoderFolder = Annotated[
    Path | None, typer.Option(help="The folder of MiniLM's config.json, tokenizer.json and model.safetensors.")
]
TrialsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--trials",
        help="trials.jsonl of `experiment` or report.json of `run`, again and again: measures the check's errors.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
HASHED, MINILM = "hashed", "minilm"
RATE = 0.1  # of the check's errors, where nothing is said


def calibrate(
    outcomes: Annotated[Path, typer.Argument(help="outcomes.csv of `experiment`, or a jsonl with prompts and labels.")],
    *,
    prompts: PromptsOption = None,
    suite: SuiteOption = None,
    strong: Annotated[str, typer.Option(help="The model that is better and dearer.")],
    weak: Annotated[str | None, typer.Option(help="The other; without it the one that mixes best.")] = None,
    share: Annotated[
        float | None, typer.Option(min=0, max=1, help="The share of tasks that the strong model may answer.")
    ] = None,
    quality: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The share of the strong model's quality to keep; 0.95, chains 0.995."),
    ] = None,
    alpha: AlphaOption = None,
    beta: BetaOption = None,
    trials: TrialsOption = None,
    kind: Annotated[str | None, typer.Option(help="ensemble, bert, mf or sw_ranking; without it the best.")] = None,
    encoder: Annotated[
        str, typer.Option(help="What reads the texts: hashed, or minilm (slower, 50 to 100 ms).")
    ] = HASHED,
    encoder_folder: EncoderFolder = None,
    download: Annotated[
        bool, typer.Option("--download", help="Fetch MiniLM (91 MB) into --encoder-folder where it is not there.")
    ] = False,
    fitted_on: Annotated[str | None, typer.Option("--date", help="The date that is written; today.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="With --propose: the configuration that is to use the policy.")
    ] = None,
    propose: Annotated[
        Path | None, typer.Option("--propose", help="A folder for a patch of --config, and a pull request's body.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The policy to write; weights go beside it.")],
    as_json: JsonOption = False,
) -> None:
    """Learn a routing policy from recorded outcomes: strong or weak by the text, and a verify-then-escalate chain."""
    from gha_router.routing import calibrate as room  # noqa: PLC0415  each command loads what it needs
    from gha_router.routing.learned.learner import LEARNT  # noqa: PLC0415
    from gha_router.routing.learned.policyfile import write_policy  # noqa: PLC0415

    if (config is None) != (propose is None):
        raise UsageError("--config and --propose go together", hint="Name the configuration, and where the patch goes.")
    if share is not None and quality is not None:
        raise UsageError("--share and --quality exclude each other", hint="One follows from the other.")
    if kind is not None and kind not in LEARNT:
        raise UsageError(f"unknown router `{kind}`", hint=f"There are: {', '.join(LEARNT)}.")
    measured = _measured(trials, given=alpha is not None or beta is not None)
    embed = _embed(encoder, encoder_folder, download=download)
    day = _day(fitted_on)
    if prompts is not None and suite is not None:
        raise UsageError("--prompts and --suite exclude each other", hint="Both say where the texts are.")
    read = _read(outcomes, prompts)
    if suite is not None:
        _read_suite(suite, read)
    if set(read.models) == {"weak", "strong"}:
        read.rename({"strong": strong, "weak": weak or "weak"})
    found = room.calibrate(
        read,
        room.Wishes(
            strong=strong,
            weak=weak,
            share=share,
            quality=quality,
            check=measured.check if measured and measured.check else _check(alpha, beta),
            kind=kind,
            embed=embed,
        ),
    )
    notes = (*found.notes, *(measured.notes if measured else ()))
    fitted = {"outcomes": outcomes.name, "sha256": read.digest, "date": day, "tasks": len(read.cells)}
    write_policy(out, found.policy, metrics=found.metrics, fitted=fitted)
    if config is not None and propose is not None:
        from gha_router.cli import proposal, vault  # noqa: PLC0415  as above

        evidence = proposal.Evidence(
            policy=found.policy,
            metrics=found.metrics,
            outcomes=outcomes.name,
            digest=read.digest,
            tasks=len(read.cells),
            day=day,
            notes=notes,
        )
        proposal.propose(config, out, evidence, propose, vault.environment())
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
            "notes": notes,
            "acceptance": measured.acceptance if measured else None,
        }
        _out(json.dumps(said, indent=1, ensure_ascii=False))
        return
    _tell_calibration(found, notes, out)


def replay(
    recorded: Annotated[Path, typer.Argument(help="Outcomes as `calibrate` reads them, or a ledger.jsonl.")],
    *,
    policy: Annotated[Path, typer.Option(help="What `calibrate` wrote.")],
    prompts: PromptsOption = None,
    alpha: AlphaOption = None,
    beta: BetaOption = None,
    chain: Annotated[str | None, typer.Option(help="Another chain: models, separated by commas.")] = None,
    encoder_folder: EncoderFolder = None,
    router: Annotated[str | None, typer.Option(help="Another router and threshold, such as router-mf-0.55.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="For a ledger: the configuration that its models are named in.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score a policy on recorded outcomes, or price a recorded ledger under it. Calls nobody."""
    from gha_router.routing.learned import router_name  # noqa: PLC0415
    from gha_router.routing.learned.policyfile import read_policy  # noqa: PLC0415

    loaded = read_policy(policy, encoder=encoder_folder)
    if router is not None:
        named = router_name(router)
        if named is None:
            raise UsageError(f"`{router}` names no router", hint="Such as router-mf-0.55: the kind and a win rate.")
        loaded = loaded.at(named)
    if _is_ledger(recorded):
        _reprice(recorded, loaded, config, as_json=as_json)
        return
    if config is not None:
        raise UsageError("--config goes with a ledger", hint="Outcomes hold what was paid.")
    from gha_router.routing.replay import replay as score  # noqa: PLC0415

    read = _read(recorded, prompts)
    if set(read.models) == {"weak", "strong"}:
        read.rename({"strong": loaded.strong, "weak": loaded.weak})
    names = tuple(name.strip() for name in chain.split(",") if name.strip()) if chain is not None else None
    if names == ():
        raise UsageError("--chain names no model", hint="Such as --chain haiku,opus: the first is tried first.")
    check = None if alpha is None and beta is None else _check(alpha, beta)
    result = score(read, loaded, check=check, chain=names, digest=loaded.fitted_on)
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


def _read_suite(name: str, outcomes: Any) -> None:
    """Add the prompts of a suite's tasks to outcomes. Raises ``UsageError`` where none of them was tried."""
    from gha_router.experiment.task import load_suite, suite_folder  # noqa: PLC0415

    texts = {task.id: task.prompt for task in load_suite(suite_folder(name)) if task.id in outcomes.cells}
    if not texts:
        raise UsageError(f"no task of the suite {name} is in {outcomes.file}", hint="Name the suite that was tried.")
    outcomes.texts.update(texts)


def _embed(encoder: str, folder: Path | None, *, download: bool) -> Any:
    if encoder not in {HASHED, MINILM}:
        raise UsageError(f"unknown encoder `{encoder}`", hint=f"There are `{HASHED}` and `{MINILM}`.")
    if encoder == HASHED:
        if folder is not None or download:
            raise UsageError("--encoder-folder and --download go with --encoder minilm", hint="Add it.")
        return None
    if folder is None:
        raise UsageError("--encoder minilm needs a folder", hint="Name it: --encoder-folder DIR.")
    from gha_router.routing.learned.minilm import load_minilm  # noqa: PLC0415

    if download:
        from gha_router.cli.hub import fetch  # noqa: PLC0415

        fetch(folder)
    return load_minilm(folder)


def _check(alpha: float | None, beta: float | None) -> Any:
    from gha_router.routing.cascade import Check  # noqa: PLC0415

    check = Check(alpha=RATE if alpha is None else alpha, beta=RATE if beta is None else beta)
    if check.alpha + check.beta >= 1:
        raise UsageError(
            f"a check that accepts {check.alpha:.0%} of wrong and {1 - check.beta:.0%} of right results tells nothing",
            hint="--alpha and --beta together have to stay below 1.",
        )
    return check


def _measured(files: list[Path] | None, *, given: bool) -> Any:
    if not files:
        return None
    if given:
        raise UsageError("--trials measures what --alpha and --beta say", hint="Leave out the one or the others.")
    from gha_router.cli.measured import measured  # noqa: PLC0415  as above

    return measured(files)


def _day(text: str | None) -> str:
    if text is None:
        return now().date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"`{text}` is no date", hint="Such as 2026-11-21.") from None


def _is_ledger(file: Path) -> bool:
    """Return whether a file begins as ledgers do; one that cannot be read is left to who reads it."""
    try:
        with file.open("rb") as opened:
            return opened.read(64).startswith(b'{"seq":')
    except OSError:
        return False


def _configured(file: Path | None, prices: Any) -> dict[str, Any]:
    """Return the prices of a configuration's models: those that it says, else the list's."""
    if file is None:
        return {}
    from gha_router.cli import vault  # noqa: PLC0415  as everywhere here
    from gha_router.config import Keyless, load  # noqa: PLC0415
    from gha_router.pipeline.setup import price_of  # noqa: PLC0415

    config = load(file, Keyless(vault.environment()))
    return {name: price_of(config, group[0], prices) for name, group in config.models.items()}


def _reprice(ledger: Path, policy: Any, config: Path | None, *, as_json: bool) -> None:
    from gha_router.ledger import verify  # noqa: PLC0415
    from gha_router.ledger.read import receipts  # noqa: PLC0415
    from gha_router.pricing import Prices  # noqa: PLC0415
    from gha_router.routing.reprice import reprice  # noqa: PLC0415

    verify(ledger)
    prices = Prices.load()
    result = reprice(receipts(ledger), policy, prices, _configured(config, prices))
    if as_json:
        _out(json.dumps(to_json(result), indent=1, ensure_ascii=False))
        return
    rows = [("as recorded", result.recorded_usd), *result.by_way.items()]
    for name, usd in rows:
        _out(f"{name:<60} {'unknown' if usd is None else f'${usd:.4f}'}")
    for model in result.unknown:
        _out(f"no price is known for `{model}`: say where it is named with --config, or name it provider/model")
    for said in (f"{result.requests} requests, {result.unmetered} without token counts", *result.assumptions):
        _out(f"- {said}")


def _tell_calibration(found: Any, notes: tuple[str, ...], out: Path) -> None:
    policy = found.policy
    _out(f"strong {policy.strong}, weak {policy.weak}")
    _out(f"router {policy.kind}: strong from a gain of {policy.threshold:+.4f} on")
    name = _router_name(policy)
    _out(f"share of strong calls {policy.share:.1%}" + (f"; as RouteLLM names it: {name}" if name else ""))
    for name in ("apgr", "cpt50", "cpt80", "apgr_groups_never_seen"):
        _out(f"  {name:<24} {_interval(found.metrics[name])}")
    for name in ("weak_quality", "quality_at_share", "strong_quality"):
        _out(f"  {name:<24} {found.metrics[name]:.3f}")
    named = {"chain": policy.chain} | {f"chain for {kind}": chain for kind, chain in policy.chains.items()}
    for label, chain in named.items():
        if chain is not None:
            _out(f"{label}: {' -> '.join(chain.models)}")
            ratios = f"quality {chain.quality:.1%} and cost {chain.cost:.1%}"
            _out(f"  {ratios} of {policy.strong} alone, on {chain.tasks} tasks")
    for note in notes:
        _out(f"- {note}")
    _out(f"written: {out}")


def _tell_replay(result: Any) -> None:
    _out(f"{result.tasks} tasks; value [95 % interval]")
    for scored in result.scored:
        _out(scored.name)
        for name, own, ratio in (
            ("quality", scored.quality, scored.quality_of_strong),
            ("cost USD", scored.cost_usd, scored.cost_of_strong),
        ):
            _out(f"  {name:<8} {_interval(_parts(own)):<24} of strong {_interval(_parts(ratio))}")
        _out("  share    " + ", ".join(f"{model} {share:.1%}" for model, share in scored.share.items()))
    for name in ("apgr", "cpt50", "cpt80"):
        if (figure := getattr(result, name)) is not None:
            _out(f"{name}: {_interval(_parts(figure))}")
    for said in result.assumptions:
        _out(f"- {said}")


def _parts(figure: Any) -> tuple[float | None, ...]:
    return figure.value, figure.low, figure.high


def _interval(figure: tuple[float | None, ...] | None) -> str:
    if figure is None or figure[0] is None:
        return "not enough data"
    value, low, high = figure
    return f"{value:.3f}" if low is None else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _router_name(policy: Any) -> str | None:
    if policy.trained is None:
        return None
    return f"router-{policy.kind}-{(policy.threshold + 1) / 2:.4f}"


def _without_nan(value: Any) -> Any:
    """Return JSON values; what is not a number is unknown."""
    if isinstance(value, dict):
        return {str(key): _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _out(text: str) -> None:
    print(text)  # noqa: T201  the command's own output

"""What ``calibrate --config F --propose DIR`` leaves for a pull request: a patch of the configuration, its body, files.

The patch only adds or changes the section ``learned``; everything else of the file, comments too, stays as it is
written. What the patch makes of the file is read as a configuration before anything is written.
"""

import difflib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gha_router.config import Keyless, parse
from gha_router.errors import ConfigError, Position, UsageError
from gha_router.report.neutral import cell, code

PATCH, BODY, FILES = "gha-router.patch", "pull-request.md", "files"
SECTION = re.compile(r"^learned:[ \t]*(?:#.*)?$", re.MULTILINE)
POLICY = re.compile(r"^([ \t]+policy:[ \t]*)([^#\n]*?)([ \t]*(?:#.*)?)$", re.MULTILINE)
NEXT = re.compile(r"^\S", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a pull request rests on."""

    policy: Any  # a CalibratedPolicy
    metrics: Mapping[str, Any]
    outcomes: str
    digest: str
    tasks: int
    day: str
    notes: Sequence[str]


def propose(config: Path, policy: Path, evidence: Evidence, out: Path, env: Mapping[str, str]) -> tuple[Path, Path]:
    """Write patch and body into ``out`` and return their paths.

    Raises ``UsageError`` where the file cannot be patched, ``ConfigError`` where it would not be one any more.
    """
    try:
        before = config.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{config} cannot be read: {error}", hint="Name the configuration to change.") from None
    name = os.path.relpath(policy, config.parent)
    if name.startswith(".."):
        raise UsageError(
            f"the policy {policy} lies outside of {config.parent}", hint="Write it beside the configuration: --out."
        )
    after = patched(before, Path(name).as_posix(), config)
    try:
        parse(after, name=str(config), env=Keyless(dict(env)))
    except ConfigError as error:
        raise ConfigError(
            f"with the policy it would not hold: {error.what}", where=error.where, hint=error.hint
        ) from None
    out.mkdir(parents=True, exist_ok=True)
    (out / PATCH).write_text(_diff(before, after, config), encoding="utf-8")
    (out / BODY).write_text(body(evidence, name, changed=before != after), encoding="utf-8")
    _leave(out / FILES, config, after, policy)
    return out / PATCH, out / BODY


def _leave(folder: Path, config: Path, text: str, policy: Path) -> None:
    """Write what is to be committed, each file under its path in the repository; nothing where that is not known."""
    weights = policy.with_suffix(".npz")
    contents = {config: text.encode(), policy: policy.read_bytes()}
    contents |= {weights: weights.read_bytes()} if weights.exists() else {}
    shutil.rmtree(folder, ignore_errors=True)
    for file, content in contents.items():
        name = os.path.relpath(file)
        if not name.startswith(".."):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def patched(text: str, policy: str, config: Path) -> str:
    """Return a configuration's text whose ``learned.policy`` is this file."""
    begin = SECTION.search(text)
    if begin is None:
        if re.search(r"^learned:", text, re.MULTILINE):
            raise UsageError(
                "`learned` is written on one line", where=Position(str(config)), hint="Write its `policy:` below it."
            )
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}learned:\n  policy: {policy}\n"
    following = NEXT.search(text, begin.end())
    stop = following.start() if following else len(text)
    section = text[begin.start() : stop]
    if POLICY.search(section):
        section = POLICY.sub(lambda found: f"{found[1]}{policy}{found[3]}", section, count=1)
    else:
        section = SECTION.sub(lambda found: f"{found[0]}\n  policy: {policy}", section, count=1)
    return text[: begin.start()] + section + text[stop:]


def body(evidence: Evidence, policy: str, *, changed: bool) -> str:
    """Return the pull request's body: what changes, by which figures, and what they do not say."""
    return "\n".join(_body(evidence, policy, changed=changed)) + "\n"


def _body(evidence: Evidence, name: str, *, changed: bool) -> Iterator[str]:
    policy, metrics = evidence.policy, evidence.metrics
    yield "### A routing policy learnt from recorded outcomes"
    yield ""
    what = "`learned.policy` names it" if changed else "the configuration names it already"
    yield f"{code(name)} is new; {what}."
    yield ""
    yield "| figure, on tasks held out | value | 95 % interval |"
    yield "| --- | --: | --: |"
    for label, key in (("APGR", "apgr"), ("CPT(50 %)", "cpt50"), ("CPT(80 %)", "cpt80")):
        yield f"| {label} | {_value(metrics.get(key))} | {_range(metrics.get(key))} |"
    for label, key in (
        ("quality of the weak model", "weak_quality"),
        ("quality at this share", "quality_at_share"),
        ("quality of the strong model", "strong_quality"),
    ):
        yield f"| {label} | {metrics[key]:.3f} | – |"  # noqa: RUF001 - the dash of an empty cell
    yield ""
    yield f"- {code(policy.strong)} answers {policy.share:.0%} of tasks, {code(policy.weak)} the others;"
    yield f"  router {code(policy.kind)}."
    if policy.chain is not None:
        chain = " → ".join(code(model) for model in policy.chain.models)
        yield (
            f"- Verify, then escalate: {chain}: {policy.chain.quality:.1%} of the quality of {code(policy.strong)} "
            f"alone at {policy.chain.cost:.1%} of its cost, on {policy.chain.tasks} tasks."
        )
    yield f"- Learnt on {evidence.day} from {cell(evidence.outcomes)}, {evidence.tasks} tasks;"
    yield f"  SHA-256 `{evidence.digest}`."
    yield from (f"- {cell(note)}" for note in evidence.notes)
    yield "- The figures are of these tasks. On work that resembles none of them the policy abstains."


def _diff(before: str, after: str, config: Path) -> str:
    name = config.as_posix().removeprefix("./").lstrip("/")
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _value(figure: Sequence[float | None] | None) -> str:
    return "not enough data" if not figure or figure[0] is None else f"{figure[0]:.3f}"


def _range(figure: Sequence[float | None] | None) -> str:
    if not figure or figure[1] is None or figure[2] is None:
        return "–"  # noqa: RUF001 - the dash of an empty cell
    return f"{figure[1]:.3f} to {figure[2]:.3f}"

"""``report.html``: an experiment as one page that needs no network, whose rows are sorted and whose trials are opened.

Nothing that an agent, an upstream or a file said becomes markup: jinja2 escapes every value, links and addresses are
ours alone, and a policy in the page (https://www.w3.org/TR/CSP3/) lets it load nothing and run our one script only.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gha_router.experiment.details import Detail
from gha_router.experiment.leaderboard import Leaderboard, Row, spend
from gha_router.experiment.points import Point, observed
from gha_router.records import Attempt, Json
from gha_router.report import format as fmt
from gha_router.report.figures import cells
from gha_router.report.neutral import ANSI, shorten
from gha_router.report.view import View

FOLDER = Path(__file__).parent
COLUMNS = (
    "#", "model", "success", "pass^k", "correct", "claims", "clock", "time p50", "time p95", "tokens a trial",
    "cost a trial", "per ✓", "value", "front",
)  # fmt: skip
APART = {"Leaderboard", "Every figure with its interval"}  # one table here
LONGEST = 4000  # characters of one block of a transcript
WIDTH = 400  # of a bar that is full
Cell = tuple[str, str]  # what is shown, and what it is sorted by


def page(view: View, board: Leaderboard, points: Sequence[Point], details: Sequence[Detail]) -> str:
    """Return the page."""
    script, style = _file("page.js"), _file("page.css")
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            title=f"gha-router: {view.headline}",
            policy=f"default-src 'none'; script-src {_hashed(script)}; style-src {_hashed(style)}; "
            "base-uri 'none'; form-action 'none'",
            script=Markup(script),  # noqa: S704  our own file
            style=Markup(style),  # noqa: S704  our own file
            view=view,
            columns=COLUMNS,
            rows=[_row(row) for row in board.rows],
            bars=[_bar(row) for row in board.rows if row.success is not None],
            sections=[section for section in view.sections if section.title not in APART],
            trials=[_trial(detail) for detail in details],
            hidden=len(points) - len(details),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _row(row: Row) -> list[Cell]:
    model, *shown = cells(row)
    keys = (
        row.success,
        row.pass_hat_k,
        row.correctness,
        row.claim_accuracy,
        row.duration_ratio,
        row.wall_p50_s,
        row.wall_p95_s,
        None if row.tokens is None or not row.trials else row.tokens / row.trials,
        row.cost_per_trial_usd,
        row.cost_per_verified_usd,
    )
    return [
        (str(row.rank), str(row.rank)),
        (model, model),
        *((text, _key(key)) for text, key in zip(shown, keys, strict=True)),
        (fmt.stars(row.stars), _key(row.stars)),
        ("yes" if row.front else fmt.NONE, _key(int(row.front))),
    ]


def _bar(row: Row) -> Json:
    interval = row.interval
    low, high = (interval.low, interval.high) if interval else (row.success or 0, row.success or 0)
    return {
        "model": shorten(row.model, 26),
        "width": round((row.success or 0) * WIDTH),
        "low": 200 + round(low * WIDTH),
        "high": 200 + round(high * WIDTH),
    }


def _trial(detail: Detail) -> Json:
    trial, attempt = detail.trial, detail.trial.attempt
    spent = spend([trial])
    contradicted = sum(finding.verdict == "contradicted" for finding in attempt.findings) if attempt else 0
    verdict = trial.result.verdict
    return {
        "title": f"{fmt.MARKS[verdict]} {trial.task_id} · {trial.model} · epoch {trial.epoch}",
        "cells": (
            (trial.model, trial.model),
            (trial.task_id, trial.task_id),
            (str(trial.epoch), str(trial.epoch)),
            (verdict.value, verdict.value),
            (fmt.duration(spent.wall_s), _key(spent.wall_s)),
            (fmt.money(spent.cost_usd), _key(spent.cost_usd)),
            (str(contradicted), str(contradicted)),
        ),
        "outcome": _outcome(detail),
        "checks": _checks(attempt) if attempt else (),
        "claims": tuple(_claims(attempt)) if attempt else (),
        "receipts": tuple(_receipts(detail)),
        "transcript": tuple(_transcript(detail.transcript)),
        "left_out": detail.left_out,
    }


def _outcome(detail: Detail) -> str:
    trial, attempt = detail.trial, detail.trial.attempt
    spent = spend([trial])
    ended = f"the agent {attempt.end.value.replace('_', ' ')}" if attempt else "no attempt was begun"
    words = (
        fmt.WORDS[trial.result.verdict],
        ended,
        fmt.duration(spent.wall_s),
        fmt.money(spent.cost_usd),
        fmt.plural(spent.requests, "request"),
        trial.result.error or "",
    )
    return fmt.joined(words)


def _checks(attempt: Attempt) -> tuple[tuple[str, ...], ...]:
    return tuple((one.name, one.status.value, one.expected, one.found) for one in attempt.checks)


def _claims(attempt: Attempt) -> Iterator[tuple[str, ...]]:
    for one in attempt.findings:
        shown = one.observation
        yield (
            one.verdict.value,
            one.claim.text if one.claim else f"{one.kind.value}: not reported",
            fmt.with_detail(observed(shown), shown.detail) if shown else fmt.NONE,
            f"{shown.source}: {shown.by}" if shown else fmt.NONE,
        )


def _receipts(detail: Detail) -> Iterator[tuple[str, ...]]:
    for one in detail.receipts:
        yield (
            one.at,
            one.asked or fmt.NONE,
            one.served or fmt.NONE,
            str(one.status),
            fmt.tokens(one.usage.total if one.usage else None),
            fmt.money(one.cost_usd),
            fmt.duration(one.seconds),
        )


def _transcript(entries: Iterable[Json]) -> Iterator[Cell]:
    """Yield who says what, as the CLI's ``stream-json`` has it; what is not understood is passed over."""
    for entry in entries:
        message = entry.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, str):
            yield str(entry.get("type")), _said(content)
        for block in content if isinstance(content, list) else ():
            match block:
                case {"type": "text", "text": str(text)}:
                    yield str(entry.get("type")), _said(text)
                case {"type": "tool_use", "name": name, "input": given}:
                    yield f"calls {name}", _said(json.dumps(given, ensure_ascii=False, indent=1))
                case {"type": "tool_result", "content": shown}:
                    yield "gets back", _said(shown if isinstance(shown, str) else _texts(shown))


def _texts(content: Any) -> str:
    blocks = content if isinstance(content, list) else []
    return "\n".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))


def _said(text: str) -> str:
    return shorten(ANSI.sub("", text).encode("utf-8", "replace").decode(), LONGEST)


def _key(value: float | Decimal | None) -> str:
    return "" if value is None else f"{value:f}"

"""Texts that would leave the box they are quoted in, and a run that quotes one wherever foreign text stands."""

from dataclasses import replace
from decimal import Decimal

from gha_router.records import (
    AgentEnd,
    Aside,
    Baseline,
    Billed,
    Changes,
    CheckResult,
    CheckStatus,
    RunResult,
    Setback,
    StepResult,
    Usage,
    Verdict,
)
from tests.unit.report import sample

MARKER = "<!-- gha-router:comment v1 config=default run=9 attempt=1 digest=0123456789abcdef -->"
TEXTS = {
    "mention": "thanks @octocat",
    "team": "cc @github/security",
    "mention in brackets": "(@octocat)",
    "issue": "see #1",
    "closing": "fixes #1, closes: #2, resolves octo/repo#3",
    "closing by GH": "Fixes GH-1",
    "closing by address": "fixes https://github.com/octo/repo/issues/1",
    "address": "http://evil.example/?q=1",
    "www": "www.evil.example",
    "autolink": "<https://evil.example>",
    "mail": "<somebody@evil.example>",
    "link": "[a report](https://evil.example)",
    "link by script": "[x](javascript:alert(1))",
    "reference": "[x][y]\n\n[y]: https://evil.example",
    "footnote": "x[^1]\n\n[^1]: note",
    "image": "![x](https://evil.example/beacon.png)",
    "linked image": "[![x](https://evil.example/b.png)](https://evil.example)",
    "image by HTML": '<img src="https://evil.example/beacon.png">',
    "picture": '<picture><source srcset="https://evil.example/b.png"></picture>',
    "script": "<script>alert(1)</script>",
    "open script": "<script>",
    "handler": '<a href="#" onclick="x()">x</a>',
    "style": "<style>*{display:none}</style>",
    "iframe": '<iframe src="https://evil.example"></iframe>',
    "form": '<form action="https://evil.example"><input name=q></form>',
    "marker": MARKER,
    "marker on its own line": f"\n\n{MARKER}\n\n",
    "open comment": "<!-- all below is gone",
    "end of comment": "--> <b>x</b>",
    "end of details": "</details>",
    "end of all": "</td></tr></table></details></sub>",
    "details": "<details open><summary>Verified</summary>",
    "fence": "```\nnot code",
    "tildes": "~~~\nnot code",
    "mermaid": '```mermaid\npie\n  "x" : 1\n```',
    "code span": "`` ` ``",
    "open code span": "`",
    "pipe": "| ✅ | verified | $0.00 |",
    "escaped pipe": "\\| a \\\\| b",
    "row": "x |\n| --- |\n| y",
    "heading": "\n\n# ✅ Verified",
    "heading below": "x\n===\n",
    "rule": "\n\n---\n\n",
    "quote": "> [!NOTE]\n> Verified",
    "list": "- [x] done\n1. one",
    "indented": "\n\n    code",
    "emphasis": "**x** __y__ *z* ~~w~~",
    "math": "$\\unicode{x}$ and $$x$$",
    "entity": "&lt;b&gt; &#64;octocat &commat;octocat",
    "escapes": "\\@octocat \\#1 \\<b\\>",
    "command": "/route opus budget=99",
    "command on its own line": "x\n/route approve 1234567\n",
    "runner command": "::set-output name=x::y\n::add-mask::e\n##[group]x\n::stop-commands::t",
    "terminal": "\x1b[2J\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    "bidi": "\u202egnp.exe \u2066x\u2069",
    "zero width": "@\u200boctocat f\u200dixes #\u20601",
    "full width": "＠octocat ＃1 ＜b＞",
    "stacked marks": "Z" + "\u0334\u0341\u0346\u0351" * 40,
    "lone surrogate": "\ud800 x \udfff",
    "nul": "a\x00b\x07c",
    "line ends": "a\r\n\r\n# b\x0b\x0c\x85\u2028\u2029# c",
    "a megabyte": "<b>@x " * 180_000,
    "a megabyte of nothing": "\u200b" * 400_000 + "<b>",
    "deep": "[" * 5_000 + "](x)" * 5_000,
}
HARMLESS = "word"


def run_with(text: str) -> RunResult:
    """Return a run that quotes a text wherever somebody else than we has the word."""
    finding = sample.done(held=False, text=text)
    assert finding.observation
    finding = replace(finding, observation=replace(finding.observation, detail=text))
    checks = tuple(
        CheckResult(name=text, kind="number", status=status, expected=text, found=text, where=text, required=required)
        for status, required in ((CheckStatus.FAILED, True), (CheckStatus.ERROR, True), (CheckStatus.FAILED, False))
    )
    tried = sample.attempt(
        text, verdict=Verdict.FAILED, end=AgentEnd.FAILED, checks=checks, findings=(finding, sample.counted(1, 2)),
        message=text or "-", detail=text, carried=True,
    )  # fmt: skip
    tried = replace(
        tried,
        decision=replace(tried.decision, asked=text, reason=text, tier=None),
        served=(text,),
        changes=Changes(created=(text,), modified=(text,), deleted=(text,)),
        notes=(text,),
    )
    steps = tuple(
        StepResult(
            id=text, verdict=Verdict.FAILED, asked=text, attempts=(tried, replace(tried, number=2)), error=text or "-"
        )
        for _ in range(2)
    )
    line = Billed(served=text or "-", requests=1, usage=Usage(input=1), cost_usd=Decimal("0.1"), price_source=text)
    return replace(
        sample.run(),
        id=text,
        verdict=Verdict.FAILED,
        steps=steps,
        ledger_head=text,
        isolation=text,
        notes=(text,),
        asides=(Aside(name=text, requests=1, cost_usd=Decimal(0)),),
        baseline=Baseline(model=text, cost_usd=Decimal(5)),
        bill=(line, line),
        setbacks=(
            Setback(step=text, deployment=text, cause=text, status=429, times=1, seconds=1.0, then=(text, text)),
        ),
    )  # fmt: skip

"""The first line of our comment, which GitHub does not show: whose it is, of which run, and what that run came to.

    <!-- gha-router:comment v1 config=default run=1234 attempt=1 now=verified,3/3,0.42,252,1 was=... digest=9f86 -->

``now`` is what this run came to, ``was`` what the finished run before it did, which keeps the difference from it true
however often a comment is written. ``digest`` covers the line and the text below: who forges or edits either is not
believed. It is no signature; who wrote a comment is known from GitHub.
"""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gha_router.records import ClaimVerdict, RunResult, Verdict

BEGIN = "<!-- gha-router:comment "
VERSION = "v1"
DIGITS = 16  # of the digest, in hexadecimal

_LINE = re.compile(
    rf"{re.escape(BEGIN)}{VERSION} config=(?P<config>[\w.-]+) run=(?P<run>\d{{1,18}}) attempt=(?P<attempt>\d{{1,9}})"
    r"(?: now=(?P<now>\S+))?(?: was=(?P<was>\S+))? digest=(?P<digest>[0-9a-f]+) -->",
    re.ASCII,
)
_NAME = re.compile(r"[\w.-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run came to: enough to tell the next one's difference."""

    verdict: Verdict
    verified: int
    steps: int
    cost_usd: Decimal | None
    seconds: float
    contradicted: int

    @classmethod
    def of(cls, result: RunResult) -> "Figures":
        """Return the figures of a run."""
        found = (finding for step in result.steps for attempt in step.attempts for finding in attempt.findings)
        return cls(
            verdict=result.verdict,
            verified=result.verified_steps,
            steps=len(result.steps),
            cost_usd=result.cost_usd,
            seconds=round(result.wall_s, 1),
            contradicted=sum(finding.verdict is ClaimVerdict.CONTRADICTED for finding in found),
        )

    @classmethod
    def read(cls, text: str) -> "Figures | None":
        """Return what ``str`` wrote, ``None`` for anything else."""
        try:
            verdict, steps, cost, seconds, contradicted = text.split(",")
            verified, _, whole = steps.partition("/")
            return cls(
                verdict=Verdict(verdict),
                verified=int(verified),
                steps=int(whole),
                cost_usd=None if cost == "unknown" else _finite(Decimal(cost)),
                seconds=float(_finite(Decimal(seconds))),
                contradicted=int(contradicted),
            )
        except (ValueError, InvalidOperation):
            return None

    def __str__(self) -> str:
        cost = "unknown" if self.cost_usd is None else f"{self.cost_usd:f}"
        return f"{self.verdict},{self.verified}/{self.steps},{cost},{self.seconds},{self.contradicted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The marker of one comment. ``now`` is ``None`` while the run goes on."""

    config: str
    run: int
    attempt: int
    now: Figures | None = None
    was: Figures | None = None

    def signed(self, text: str) -> str:
        """Return the body of a comment: this line above the text."""
        line = f"{BEGIN}{VERSION} {self._fields()}"
        return f"{line} digest={_digest(line, text)} -->\n{text}"

    def is_newer_than(self, run: int, attempt: int) -> bool:
        """Return whether its run was started after another: GitHub counts all runs of all workflows up."""
        return (self.run, self.attempt) > (run, attempt)

    def _fields(self) -> str:
        now = f" now={self.now}" if self.now else ""
        was = f" was={self.was}" if self.was else ""
        return f"config={self.config} run={self.run} attempt={self.attempt}{now}{was}"


def read_marker(body: str) -> Marker | None:
    """Return the marker of a body as we wrote it; ``None``: it has none, or somebody else had a hand in it."""
    line, text = _parts(body)
    begin, _, digest = line.rpartition(" digest=")
    return _marker(line) if digest == f"{_digest(begin, text)} -->" else None


def marked_for(body: str, config: str) -> bool:
    """Return whether a body begins with a marker of this configuration, be it touched or not."""
    marker = _marker(_parts(body)[0])
    return marker is not None and marker.config == config


def config_name(path: str | None) -> str:
    """Return what a configuration is called in a marker: its path's letters, or ``default``."""
    if not path:
        return "default"
    if _NAME.fullmatch(path):
        return path
    safe = re.sub(r"[^\w.-]+", "-", path, flags=re.ASCII).strip("-.")[:40]
    return f"{safe}-{hashlib.sha256(path.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}".lstrip("-")


def _parts(body: str) -> tuple[str, str]:
    """Return the first line and the rest. GitHub hands lines back as they were sent, browsers with CRLF."""
    line, _, text = body.replace("\r\n", "\n").partition("\n")
    return line.rstrip(), text


def _marker(line: str) -> Marker | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    now, was = (Figures.read(match[name] or "") for name in ("now", "was"))
    return Marker(config=match["config"], run=int(match["run"]), attempt=int(match["attempt"]), now=now, was=was)


def _digest(line: str, text: str) -> str:
    whole = f"{line}\n{text.rstrip()}"
    return hashlib.sha256(whole.encode("utf-8", "backslashreplace")).hexdigest()[:DIGITS]


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite() or number < 0:
        raise ValueError(number)
    return number

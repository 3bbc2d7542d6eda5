"""What happened: the repository, the event, and the pull request behind it.

Read from the variables and the payload that the runner provides (docs.github.com: "Variables reference", "Webhook
events and payloads"). A payload that cannot be read is no matter until somebody has to know of the pull request.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gha_router.config import bot_name
from gha_router.errors import NotPermitted, UsageError
from gha_router.records import Json

SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")  # SHA-1 or SHA-256: nothing else is ever handed to git
MAX_PAYLOAD = 32 * 1024 * 1024  # bytes; GitHub's own limit is 25 MB

# Events that never have a pull request behind them, whatever their payload holds.
WITHOUT_PULL_REQUEST = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch", "release", "create"})
# Events of a commit that may be a pull request's head, which their payload does not say in a way that can be trusted.
OF_A_COMMIT = frozenset({"check_run", "check_suite", "deployment", "deployment_status", "status"})
_PULL_REQUEST_RUNS = frozenset(
    {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment", "merge_group"}
)

# What a payload has to hold before it can be said that no pull request is behind its event.
_SPEAKS_OF = {
    "pull_request": "pull_request",
    "pull_request_target": "pull_request",
    "pull_request_review": "pull_request",
    "pull_request_review_comment": "pull_request",
    "issue_comment": "issue",
    "merge_group": "merge_group",
    "workflow_run": "workflow_run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """The pull request behind an event. ``None``: the payload does not say; GitHub's API does."""

    number: int | None  # of a merge queue's group there is none
    head_sha: str | None = None
    head_ref: str | None = None  # the branch that is to be merged; in a fork's repository when it is a fork
    base_sha: str | None = None
    base_ref: str | None = None  # the branch that it is to be merged into
    is_fork: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One step of one workflow run. Empty where the runner gave nothing, as outside of Actions."""

    repository: str  # owner/name
    event: str
    sha: str
    ref: str
    run_id: str
    run_attempt: str
    actor: str  # who started it, as GitHub names them
    workspace: Path
    temp: Path | None  # RUNNER_TEMP, as seen from here
    summary: Path | None
    server_url: str
    api_url: str
    payload: Json = field(default_factory=dict, repr=False)  # a private repository's titles and texts
    payload_fault: str | None = None  # why there is none

    @property
    def pull_request(self) -> PullRequest | None:
        """Return the pull request behind the event.

        Raises ``UsageError`` when there may be one and the payload does not say: what comes from a pull request must
        not be taken for the repository's own.
        """
        if self.event in WITHOUT_PULL_REQUEST:
            return None
        if self.event in OF_A_COMMIT:
            raise UsageError(
                f"whether a pull request is behind this event (`{self.event}`) cannot be known",
                hint="Start the workflow by an event that says so, such as `push`, `pull_request` or `workflow_run`.",
            )
        fault, needed = self.payload_fault, _SPEAKS_OF.get(self.event)
        if needed and not fault and not isinstance(self.payload.get(needed), dict):
            fault = f"the payload has no `{needed}`"
        if fault:
            raise UsageError(
                f"whether a pull request is behind this event (`{self.event}`) is not known: {fault}",
                hint="GITHUB_EVENT_PATH has to name the event's payload, as the runner writes it.",
            )
        return _pull_request(self.payload)

    @property
    def actor_is_bot(self) -> bool:
        """Return whether a GitHub App or a bot account started it."""
        sender = self.payload.get("sender")
        return self.actor.endswith("[bot]") or (isinstance(sender, dict) and sender.get("type") == "Bot")

    @property
    def run_url(self) -> str | None:
        """Return the address of the run's page."""
        if not (self.repository and self.run_id):
            return None
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}"


def read_context(env: Mapping[str, str]) -> Context:
    """Return the context that the runner's variables and its payload file describe. Raises nothing."""
    payload, fault = _payload(env.get("GITHUB_EVENT_PATH", ""))
    return Context(
        repository=env.get("GITHUB_REPOSITORY", ""),
        event=env.get("GITHUB_EVENT_NAME", ""),
        sha=env.get("GITHUB_SHA", ""),
        ref=env.get("GITHUB_REF", ""),
        run_id=env.get("GITHUB_RUN_ID", ""),
        run_attempt=env.get("GITHUB_RUN_ATTEMPT", ""),
        actor=env.get("GITHUB_ACTOR", ""),
        workspace=Path(env.get("GITHUB_WORKSPACE") or "."),
        temp=_path(env.get("RUNNER_TEMP")),
        summary=_path(env.get("GITHUB_STEP_SUMMARY")),
        server_url=env.get("GITHUB_SERVER_URL") or "https://github.com",
        api_url=env.get("GITHUB_API_URL") or "https://api.github.com",
        payload=payload,
        payload_fault=fault,
    )


def refuse_bots(context: Context, allowed_bots: tuple[str, ...]) -> None:
    """Raise ``NotPermitted`` when a bot that nobody listed asks for work with a comment, an issue or a pull request.

    As claude-code-action's ``allowed_bots``: names with or without ``[bot]``, ``*`` for all. A push, a schedule and a
    dispatch need write access anyway.
    """
    if context.event in WITHOUT_PULL_REQUEST or not context.actor_is_bot or "*" in allowed_bots:
        return
    name = bot_name(context.actor)
    if name in map(bot_name, allowed_bots):
        return
    raise NotPermitted(
        f"`{context.actor}` is a bot, and this workflow lets no such bot start it",
        hint=f"If it may: `allowed_bots: {name}`. Two bots that answer each other never stop.",
    )


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None


def _payload(name: str) -> tuple[Json, str | None]:
    """Return the event's payload, or nothing and why."""
    if not name:
        return {}, "GITHUB_EVENT_PATH is not set"
    try:
        file = Path(name)
        if file.stat().st_size > MAX_PAYLOAD:
            return {}, f"{name} is larger than any payload"
        found = json.loads(file.read_bytes())
    except OSError as error:
        return {}, f"{name} cannot be read ({error.strerror})"
    except (ValueError, RecursionError):  # no JSON, no UTF-8, no path, or nested without end
        return {}, f"{name} is not JSON"
    return (found, None) if isinstance(found, dict) else ({}, f"{name} holds no JSON object")


def _pull_request(payload: Json) -> PullRequest | None:
    match payload:
        case {"pull_request": dict(pull)}:
            return described(pull)
        case {"issue": {"pull_request": dict()} as issue}:  # a comment on it: no more is said
            return PullRequest(number=_number(issue))
        case {"merge_group": dict(group)}:
            return PullRequest(
                number=None,
                head_sha=_sha(group.get("head_sha")),
                base_sha=_sha(group.get("base_sha")),
                base_ref=_text(group.get("base_ref")),
            )
        case {"workflow_run": {"event": str(event)} as run} if event in _PULL_REQUEST_RUNS:
            return _of_run(run)
    return None


def described(pull: Json) -> PullRequest:
    """Return what a pull request as GitHub describes it, in payloads and in its API, says."""
    head, base = _mapping(pull.get("head")), _mapping(pull.get("base"))
    return PullRequest(
        number=_number(pull),
        head_sha=_sha(head.get("sha")),
        head_ref=_text(head.get("ref")),
        base_sha=_sha(base.get("sha")),
        base_ref=_text(base.get("ref")),
        is_fork=_name(head.get("repo")) is None or _name(head.get("repo")) != _name(base.get("repo")),
    )


def _of_run(run: Json) -> PullRequest:
    """Return the pull request whose run has ended; from a fork, GitHub leaves the list of them empty.

    GitHub lists all that have this head, also those into somebody's fork, whose owner chooses their base. Only one
    into this repository counts.
    """
    listed, here = run.get("pull_requests"), _id(run.get("repository"))
    pulls = map(_mapping, listed if isinstance(listed, list) else ())
    first = next((pull for pull in pulls if here and _id(_mapping(pull.get("base")).get("repo")) == here), {})
    base = _mapping(first.get("base"))
    return PullRequest(
        number=_number(first),
        head_sha=_sha(run.get("head_sha")),
        base_sha=_sha(base.get("sha")),
        base_ref=_text(base.get("ref")),
        is_fork=_name(run.get("head_repository")) is None
        or _name(run.get("head_repository")) != _name(run.get("repository")),
    )


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _number(thing: Json) -> int | None:
    number = thing.get("number")
    return number if isinstance(number, int) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _sha(value: Any) -> str | None:
    return value if isinstance(value, str) and SHA.fullmatch(value) else None


def _id(repository: Any) -> int | None:
    """Return a repository's number; the short form that stands in a run's pull requests has no ``owner/name``."""
    number = _mapping(repository).get("id")
    return number if isinstance(number, int) else None


def _name(repository: Any) -> str | None:
    """Return ``owner/name``; a fork that was deleted has no repository any more."""
    return _text(_mapping(repository).get("full_name"))

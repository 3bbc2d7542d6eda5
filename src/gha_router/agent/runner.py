"""Runs Claude Code, headless, in a sandbox against the gateway; time is taken by our clock."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from gha_router.agent import transcript
from gha_router.agent.sandbox import Sandbox
from gha_router.errors import AgentError
from gha_router.records import AgentEnd, Json, ToolCall, now

GRACE_S = 10.0  # for the launcher to end all that the agent started
POLL_S = 0.01
STDERR_LINES = 20
NO_ANSWER = "error_max_structured_output_retries"  # the CLI's word after five answers that do not fit the schema

# What the SDK tells the CLI through the environment.
SDK_VARIABLES = ("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_AGENT_SDK_VERSION", "CLAUDE_CODE_SDK_READS_SESSION_STATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentJob:
    """What the agent is to do, and within which limits."""

    prompt: str
    model: str  # the name that is asked for at the gateway
    gateway_url: str
    key: str = field(repr=False)  # the virtual key of this attempt
    time_limit_s: float
    turn_limit: int
    context: int | None = None  # the served model's window, in tokens
    small_model: str | None = None  # what is asked for in the background; None: ``model``
    gateway_socket: Path | None = None  # where the gateway is reached without a network
    json_schema: Mapping[str, Any] | None = None  # of the answer beside the prose; of type object, as a tool's input is


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRun:
    """How it went. ``claimed_cost_usd`` is the agent's own figure, wrong behind a gateway: shown, never used.

    ``structured`` is the answer to ``json_schema`` as the agent gave it: ``None`` where it gave none that the CLI took.
    The CLI ends in order without one, so whoever needs it asks for it, and reads it as a stranger's.
    """

    end: AgentEnd
    detail: str
    started_at: datetime
    ended_at: datetime
    wall_s: float
    turns: int
    final_message: str
    tool_calls: tuple[ToolCall, ...]
    claimed_cost_usd: Decimal | None
    entries: tuple[Json, ...]
    structured: Any | None = None


def cli_path() -> Path:
    """Return the Claude Code CLI that comes with the SDK. Raises ``AgentError`` when this platform's wheel has none."""
    package = find_spec("claude_agent_sdk")  # found, not imported
    path = Path(package.origin if package and package.origin else "").parent / "_bundled" / "claude"
    if not path.is_file():
        raise AgentError(
            "the installed claude-agent-sdk carries no Claude Code CLI for this platform",
            hint="Install it from a wheel for Linux (x86-64 or arm64), not from source.",
        )
    return path


def cli_version() -> str:
    """Return the version that stands beside the CLI in the SDK's wheel, or ``unknown``."""
    file = cli_path().with_name("claude.version")
    return file.read_text(encoding="utf-8").split()[0] if file.is_file() else "unknown"


def environment(job: AgentJob, box: Sandbox, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the agent's whole environment: an allow-list, the gateway, and the virtual key for a provider's."""
    extra = {
        "SHELL": "/bin/bash",
        "ANTHROPIC_BASE_URL": job.gateway_url,
        "ANTHROPIC_API_KEY": job.key,
        "ANTHROPIC_DEFAULT_OPUS_MODEL": job.model,
        "ANTHROPIC_DEFAULT_SONNET_MODEL": job.model,
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": job.small_model or job.model,
        "CLAUDE_CODE_SUBAGENT_MODEL": job.model,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": "2",  # retries are the gateway's: what reaches the agent is final
        "DISABLE_AUTOUPDATER": "1",
        "NO_PROXY": "127.0.0.1,localhost",
    }
    if job.context:
        extra["CLAUDE_CODE_MAX_CONTEXT_TOKENS"] = str(job.context)
    if job.gateway_socket:
        extra["ANTHROPIC_UNIX_SOCKET"] = str(job.gateway_socket)  # the CLI's own word, found in its program
    if box.identity.uid is None and os.geteuid() == 0:
        extra["IS_SANDBOX"] = "1"  # the CLI refuses to skip permissions as root otherwise
    return box.environment(environ, extra)


def imported_sdk() -> ModuleType:
    """Return the module that drives the CLI. The first call takes half a second."""
    return import_module("gha_router.agent.sdk")


async def run_agent(job: AgentJob, box: Sandbox, *, environ: Mapping[str, str], interrupt: asyncio.Event) -> AgentRun:
    """Run the agent to its end, to its limit, or until ``interrupt`` is set.

    Everything that the agent started has ended when this returns, also when it is cancelled.
    """
    sdk = await asyncio.to_thread(imported_sdk)
    entries: list[Json] = []
    stderr: list[str] = []
    cli = box.launcher(cli_path(), env=environment(job, box, environ), pass_env=SDK_VARIABLES, name="claude")
    failure: str | None = None
    stopped: list[tuple[AgentEnd, str]] = []
    started_at, started = now(), time.monotonic()
    watchdog = asyncio.create_task(_stop_early(box, job.time_limit_s, interrupt, stopped))
    try:
        conversation = sdk.entries(
            job.prompt,
            cli=cli,
            cwd=box.work,
            model=job.model,
            turn_limit=job.turn_limit,
            json_schema=job.json_schema,
            stderr=stderr,
        )
        async with contextlib.aclosing(conversation) as found:
            async for entry in found:
                entries.append(entry)  # noqa: PERF401  kept one by one: the stream may stop
    except sdk.Stopped as stopped_by:
        failure = str(stopped_by)
    finally:
        wall_s = time.monotonic() - started
        watchdog.cancel()
        await _ended(box)
    reading = transcript.read(entries)
    end, detail = stopped[0] if stopped else end_of(reading, failure, stderr)
    result = reading.result or {}
    return AgentRun(
        end=end,
        detail=detail,
        started_at=started_at,
        ended_at=now(),
        wall_s=round(wall_s, 3),
        turns=int(result.get("num_turns") or sum(entry["type"] == "assistant" for entry in entries)),
        final_message=reading.final_message,
        tool_calls=reading.tool_calls,
        claimed_cost_usd=_money(result.get("total_cost_usd")),
        entries=tuple(entries),
        structured=reading.structured if job.json_schema is not None else None,
    )


def end_of(reading: transcript.Reading, failure: str | None, stderr: Sequence[str]) -> tuple[AgentEnd, str]:
    """Return how the run ended. The CLI's own words are not enough: success may carry an error, or nothing at all."""
    result = reading.result
    if result is None:
        return AgentEnd.CRASHED, "\n".join([failure or "it ended without a result", *stderr[-STDERR_LINES:]])
    subtype, is_error = result.get("subtype"), result.get("is_error")
    if subtype == "error_max_turns":
        return AgentEnd.TURN_LIMIT, f"ended after {result.get('num_turns')} turns"
    if subtype == NO_ANSWER:  # the work may be whole: who needs the answer sees that there is none
        return AgentEnd.COMPLETED, "it gave no structured answer that fits its schema"
    if failure is not None and not is_error:
        return AgentEnd.CRASHED, failure  # a result, and then no orderly end: somebody else may have written it
    if is_error or subtype != "success":
        return AgentEnd.FAILED, str(result.get("result") or subtype)
    silent = not reading.final_message.strip() and reading.structured is None
    return (AgentEnd.EMPTY, "it ended well and said nothing") if silent else (AgentEnd.COMPLETED, "")


async def _stop_early(
    box: Sandbox, limit_s: float, interrupt: asyncio.Event, stopped: list[tuple[AgentEnd, str]]
) -> None:
    """End the agent when its time is over, or when somebody says so; note which in ``stopped``.

    The signal is given again and again: the launcher may only be about to start.
    """
    try:
        async with asyncio.timeout(limit_s):
            await interrupt.wait()
        stopped.append((AgentEnd.CANCELLED, "interrupted"))
    except TimeoutError:
        stopped.append((AgentEnd.TIME_LIMIT, f"ended after its limit of {limit_s:g} s"))
    while True:
        _signal_launcher(box)
        await asyncio.sleep(POLL_S)


async def _ended(box: Sandbox) -> None:
    """Wait until the launcher, and so everything below it, has ended."""
    _signal_launcher(box)
    for _ in range(int(GRACE_S / POLL_S)):
        if _launcher_pid(box) is None:
            return
        await asyncio.sleep(POLL_S)
    raise AgentError("what the agent had started could not be ended", hint="Look for processes of its user.")


def _signal_launcher(box: Sandbox) -> None:
    pid = _launcher_pid(box)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _launcher_pid(box: Sandbox) -> int | None:
    """Return the launcher's pid as long as it runs; its command line tells it from a later process of that number."""
    try:
        pid = int(box.pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if str(box.launch_spec).encode() in command else None


def _money(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float)) else None

"""Runs an agent, headless, in a sandbox against the gateway; time is taken by our clock."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import cast

from gha_router.agent import transcript
from gha_router.agent.choice import agent_of
from gha_router.agent.job import AgentJob, AgentRun, Stopped
from gha_router.agent.sandbox import Sandbox
from gha_router.errors import AgentError
from gha_router.records import AgentEnd, Json, now

GRACE_S = 10.0  # for the launcher to end all that the agent started
POLL_S = 0.01
STDERR_LINES = 20
NO_ANSWER = "error_max_structured_output_retries"  # the CLI's word after five answers that do not fit the schema


async def run_agent(job: AgentJob, box: Sandbox, *, environ: Mapping[str, str], interrupt: asyncio.Event) -> AgentRun:
    """Run the agent to its end, to its limit, or until ``interrupt`` is set.

    Everything that the agent started has ended when this returns, also when it is cancelled.
    """
    agent = agent_of(job.agent)
    await asyncio.to_thread(agent.warm)
    entries: list[Json] = []
    stderr: list[str] = []
    env = agent.environment(job, box, environ)
    cli = box.launcher(agent.path(), env=env, pass_env=agent.pass_env, name=agent.program)
    failure: str | None = None
    stopped: list[tuple[AgentEnd, str]] = []
    started_at, started = now(), time.monotonic()
    watchdog = asyncio.create_task(_stop_early(box, job.time_limit_s, interrupt, stopped))
    try:
        conversation = cast("AsyncGenerator[Json]", agent.conversation(job, box, cli, stderr))
        async with contextlib.aclosing(conversation) as found:
            async for entry in found:
                entries.append(entry)  # noqa: PERF401  kept one by one: the stream may stop
    except Stopped as stopped_by:
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

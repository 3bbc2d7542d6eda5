"""``gha-router run`` as a process: the real Claude Code CLI, our gateway, and an upstream that takes a key."""

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from gha_router.sim import Script, Simulation
from tests.command import COMMAND, environment, gha_router
from tests.upstream import answering, event, streaming, text_events, upstream

KEY = "sk-canary-7f3a9c"
CONFIG = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  honest: {{model: lab/honest, price: {{input: 3, output: 15}}}}
  slow: {{model: lab/clock-blind, price: {{input: 1, output: 2}}}}
  lazy: {{model: lab/lazy, price: {{input: 1, output: 2}}}}
tiers: {{0: [honest], 2: [lazy]}}
default: honest
"""
CREATE = "Create a file note.txt containing hello"
CHECKS = "checks:\n  - fresh: note.txt\n  - contains: {text: hello, in: note.txt}\n"
ROOT = os.geteuid() == 0


@contextmanager
def simulated(scripts: tuple[Script, ...] = ()) -> Iterator[str]:
    """Serve the simulated models in a thread, as an upstream like any other."""
    started, stop, urls = Event(), asyncio.Event(), []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with Simulation(scripts) as sim:
            urls.append(sim.url)
            started.set()
            await stop.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


class Scene:
    """A folder with a configuration, a workspace, and room for results."""

    def __init__(self, folder: Path, url: str, extra: str = CHECKS) -> None:
        self.folder = folder
        self.workspace, self.out = folder / "workspace", folder / "out"
        self.workspace.mkdir()
        (self.workspace / "README.md").write_text("hello\n")
        (folder / "c.yml").write_text(CONFIG.format(url=url) + extra)

    def args(self, *more: str) -> list[str]:
        return ["run", "--config", "c.yml", "--workspace", "workspace", "--out", "out", *more]

    def run(self, *more: str) -> subprocess.CompletedProcess[str]:
        return gha_router(*self.args(*more), cwd=self.folder, LAB_KEY=KEY)

    def run_from_nothing(self, *more: str) -> None:
        """Run it as a process that hides its own secrets."""
        with self.running(*more) as process:
            process.communicate(timeout=60)

    @contextmanager
    def running(self, *more: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [*COMMAND, *self.args(*more)],
            cwd=self.folder,
            env=environment(LAB_KEY=KEY),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "report.json").read_text()))

    @property
    def attempts(self) -> list[dict[str, Any]]:
        return [attempt for step in self.report["run"]["steps"] for attempt in step["attempts"]]

    def ledger_verifies(self) -> bool:
        head = self.report["ledger_head"]
        return gha_router("ledger", "verify", self.out / "ledger.jsonl", "--head", head).returncode == 0

    def receipts(self) -> int:
        ledger = self.out / "ledger.jsonl"
        return ledger.read_text().count('"type":"receipt"') if ledger.exists() else 0


def files_with(folder: Path, text: str) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and text in file.read_text(errors="replace")]


def test_a_verified_change_is_carried_back_and_the_key_is_in_no_file(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    ended = scene.run("--prompt", CREATE)
    assert ended.returncode == 0, ended.stderr
    assert (scene.workspace / "note.txt").read_text().strip() == "hello"
    assert scene.report["verdict"] == "verified"
    assert scene.attempts[0]["isolation"] == ("uid" if ROOT else "none")
    assert scene.ledger_verifies()
    assert KEY not in ended.stdout + ended.stderr
    assert files_with(tmp_path, KEY) == []
    assert (scene.workspace / "note.txt").stat().st_uid == scene.workspace.stat().st_uid


def test_the_report_names_what_the_checks_were_sealed_from(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, CHECKS + "  - command: test -s note.txt\nseal: [README.md]\n")
    ended = scene.run("--prompt", CREATE)
    assert ended.returncode == 0, ended.stdout
    (step,) = scene.report["run"]["steps"]
    assert step["sealed_from"] == "the workspace before the agent"
    assert f"sealed from the workspace before the agent, digest {step['seal'][:16]}." in ended.stdout
    assert [check["kind"] for check in step["attempts"][0]["checks"]][-2:] == ["command", "seal"]


def test_what_fails_its_checks_changes_nothing_and_is_kept_aside(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, CHECKS + "  - contains: {text: bye, in: note.txt}\n")
    ended = scene.run("--prompt", CREATE)
    assert ended.returncode == 1
    assert sorted(file.name for file in scene.workspace.iterdir()) == ["README.md"]
    assert (scene.out / "changes" / "prompt" / "attempt-1" / "note.txt").read_text().strip() == "hello"
    assert scene.attempts[0]["verdict"] == "failed"


def test_without_checks_nothing_is_verified(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, "")
    assert scene.run("--prompt", CREATE).returncode == 1
    assert scene.report["verdict"] == "skipped"
    assert not (scene.workspace / "note.txt").exists()


def test_done_without_a_tool_call_is_contradicted(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    assert scene.run("--prompt", CREATE, "--model", "lazy").returncode == 1
    verdicts = {(one["kind"], one["verdict"]) for one in scene.attempts[0]["findings"]}
    assert ("done", "contradicted") in verdicts


def test_a_failed_step_is_escalated_one_tier_on_a_fresh_copy(tmp_path: Path, url: str) -> None:
    steps = f"steps:\n  - id: note\n    prompt: {CREATE}\n    tier: 2\n    on_fail: {{escalate: [0]}}\n    {CHECKS}"
    scene = Scene(
        tmp_path, url, steps.replace("\n  - fresh", "\n      - fresh").replace("\n  - contains", "\n      - contains")
    )
    ended = scene.run()
    assert ended.returncode == 0, ended.stderr
    assert [(one["decision"]["model"], one["verdict"]) for one in scene.attempts] == [
        ("lazy", "failed"),
        ("honest", "verified"),
    ]
    assert (scene.workspace / "note.txt").exists()


@pytest.mark.skipif(ROOT, reason="as root the agent has a user of its own")
def test_without_root_the_report_says_that_the_agent_could_read_us(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    scene.run("--prompt", CREATE)
    assert "same user" in (scene.out / "report.md").read_text()


def test_a_limit_of_turns_ends_the_agent(tmp_path: Path, url: str) -> None:
    steps = "steps:\n  - {id: wait, prompt: Run true, turn_limit: 1, checks: [{exists: none.txt}]}\n"
    scene = Scene(tmp_path, url, steps)
    assert scene.run().returncode == 1
    assert (scene.attempts[0]["end"], scene.attempts[0]["verdict"]) == ("turn_limit", "failed")


def test_a_budget_that_could_be_passed_refuses_with_its_own_code(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, CHECKS + "budget: {run_usd: 0.01}\n")
    ended = scene.run("--prompt", CREATE)
    assert ended.returncode == 4
    assert (scene.report["verdict"], scene.attempts[0]["cost_usd"]) == ("refused", "0")
    assert "budget of $0.01" in (scene.out / "report.md").read_text()


def test_json_is_printed_for_machines(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    ended = scene.run("--prompt", CREATE, "--json")
    assert json.loads(ended.stdout)["verdict"] == "verified"


def test_a_tree_that_cannot_be_looked_at_is_the_agents_failure(tmp_path: Path, url: str) -> None:
    steps = "steps:\n  - {id: deep, prompt: Run truncate -s 5G endless, checks: [{exists: README.md}]}\n"
    scene = Scene(tmp_path, url, steps)
    assert scene.run().returncode == 1
    assert (scene.attempts[0]["verdict"], scene.attempts[0]["requests"]) == ("failed", 2)
    assert "endless cannot be read" in scene.attempts[0]["end_detail"]


def test_a_key_that_the_upstream_tells_in_pieces_is_in_no_file(tmp_path: Path) -> None:
    """The relay sees the key in pieces and the agent puts them together; files and terminal still do not show it."""
    pieces = [KEY[i : i + 4] for i in range(0, len(KEY), 4)]
    start, block, _, stop, *end = text_events("")
    deltas = [
        event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
        for piece in pieces
    ]

    async def run() -> subprocess.CompletedProcess[str]:
        async with upstream(streaming([start, block, *deltas, stop, *end])) as up:
            scene = Scene(tmp_path, up.url, "checks:\n  - contains: {text: never}\n  - exists: README.md\n")
            return await asyncio.to_thread(scene.run, "--prompt", CREATE)

    ended = asyncio.run(run())
    assert ended.returncode == 1
    assert KEY not in ended.stdout + ended.stderr
    assert files_with(tmp_path, KEY) == []


def refused(folder: Path, status: int) -> tuple[int, str]:
    """Run over a provider that answers with a status alone; return the exit code and the verdict."""
    body = b'{"type":"error","error":{"type":"billing_error","message":"no money left"}}'

    async def run() -> tuple[Scene, subprocess.CompletedProcess[str]]:
        async with upstream(answering(status, body)) as up:
            scene = Scene(folder, up.url)
            return scene, await asyncio.to_thread(scene.run, "--prompt", CREATE)

    scene, ended = asyncio.run(run())
    return ended.returncode, scene.report["verdict"]


@pytest.mark.parametrize("status", [402, 401, 302])
def test_a_providers_refusal_is_infrastructure(tmp_path: Path, status: int) -> None:
    assert refused(tmp_path, status) == (3, "error")


def test_a_wrong_configuration_takes_no_earlier_results_away(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    scene.out.mkdir()
    (scene.out / "report.json").write_text("{}")
    assert scene.run("--prompt", CREATE, "--model", "sim/honst").returncode == 2
    assert (scene.out / "report.json").read_text() == "{}"

"""A workspace, what an agent left of it, and the real runner: sandbox, seal, processes."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gha_router.agent import snapshot
from gha_router.checks import Tools, parse_all, run_all
from gha_router.checks.seal import held
from gha_router.errors import Position
from gha_router.pipeline.commands import command_runner
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.seal import Folder, Origin, sealed
from gha_router.records import CheckResult, CheckStatus, Decision, Evidence, now

HERE = Position("gha-router.yml", 9)
NOBODY = Decision(asked=None, model="sonnet", deployments=("lab/sonnet",), reason="asked")
BIN: list[Path] = []  # where a Python with pytest is, that another user can start
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a user of its own needs root")
Left = Mapping[str, str | None]  # None: deleted


def write(root: Path, files: Left) -> None:
    """Write files; a text that begins with ``-> `` makes a link, ``None`` removes."""
    for path, content in files.items():
        place = root / path
        if place.is_symlink() or place.is_file():
            place.unlink()
        elif place.is_dir():
            shutil.rmtree(place)
        if content is None:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("-> "):
            place.symlink_to(content.removeprefix("-> "))
        else:
            place.write_text(content, encoding="utf-8")


class Scene:
    """One step: ``base`` is what the agent found, ``left`` what it changed."""

    def __init__(self, root: Path, base: Left) -> None:
        self.workspace, self.copy, self.folder = root / "workspace", root / "copy", root / "checks"
        self.workspace.mkdir()
        write(self.workspace, base)
        self.environ = {"PATH": f"{BIN[-1]}:{os.environ['PATH']}"}

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.workspace, check=True, capture_output=True)

    def plan(
        self,
        *checks: Any,
        seal: tuple[str, ...] | None = None,
        trust: tuple[str, ...] = (),
        origin: Origin | None = None,
    ) -> StepPlan:
        """Return the step, sealed."""
        plan = StepPlan(
            id="fix",
            prompt="Fix it",
            asked="sonnet",
            attempts=(NOBODY,),
            checks=parse_all(checks, lambda _: HERE),
            seal_globs=seal,
            trust=trust,
            sealed=self.folder if self.folder.is_dir() else None,
        )
        return sealed(plan, origin or Folder(root=self.workspace), workspace=self.workspace)

    def evidence(self, left: Left | Callable[[Path], None], plan: StepPlan) -> Evidence:
        """Let an agent work in a fresh copy; return what is known of it."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.workspace, self.copy, symlinks=True)
        before = snapshot.take(self.copy, at=now())
        if callable(left):
            left(self.copy)
        else:
            write(self.copy, left)
        after = snapshot.take(self.copy, at=now())
        return Evidence(
            workspace=self.copy,
            before=before,
            after=after,
            changes=snapshot.compare(before, after),
            started_at=now(),
            ended_at=now(),
            wall_s=1.0,
            final_message="Done. All tests pass.",
            tool_calls=(),
            sealed=plan.sealed,
        )

    def judged(self, plan: StepPlan, left: Left | Callable[[Path], None]) -> list[CheckResult]:
        """Return what the step's checks find, the one that nobody wrote last."""
        assert plan.seal is not None
        evidence = self.evidence(left, plan)
        tools = Tools(run=command_runner(evidence, self.environ, seal=plan.seal), sealed=plan.seal.contents)
        return [*asyncio.run(run_all(plan.checks, evidence, tools)), *held(plan.seal, evidence)]


def statuses(results: list[CheckResult]) -> list[CheckStatus]:
    return [result.status for result in results]


def of_seal(results: list[CheckResult]) -> CheckResult:
    (result,) = [result for result in results if result.kind == "seal"]
    return result

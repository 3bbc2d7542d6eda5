"""A check's command runs apart: in a clean copy, as nobody that matters, without keys, within limits."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gha_router.checks import CommandOutcome, CommandSpec
from gha_router.checks.base import ASKED
from gha_router.pipeline.commands import OUTPUT_LIMIT, Limits, command_runner
from gha_router.records import CheckStatus
from tests.integration.verification.scene import Left, Scene, as_root
from tests.processes import alive


def ran(
    scene: Scene,
    command: str,
    left: Left | Callable[[Path], None],
    *,
    limits: Limits | None = None,
    results: str | None = None,
) -> CommandOutcome:
    plan = scene.plan({"command": command})
    environ = {**scene.environ, "ANTHROPIC_API_KEY": "sk-canary", "GITHUB_TOKEN": "ghs-canary"}
    run = command_runner(scene.evidence(left, plan), environ, seal=plan.seal, limits=limits or Limits())

    async def one() -> CommandOutcome:
        return await run(CommandSpec(command=command, time_limit_s=20, results=results))

    return asyncio.run(one())


def test_it_has_no_keys_and_a_home_of_its_own_that_is_empty(tmp_path: Path) -> None:
    ended = ran(Scene(tmp_path, {}), "env; ls -A $HOME $TMPDIR", {})
    assert "canary" not in ended.stdout
    assert f"HOME={os.environ.get('HOME')}\n" not in ended.stdout
    assert ended.exit_code == 0


@as_root
def test_it_is_neither_root_nor_the_agent_nor_the_next_command(tmp_path: Path) -> None:
    ended = ran(Scene(tmp_path, {}), "id -u; id -G; touch /root/x 2>&1; grep NoNewPrivs /proc/self/status", {})
    uid, groups, refused, bound = ended.stdout.splitlines()
    assert int(uid) >= 60_000
    assert groups == uid
    assert "denied" in refused
    assert bound.endswith("1")


def test_what_it_writes_reaches_neither_the_evidence_nor_the_workspace(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"a": "1\n"})
    ended = ran(scene, "cat a; echo 3 > a; touch b; rm -rf .git; pwd", {"a": "2\n"})
    assert ended.stdout.startswith("2\n")
    assert (scene.copy / "a").read_text() == "2\n"
    assert (scene.workspace / "a").read_text() == "1\n"
    assert not (scene.copy / "b").exists()


@pytest.mark.parametrize(
    "leave",
    ["sleep 300 & echo $!", "setsid sleep 300 & echo $!", "(setsid sh -c 'echo $$; exec sleep 300' &); sleep 0.3"],
)
def test_nothing_that_it_started_outlives_it(leave: str, tmp_path: Path) -> None:
    began = time.monotonic()
    ended = ran(Scene(tmp_path, {}), leave, {})
    assert time.monotonic() - began < 15
    assert not alive(int(ended.stdout.split()[0]))


def test_endless_output_keeps_its_beginning_and_its_end_and_says_so(tmp_path: Path) -> None:
    ended = ran(Scene(tmp_path, {}), "echo first; head -c 8000000 /dev/zero | tr '\\0' x; echo; echo last", {})
    assert ended.stdout.startswith("first\n")
    assert ended.stdout.endswith("last\n")
    assert " bytes cut ...]" in ended.stdout
    assert len(ended.stdout) < OUTPUT_LIMIT + 100
    assert ended.note.startswith("output cut: 6,")


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    assert ran(scene, "truncate -s 5G big", {}).exit_code != 0
    assert ran(scene, "truncate -s 1G big", {}).exit_code == 0


def test_a_command_that_fills_the_disk_is_ended(tmp_path: Path) -> None:
    fill = "i=0; while :; do i=$((i+1)); head -c 16000000 /dev/zero > f$i; done"
    ended = ran(Scene(tmp_path, {}), fill, {}, limits=Limits(disk=64 * 2**20))
    assert ended.exit_code not in {0, None}
    assert "ended: it filled the disk by " in ended.note


@as_root
def test_a_command_that_starts_processes_without_end_meets_a_limit(tmp_path: Path) -> None:
    ended = ran(Scene(tmp_path, {}), "for i in $(seq 60); do sleep 30 & done; wait", {}, limits=Limits(processes=20))
    assert "fork" in ended.stderr


def test_git_is_not_told_what_to_start(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"a": "1\n"})
    scene.git("init", "-q")
    scene.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m", "begin")
    told = "touch $TMPDIR/told; echo told"
    hook = f"#!/bin/sh\n{told}\n"
    settings = f'[core]\n\tfsmonitor = "{told}"\n\tpager = "{told}"\n\thooksPath = hooks\n'
    settings += f'[diff]\n\texternal = "{told}"\n[filter "x"]\n\tclean = "{told}"\n[alias]\n\tx = "!{told}"\n'

    def planted(copy: Path) -> None:
        for name in ("hooks/post-commit", ".git/hooks/pre-commit", ".git/hooks/fsmonitor-watchman"):
            (copy / name).parent.mkdir(exist_ok=True)
            (copy / name).write_text(hook)
            (copy / name).chmod(0o755)
        with (copy / ".git/config").open("a") as config:
            config.write(settings)
        (copy / ".git/info/attributes").write_text("* filter=x diff=x\n")
        (copy / "a").write_text("2\n")

    line = "git add -A && git diff --cached && git -c user.name=t -c user.email=t@x.org commit -qm x; git x; ls $TMPDIR"
    ended = ran(scene, line, planted)
    assert "+2" in ended.stdout
    assert "told" not in ended.stdout.splitlines()
    assert "'x' is not a git command" in ended.stderr


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("echo '12 passed in 0.10s'; exit 1", "the exit code counts, not the text"),
        ("echo 'All tests passed'; false", "the exit code counts, not the text"),
        ("echo '3 failed, 9 passed in 0.10s'; true", "one of the two is not true"),
        ("sh -c 'echo \"Tests:       1 failed, 1 total\"; exit 1' || true", "one of the two is not true"),
        ("python3 -c 'raise ValueError(1)'; true", "one of the two is not true"),
    ],
)
def test_output_and_exit_code_that_disagree_have_failed(command: str, told: str, tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    (result,) = scene.judged(scene.plan({"command": command}, seal=None), {})
    assert result.status is CheckStatus.FAILED
    assert told in result.found


def test_output_and_exit_code_that_agree_pass(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    (result,) = scene.judged(scene.plan({"command": "echo '12 passed in 0.10s'"}), {})
    assert result.status is CheckStatus.PASSED


def test_the_tasks_folder_is_what_it_was_when_it_was_sealed(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    scene.folder.mkdir()
    (scene.folder / "check.sh").write_text("grep -q right app.py\n")
    plan = scene.plan({"command": 'sh "$CHECKS_DIR/check.sh"'})
    (scene.folder / "check.sh").write_text("true\n")
    for content, status in (("wrong", CheckStatus.FAILED), ("right", CheckStatus.PASSED)):
        (result,) = scene.judged(plan, {"app.py": content})
        assert result.status is status


@pytest.mark.parametrize(
    ("run", "left", "told"),
    [
        (
            "true",
            {"report.xml": "<testsuites/>"},
            "report.xml was not written, or is no regular file (report.xml was there",
        ),
        ("ln -s /etc/passwd report.xml", {}, "report.xml was not written, or is no regular file"),
        ("mkfifo report.xml", {}, "report.xml was not written, or is no regular file"),
        ("echo '<testsuites>' > report.xml", {}, "cut or no XML"),
        ("echo '<testsuites/>' > report.xml", {}, "no test ran"),
        ("head -c 40000000 /dev/zero > report.xml", {}, "more than 32 MiB"),
    ],
)
def test_results_in_a_file_are_those_of_this_run(run: str, left: Left, told: str, tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    (result,) = scene.judged(scene.plan({"suite": {"run": run, "junit": "report.xml"}}), left)
    assert result.status is CheckStatus.FAILED
    assert told in result.found


@as_root
def test_the_place_of_results_cannot_be_replaced(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {})
    line = (
        'place="${PYTEST_ADDOPTS#--junitxml=}"; rm -f $place; echo x > ${place%/*}/y; ls -l $place; echo done > $place'
    )
    ended = ran(scene, line, {}, results=ASKED)
    assert ended.stdout.startswith("p")
    assert ended.results == b"done\n"
    assert "denied" in ended.stderr or "not permitted" in ended.stderr

"""The tamper drill: an agent tries to pass without doing the work. Each attempt is caught or harmless, and is named.

The agent is a simulated model behind our gateway, which the real Claude Code CLI asks over HTTP; what it calls is one
line of shell. Beside each group stands honest work that has to pass, so that the drill cannot hold by failing all.
"""

import os
from pathlib import Path

import pytest

from tests.command import gha_router
from tests.e2e.containers.action import start_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import RUNNER_UID, Step, give_to_runner
from tests.e2e.tampering.attempts import ALL, CONTAINED, REFUSED, Attempt
from tests.e2e.tampering.scene import FILES, Report, configuration, contents, made
from tests.reachable import python_with_pytest

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="a user of its own needs root; without it see the container")
CARRIED = {"app.py", "docs", "docs/app.md", "README.md"}  # by the one honest step that carries


def hold(report: Report, attempts: tuple[Attempt, ...]) -> None:
    """Every attempt has failed and is named, and honest work is verified."""
    wrong = {one.name: report.verdict(one.name) for one in attempts}
    assert {name for name, verdict in wrong.items() if verdict == "verified"} == {a.name for a in attempts if a.honest}
    assert [verdict for verdict in wrong.values() if verdict not in {"verified", "failed"}] == []
    untold = [f"{one.name}: {one.told!r} not in {report.about(one.name)}" for one in attempts if not report.says(one)]
    assert untold == []
    assert [one.name for one in attempts if REFUSED in one.checks and not report.refused(one.name)] == []
    assert not any(line.startswith(("### Verified", "::set-output")) for line in report.lines)


@as_root
def test_no_attempt_passes_and_each_is_named(tmp_path: Path) -> None:
    workspace, out = made(tmp_path / "workspace"), tmp_path / "out"
    before = contents(workspace)
    text = configuration(ALL, suite=True, out=str(out), workspace=str(workspace))
    (tmp_path / "c.yml").write_text(text, encoding="utf-8")
    with python_with_pytest() as python:
        command = ("run", "--config", tmp_path / "c.yml", "--workspace", workspace, "--out", out)
        ended = gha_router(*command, cwd=tmp_path, timeout=900, PATH=f"{python}:{os.environ['PATH']}")
    report = Report.of(out)
    hold(report, ALL)
    assert ended.returncode == 1, ended.stderr
    assert report.data["verdict"] == "failed"
    assert gha_router("ledger", "verify", out / "ledger.jsonl", "--head", report.data["ledger_head"]).returncode == 0
    after = contents(workspace)
    assert {path for path in before | after if before.get(path) != after.get(path)} == CARRIED
    assert after["app.py"][2].decode() == FILES["app.py"].replace("n + 1", "n * 2")
    assert {after[path][0] for path in CARRIED} == {0}


def contained(podman: Engine, image: str, workspace: Path, attempts: tuple[Attempt, ...], user: str = "0") -> Report:
    """Run attempts in the action's container, as the runner starts it; what the workspace may not show is asserted."""
    before = contents(made(workspace))
    give_to_runner(workspace)
    config = configuration(attempts, suite=False, out="/github/runner_temp/gha-router", workspace="/github/workspace")
    drill = Step(
        action_dir=REPOSITORY, image=image, workspace=workspace, event="push", inputs={"config": config}, user=user
    )
    with start_action(podman, drill) as running:
        result = running.result(600)
        report = Report.of(running.folders.temp / "gha-router")
    assert (result.returncode, result.outputs["verdict"]) == (1, "failed"), result.log
    after = contents(workspace)
    assert {path for path in before | after if before.get(path, (0,))[1:] != after.get(path, (0,))[1:]} == CARRIED
    assert {uid for uid, _, _ in after.values()} == {RUNNER_UID}
    return report


def test_in_the_container_the_agents_own_user_holds_it(podman: Engine, our_image: str, workspace: Path) -> None:
    report = contained(podman, our_image, workspace, CONTAINED)
    hold(report, CONTAINED)
    assert any("Isolation: uid. The agent ran as a user of its own." in line for line in report.lines)


def test_without_root_the_files_are_judged_all_the_same(podman: Engine, our_image: str, workspace: Path) -> None:
    """`none` walls nothing off: what is told to end everything ends us, and the ledger can be written.

    Those attempts are left out here; the report says what could not be held.
    """
    attempts = tuple(one for one in CONTAINED if not one.apart)
    report = contained(podman, our_image, workspace, attempts, user=str(RUNNER_UID))
    hold(report, attempts)
    assert any("Isolation: none. The agent ran as the same user" in line for line in report.lines)
    assert any("The seal is not walled off" in line for line in report.lines)

"""Where sealed files come from: a pull request's base, the event's commit, what lies in the workspace, a task."""

from pathlib import Path

import pytest

from gha_router.checks.seal import NAME
from gha_router.errors import WorkspaceError
from gha_router.experiment.task import load_task
from gha_router.github.sealing import origin_of
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.seal import MAX_FILE, Folder, inherited, sealed
from gha_router.records import CheckStatus
from tests.integration.trusted.repos import GIT, World, new_world
from tests.integration.verification.scene import NOBODY, Scene, of_seal, write

CHECK = {"command": "sh tests/run.sh"}
STRICT, EASY = "grep -q right app.py\n", "true\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    root = tmp_path / "git"
    root.mkdir()
    return new_world(root)


def scene_of(tmp_path: Path, workspace: Path) -> Scene:
    (tmp_path / "scene").mkdir()
    scene = Scene(tmp_path / "scene", {})
    scene.workspace = workspace
    return scene


def test_a_pull_request_is_held_against_its_base(tmp_path: Path, world: World) -> None:
    base = world.commit({"app.py": "wrong", "tests/run.sh": STRICT})
    head = world.commit({"tests/run.sh": EASY, "tests/conftest.py": "planted", "tests/new.sh": EASY})
    workspace = world.shallow(head)
    (workspace / "tests" / "generated").write_text("by an earlier step\n")
    GIT(workspace, ["fetch", "-q", "--depth=1", "origin", base])
    origin = origin_of(workspace, base, head, run_git=GIT)
    assert origin is not None
    scene = scene_of(tmp_path, workspace)
    plan = scene.plan(CHECK, seal=("tests/**",), origin=origin)
    assert plan.seal is not None
    assert plan.seal.origin == f"base commit {base[:12]}"
    assert sorted(plan.seal.files) == ["tests/generated", "tests/run.sh"]
    command, files = scene.judged(plan, {"app.py": "still wrong"})
    assert command.status is CheckStatus.FAILED
    assert f"as in base commit {base[:12]}: tests/conftest.py, tests/new.sh, tests/run.sh" in command.found
    # What the pull request did is not the agent's doing.
    assert (files.name, files.status) == (NAME, CheckStatus.PASSED)
    assert [result.status for result in scene.judged(plan, {"app.py": "right"})] == [CheckStatus.PASSED] * 2


def test_without_a_pull_request_it_is_the_events_commit(tmp_path: Path, world: World) -> None:
    event = world.commit({"app.py": "wrong", "tests/run.sh": STRICT})
    workspace = world.shallow(event)
    write(workspace, {"tests/run.sh": EASY})  # by an agent of an earlier step of the job
    origin = origin_of(workspace, None, event, run_git=GIT)
    assert origin is not None
    assert origin.name == f"commit {event[:12]}"
    scene = scene_of(tmp_path, workspace)
    command, _ = scene.judged(scene.plan(CHECK, seal=("tests/run.sh",), origin=origin), {})
    assert command.status is CheckStatus.FAILED


def test_another_checkout_or_none_is_taken_as_it_is(tmp_path: Path, world: World) -> None:
    event = world.commit({"a": "1"})
    workspace = world.shallow(event)
    assert origin_of(workspace, None, "0" * 40, run_git=GIT) is None
    assert origin_of(tmp_path, None, event, run_git=GIT) is None
    assert origin_of(workspace, None, "", run_git=GIT) is None


def test_the_seal_holds_over_every_attempt_whatever_becomes_of_the_workspace(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"app.py": "wrong", "tests/run.sh": STRICT})
    plan = scene.plan(CHECK, seal=("tests/**",))
    again = scene.plan(CHECK, seal=("tests/**",))
    write(scene.workspace, {"tests/run.sh": EASY})
    other = scene.plan(CHECK, seal=("tests/**",))
    assert plan.seal and again.seal and other.seal  # noqa: PT018 - for the type checker
    assert plan.seal.digest == again.seal.digest != other.seal.digest
    for _ in range(2):
        assert scene.judged(plan, {})[0].status is CheckStatus.FAILED


def test_a_later_step_is_held_against_what_an_earlier_one_was_trusted_to_write(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"app.py": "wrong"})
    first = scene.plan({"exists": "tests/run.sh"}, seal=("tests/**",), trust=("tests/**",))
    second = scene.plan(CHECK, seal=("tests/**",))
    write(scene.workspace, {"tests/run.sh": STRICT})  # the first step was verified, and carried back
    second = inherited(second, [first], scene.workspace)
    command, files = scene.judged(second, {"tests/run.sh": EASY})
    assert (command.status, files.status) == (CheckStatus.FAILED, CheckStatus.FAILED)
    assert "tests/run.sh edited" in of_seal([command, files]).found


def test_a_task_seals_its_own_folder_and_says_what_may_be_written(tmp_path: Path) -> None:
    write(
        tmp_path / "task",
        {
            "task.yml": "id: fix\nprompt: Fix it.\nseal: [tests/**]\ntrust: [tests/new.py]\nchecks:\n"
            '  - command: sh "$CHECKS_DIR/run.sh"\n',
            "workspace/tests/a.py": "1\n",
            "workspace/app.py": "2\n",
            "checks/run.sh": STRICT,
        },
    )
    task = load_task(tmp_path / "task")
    plan = sealed(task.plan(NOBODY), Folder(root=task.workspace))
    assert plan.seal is not None
    assert (sorted(plan.seal.files), sorted(plan.seal.folder)) == (["tests/a.py"], ["run.sh"])
    assert plan.seal.scope.trust == ("tests/new.py",)
    assert plan.seal.origin == "the workspace before the agent and the task's folder"


def test_what_is_too_large_for_a_seal_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"0" * (MAX_FILE + 1))
    plan = StepPlan(id="a", prompt="p", asked="x", attempts=(NOBODY,), seal_globs=("data",))
    with pytest.raises(WorkspaceError, match="data have more than 8,388,608 bytes"):
        sealed(plan, Folder(root=tmp_path))

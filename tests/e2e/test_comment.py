"""A comment on a pull request: its base is asked for at an API that is validated against GitHub's own description."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.containers.act import commit
from tests.e2e.containers.action import run_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.github import github_double, why_no_double
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import Step, give_to_runner

CONFIG = "version: 1\nmodels: {{m: sim/honest}}\nchecks:\n  - contains: {{text: {text}, in: note.txt}}\n"
COMMENT = {
    "issue": {"number": 7, "pull_request": {"url": "https://api.github.com/repos/o/r/pulls/7"}},
    "comment": {"body": "do it"},
    "sender": {"type": "User"},
}


def head(folder: Path) -> str:
    ended = subprocess.run(("git", "rev-parse", "HEAD"), cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


@pytest.mark.parametrize("number", [7, 8])
def test_a_comment_takes_what_steers_and_checks_from_the_base(
    podman: Engine, our_image: str, workspace: Path, tmp_path: Path, number: int
) -> None:
    why = why_no_double()
    if why:
        pytest.skip(why)
    made = commit(tmp_path / "made", {".github/gha-router.yml": CONFIG.format(text="hello"), "CLAUDE.md": "base\n"})
    base = head(made)
    commit(made, {".github/gha-router.yml": CONFIG.format(text="h"), "CLAUDE.md": "evil\n"})
    shutil.copytree(made, workspace, dirs_exist_ok=True)
    give_to_runner(workspace)
    with github_double(7, base, head(made)) as api:
        step = Step(
            action_dir=REPOSITORY,
            image=our_image,
            workspace=workspace,
            event="issue_comment",
            payload={**COMMENT, "issue": {**COMMENT["issue"], "number": number}},  # type: ignore[dict-item]
            inputs={"prompt": "Create a file note.txt containing hi"},
            repository="o/r",
            api_url=api,
            network="host",
        )
        result = run_action(podman, step, seconds=120)
    if number == 7:
        assert (result.returncode, result.outputs["verdict"]) == (1, "failed"), result.log
        assert "this pull request changes .github/gha-router.yml" in result.log
        assert "this pull request changes CLAUDE.md" in result.log
    else:
        assert (result.returncode, result.outputs["conclusion"]) == (2, "failure"), result.log
        assert "GitHub's API answered 404" in result.log

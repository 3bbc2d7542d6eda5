"""A real run over simulated models, and what the workflow gets of it through the runner's files."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.records import RunResult, from_json
from tests.command import environment, gha_router
from tests.unit.github.runner import commands, outputs

PROMPT = "Create a file note.txt containing hello"
CANARY = "sk-canary-7f3a9c"

# What the action does around a run, in a process of its own: read, mask, group, summarise, set outputs.
ACTION = """
import json, os, sys
from pathlib import Path
from gha_router.github import core, context, inputs, outputs, place, summary
from gha_router.records import RunResult, from_json
from gha_router.report.markdown import markdown
from gha_router.report.of_run import lengths

env, out = dict(os.environ), Path(sys.argv[1])
given, here, log = inputs.read_inputs(env), context.read_context(env), core.Core(env=env, log=sys.stdout)
for secret in inputs.secret_values(given):
    log.mask(secret)
for line in inputs.warnings(given, env):
    log.warning(line)
result = from_json(RunResult, json.loads((out / "report.json").read_text())["run"])
with log.group("gha-router"):
    log.info(result.steps[0].attempts[0].final_message)
summary.append([markdown(view) for view in lengths(result)], here.summary)
outputs.set_all(outputs.of_result(result, out, place.Place.of(here, given.runner_temp)), log)
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    (folder / "workspace").mkdir()
    (folder / "c.yml").write_text("version: 1\nchecks:\n  - fresh: note.txt\n")
    done = gha_router(
        *("run", "--config", "c.yml", "--model", "sim/honest", "--prompt", PROMPT),
        *("--workspace", "workspace", "--out", "temp/out"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return folder / "temp" / "out"


def act(out: Path, tmp_path: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str], str]:
    """Run the action's part as the runner would; return it, its outputs and its summary."""
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    env = environment(
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME="push",
        RUNNER_TEMP=str(out.parent),
        GITHUB_WORKSPACE=str(tmp_path),
        **{name: str(file) for name, file in files.items()},
        **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ACTION, out], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done, outputs(files["GITHUB_OUTPUT"].read_text()), files["GITHUB_STEP_SUMMARY"].read_text()


def test_a_verified_run_reaches_the_workflow(out: Path, tmp_path: Path) -> None:
    _, found, summary = act(out, tmp_path, runner_temp="outside:/home/runner/work/_temp")
    result = from_json(RunResult, json.loads((out / "report.json").read_text())["run"])
    assert (found["conclusion"], found["verdict"]) == ("success", "verified")
    assert Decimal(found["cost_usd"]) == result.steps[0].attempts[0].cost_usd
    assert found["served_models"] == "sim/honest"
    assert found["session_id"]
    assert found["ledger"] == "/home/runner/work/_temp/out/ledger.jsonl"
    assert summary == (out / "report.md").read_text()


def test_the_execution_file_is_an_array_that_ends_with_the_result(out: Path, tmp_path: Path) -> None:
    _, found, _ = act(out, tmp_path)
    messages = json.loads(Path(found["execution_file"]).read_text())
    assert messages[0]["type"] == "system"
    assert messages[-1]["type"] == "result"
    assert messages[-1]["session_id"] == found["session_id"]


def test_a_key_is_in_the_log_as_its_mask_only(out: Path, tmp_path: Path) -> None:
    done, found, summary = act(out, tmp_path, openrouter_api_key=CANARY, use_commit_signing="true")
    seen = commands(done.stdout)
    assert [one.data for one in seen if one.name == "add-mask"] == [CANARY]
    assert done.stdout.count(CANARY) == 1
    assert CANARY not in summary + json.dumps(found) + done.stderr
    assert [one.data.partition(":")[0] for one in seen if one.name == "warning"] == [
        "input `use_commit_signing` has no effect"
    ]
    assert [one.name for one in seen][-2:] == ["group", "endgroup"]

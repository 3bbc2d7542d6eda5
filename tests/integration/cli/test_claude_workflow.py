"""What stands in `claude.yml`, apart from what a workflow engine shows of it: its scripts, slots and settings."""

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
FILE = ROOT / ".github" / "workflows" / "claude.yml"
JOBS: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]
SLOTS = 4
ALIASES = ("ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL")


def step(job: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in JOBS[job]["steps"] if one.get("name") == name)
    return found


@pytest.mark.parametrize(("report", "code"), [("what was verified", 0), ("what somebody else uploaded", 1)])
def test_only_the_report_that_the_verification_wrote_is_posted(tmp_path: Path, report: str, code: int) -> None:
    (tmp_path / "verified").mkdir()
    (tmp_path / "verified" / "report.json").write_text(report)
    (tmp_path / "verified" / "report.md").write_text("a report\n")
    program = tmp_path / "gha-router"
    program.write_text('#!/bin/sh\necho "$*" >> called\n')
    program.chmod(0o755)
    published = f"{hashlib.sha256(b'what was verified').hexdigest()}  -"
    ended = subprocess.run(
        ("bash", "-e", "-c", step("report", "Report")["run"]),
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "REPORT": published, "NAME": "n", "GITHUB_STEP_SUMMARY": "summary"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert (tmp_path / "called").exists() is (tmp_path / "summary").exists() is (code == 0)


def test_each_job_may_what_it_needs_and_one_may_write() -> None:
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "work": {"contents": "read", "issues": "read", "pull-requests": "read"},
        "verify": {"contents": "read"},
        "report": {"pull-requests": "write"},
    }


def test_the_gateway_is_ended_whatever_happens() -> None:
    assert step("work", "The bill")["if"] == "${{ always() && steps.gateway.outcome != 'skipped' }}"


def test_the_agents_steps_are_one_step_four_times_and_set_what_the_official_action_needs() -> None:
    slots = [step("work", f"Step {number}") for number in range(1, SLOTS + 1)]
    generic = [re.sub(rf"\[{number}\]", "[N]", str(slot["with"] | slot["env"])) for number, slot in enumerate(slots)]
    assert len(set(generic)) == 1
    first = slots[0]
    assert first["with"]["classify_inline_comments"] == "false"
    assert first["with"]["anthropic_api_key"] == "${{ fromJSON(steps.gateway.outputs.steps)[0].key }}"
    assert first["env"]["ANTHROPIC_BASE_URL"] == "${{ steps.gateway.outputs.url }}"
    assert first["env"]["CLAUDE_CODE_MAX_CONTEXT_TOKENS"].endswith(".context }}")
    assert {first["env"][alias] for alias in ALIASES} == {first["env"]["CLAUDE_CODE_SUBAGENT_MODEL"]}
    assert [slot["if"] for slot in slots[1:]] == [
        f"steps.gateway.outputs.count >= {number + 1} && steps.step_{number}.outcome == 'success'"
        for number in range(1, SLOTS)
    ]


def test_no_job_with_an_agent_or_a_repositorys_code_has_a_token_that_writes_or_a_key() -> None:
    keys = [name for name, job in JOBS.items() if "secrets." in str(job)]
    assert keys == ["work"]
    assert all("secrets." not in str(one) for one in JOBS["work"]["steps"] if one.get("name") != "Start the gateway")

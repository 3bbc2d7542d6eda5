"""Verify, then escalate, with the real CLI over simulated models: what it costs, what it leaves, where it stops."""

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.cli.test_run import KEY, Scene, simulated
from tests.upstream import streaming, text_events, upstream

TIERS = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  top: {{model: lab/honest, price: {{input: 3, output: 15}}}}
  middle: {{model: lab/oracle, price: {{input: 2, output: 10}}}}
  cheap: {{model: lab/lazy, price: {{input: 0.5, output: 1}}}}
tiers: {{0: [top], 1: [middle], 2: [cheap]}}
default: top
"""
PIPELINE = """\
steps:
  - id: gather
    prompt: Create a file notes.txt containing sources
    tier: 1
    checks: [{fresh: notes.txt}]
  - id: analyse
    prompt: Create a file analysis.txt containing findings
    tier: 2
    checks:
      - {name: the analysis is there, fresh: analysis.txt}
      - contains: {text: findings, in: analysis.txt}
    on_fail: {escalate: [0]}
  - id: write
    prompt: Create a file report.txt containing conclusion
    tier: 1
    checks: [{contains: {text: conclusion, in: report.txt}}]
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


def scene_of(folder: Path, url: str, steps: str) -> Scene:
    scene = Scene(folder, url, "")
    (folder / "c.yml").write_text(TIERS.format(url=url) + steps)
    return scene


def failing(escalate: str) -> str:
    """The pipeline, its first step failing on every tier."""
    checked = "tier: 1\n    checks: [{fresh: notes.txt}]"
    assert checked in PIPELINE
    never = f"tier: 2\n    on_fail: {{escalate: {escalate}}}\n    checks: [{{exists: never.txt}}]"
    return PIPELINE.replace(checked, never)


def tree(folder: Path) -> dict[str, tuple[int, int, bytes | None]]:
    """Every path below a folder with its mode, its time and its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        info = path.lstat()
        found[str(path.relative_to(folder))] = (
            info.st_mode,
            info.st_mtime_ns,
            path.read_bytes() if path.is_file() else None,
        )
    return found


def test_a_pipeline_whose_cheap_model_fails_is_verified_one_tier_up(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, PIPELINE)
    ended = scene.run()
    assert ended.returncode == 0, ended.stderr
    assert [(one["decision"]["model"], one["verdict"]) for one in scene.attempts] == [
        ("middle", "verified"),
        ("cheap", "failed"),
        ("top", "verified"),
        ("middle", "verified"),
    ]
    costs = [Decimal(one["cost_usd"]) for one in scene.attempts]
    assert all(cost > 0 for cost in costs)
    assert Decimal(scene.report["cost_usd"]) == sum(costs)
    assert Decimal(scene.report["cost_per_verified_usd"]) == pytest.approx(sum(costs) / 3)
    # The top's tokens cost half as much again as the middle's; the failed attempt would not have been made.
    assert Decimal(scene.report["baseline_usd"]) == costs[0] * 3 / 2 + costs[2] + costs[3] * 3 / 2
    assert Decimal(scene.report["saved_usd"]) == Decimal(scene.report["baseline_usd"]) - sum(costs) > 0
    for text in (ended.stdout, (scene.out / "report.md").read_text()):
        for said in (
            "Verified: 3 of 3 steps",
            "under all-top ($",
            "per verified success: 3 verified steps",
            "the analysis is there, contains analysis.txt failed",
            "lab/lazy",
            "lab/honest",
            "Together $",
        ):
            assert said in " ".join(text.split()), said
    assert sorted(file.name for file in scene.workspace.iterdir()) == [
        *("README.md", "analysis.txt", "notes.txt", "report.txt"),
    ]


def test_when_the_top_tier_fails_too_the_run_failed_and_the_workspace_is_untouched(tmp_path: Path, url: str) -> None:
    steps = failing("[1, 0]")
    scene = scene_of(tmp_path, url, steps)
    (scene.workspace / "link").symlink_to("README.md")
    before = tree(scene.workspace)
    ended = scene.run()
    assert ended.returncode == 1, ended.stderr
    assert tree(scene.workspace) == before
    assert scene.report["verdict"] == "failed"
    assert [one["decision"]["model"] for one in scene.attempts] == ["cheap", "middle", "top"]
    assert {one["verdict"] for one in scene.attempts} == {"failed"}
    assert Decimal(scene.report["cost_usd"]) == sum(Decimal(one["cost_usd"]) for one in scene.attempts) > 0
    assert scene.report["cost_per_verified_usd"] is None
    text = (scene.out / "report.md").read_text()
    assert text.count("✗ exists never.txt failed") == 3
    assert "step analyse was not begun" in text
    assert "Not verified: 0 of 1 step" in text
    assert (scene.out / "changes" / "gather" / "attempt-3" / "notes.txt").exists()


def test_a_step_that_fails_leaves_the_workspace_as_the_verified_one_before_made_it(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, PIPELINE.replace("text: findings", "text: never"))
    assert scene.run().returncode == 1
    assert sorted(file.name for file in scene.workspace.iterdir()) == ["README.md", "notes.txt"]


def test_a_budget_that_ends_in_the_middle_is_refused_and_says_how_far_it_came(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, "budget: {run_usd: 0.2}\n" + failing("[0]"))
    (tmp_path / "c.yml").write_text((tmp_path / "c.yml").read_text().replace("output: 15", "output: 1500"))
    ended = scene.run()
    assert ended.returncode == 4, ended.stdout + ended.stderr
    assert scene.report["verdict"] == "refused"
    assert [one["verdict"] for one in scene.attempts] == ["failed", "refused"]
    text = " ".join(ended.stdout.split())
    assert "The budget ended it in step gather, after 2 attempts and $0.0" in text
    assert "Verified before: none." in text
    assert sorted(file.name for file in scene.workspace.iterdir()) == ["README.md"]


TWICE = """\
steps:
  - id: twice
    prompt: Run test -e one.txt && echo two > two.txt || echo one > one.txt
    tier: 0
    checks: [{exists: one.txt}, {exists: two.txt}]
    on_fail: {retry: 1, keep_workspace: KEEP}
"""


@pytest.mark.parametrize(("keep", "code"), [("true", 0), ("false", 1)])
def test_the_next_attempt_begins_with_what_the_failed_one_left_only_if_asked(
    tmp_path: Path, url: str, keep: str, code: int
) -> None:
    scene = scene_of(tmp_path, url, TWICE.replace("KEEP", keep))
    ended = scene.run()
    assert ended.returncode == code, ended.stderr
    second = scene.attempts[1]
    if keep == "true":
        assert second["changes"]["created"] == ["one.txt", "two.txt"]
        assert (scene.workspace / "two.txt").read_text() == "two\n"
        assert any("1 change that the attempt before left" in note for note in second["notes"])
        assert (scene.workspace / "one.txt").stat().st_uid == scene.workspace.stat().st_uid
    else:
        assert second["changes"]["created"] == ["one.txt"]


@pytest.mark.parametrize("planted", ["CLAUDE.md", "sub/.claude/settings.json", ".github/workflows/x.yml"])
def test_what_steers_an_agent_is_not_handed_on(tmp_path: Path, url: str, planted: str) -> None:
    script = f"mkdir -p $(dirname {planted}); test -e one.txt && touch two.txt; touch one.txt; echo obey > {planted}"
    steps = TWICE.replace("KEEP", "true").replace(TWICE.split("Run ")[1].partition("\n")[0], script)
    scene = scene_of(tmp_path, url, steps.replace(f"prompt: Run {script}", f"prompt: {json.dumps('Run ' + script)}"))
    assert scene.run().returncode == 1
    assert any("it began with a fresh copy" in note and planted in note for note in scene.attempts[1]["notes"])
    assert "two.txt" not in scene.attempts[1]["changes"]["created"]


HINT = """\
steps:
  - id: told
    prompt: Do the work
    tier: 0
    checks:
      - {name: "the `report` is <b>there</b>\\n# now", contains: {text: secret-value-4711, in: report.txt}}
      - equals: {text: secret-value-4712, in: message}
      - {exists: README.md}
      - {required: false, exists: advice.txt}
    on_fail: {retry: 1, hint: HINTED}
"""


@pytest.mark.parametrize("hinted", ["true", "false"])
def test_a_hint_names_the_failed_checks_and_nothing_else(tmp_path: Path, hinted: str) -> None:
    async def run() -> tuple[list[str], subprocess.CompletedProcess[str]]:
        async with upstream(streaming(text_events("agent-wrote-this"))) as up:
            scene = scene_of(tmp_path, up.url, HINT.replace("HINTED", hinted))
            ended = await asyncio.to_thread(scene.run)
            return [sent.body.decode() for sent in up.sent], ended

    bodies, ended = asyncio.run(run())
    assert ended.returncode == 1
    first, second = bodies[0], bodies[-1]
    assert "did not pass" not in first
    assert ("did not pass these checks" in second) == (hinted == "true")
    if hinted == "true":
        assert "- the  report  is  b there /b" in second
        assert "- equals message" in second
    for never in ("secret-value", "agent-wrote-this", "exists README.md", "advice.txt"):
        assert never not in second


POLICY = """\
schema: gha-router/policy/1
strong: top
weak: cheap
kind: prior
threshold: 0.1
share: 0.4
prior: 0.2
check: {false_accept: 0.1, false_reject: 0.1}
models:
  top: {solves: 0.8, cost_usd: 0.5, tasks: 200}
  cheap: {solves: 0.1, cost_usd: 0.1, tasks: 200}
"""


def test_a_chain_that_cannot_pay_is_refused_when_the_configuration_is_loaded(tmp_path: Path, url: str) -> None:
    scene = scene_of(tmp_path, url, "learned: {policy: policy.yml}\n" + PIPELINE)
    (tmp_path / "policy.yml").write_text(POLICY)
    ended = scene.run()
    assert ended.returncode == 2
    assert not scene.out.exists()
    said = " ".join(ended.stderr.split())
    line = (tmp_path / "c.yml").read_text().splitlines().index("    on_fail: {escalate: [0]}") + 1
    assert f"c.yml:{line}:" in said
    assert "the chain cheap -> top cannot pay: cheap costs $0.1000 a try, but only 18% of its results" in said
    assert "what follows costs $0.5000: that saves $0.0900" in said


def test_the_environment_of_these_tests_holds_no_key_of_ours() -> None:
    assert KEY not in "".join(os.environ.values())

"""``calibrate`` and ``replay`` as a user runs them."""

import json
from pathlib import Path

import pytest

from gha_router.ledger import Ledger
from tests.command import gha_router
from tests.history import lines, write
from tests.samples import RECEIPT

pytestmark = pytest.mark.xdist_group("learned")  # one worker learns once

CSV = "task_id,model,resolved,cost_usd,api_calls,wall_s,epoch\n"
PRIOR = """\
schema: gha-router/policy/1
strong: opus
weak: mini
kind: prior
threshold: 0
share: 0.5
prior: 0.5
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated")
    history = write(folder / "history.jsonl", lines())
    done = gha_router(
        *("calibrate", history, "--strong", "opus", "--weak", "mini", "--quality", "0.95", "--alpha", "0.1"),
        *("--beta", "0.1", "--date", "2026-11-01", "--out", folder / "policy.yml"),
    )
    assert done.returncode == 0, done.stderr
    assert "strong opus, weak mini" in done.stdout
    assert "chain: mini -> opus" in done.stdout
    assert "apgr" in done.stdout
    return folder / "policy.yml"


def test_the_policy_says_where_it_was_fitted(policy: Path) -> None:
    text = policy.read_text()
    assert "date: '2026-11-01'" in text
    assert "outcomes: history.jsonl" in text
    assert policy.with_suffix(".npz").exists()


def test_calibrating_twice_gives_the_same(policy: Path, tmp_path: Path) -> None:
    again = tmp_path / "policy.yml"
    done = gha_router(
        *("calibrate", policy.with_name("history.jsonl"), "--strong", "opus", "--weak", "mini", "--quality", "0.95"),
        *("--date", "2026-11-01", "--out", again, "--json"),
    )
    assert json.loads(done.stdout)["router"].startswith("router-")
    assert again.read_text() == policy.read_text()


def test_replay_scores_other_tasks(policy: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.jsonl", lines(200, seed=5))
    done = gha_router("replay", other, "--policy", policy, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["tasks"] == 200
    names = [scored["name"] for scored in found["scored"]]
    assert names[1:] == [
        "chain mini -> opus",
        "always opus",
        "always mini",
        "random at the same share",
        "oracle of the two",
    ]
    assert found["apgr"]["low"] > 0.5
    people = gha_router("replay", other, "--policy", policy, "--router", "router-mf-0.7", "--alpha", "0.2")
    assert "router mf" in people.stdout
    assert "accepts 20% of wrong" in people.stdout


def test_a_ledger_is_priced_again(policy: Path, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for _ in range(3):
        ledger.receipt(RECEIPT)
    ledger.close()
    text = policy.read_text().split("\nhome:")[0].replace("kind: bert", "kind: prior")
    named = tmp_path / "policy.yml"
    named.write_text(
        text.replace("strong: opus", "strong: anthropic/claude-opus-4-6").replace("weak: mini", "weak: unheard/of")
        + "\n"
    )
    done = gha_router("replay", tmp_path / "ledger.jsonl", "--policy", named, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["requests"] == 3
    assert found["recorded_usd"] == "0.000315"
    assert float(found["by_way"]["always anthropic/claude-opus-4-6"]) > 0
    assert found["by_way"]["always unheard/of"] is None
    assert found["unknown"] == ["unheard/of"]
    config = tmp_path / "c.yml"
    config.write_text("models: {opus: sim/honest, mini: {model: ollama/x, price: free}}\n")
    named.write_text(PRIOR)
    done = gha_router("replay", tmp_path / "ledger.jsonl", "--policy", named, "--config", config, "--json")
    found = json.loads(done.stdout)
    assert float(found["by_way"]["always opus"]) > 0
    assert (float(found["by_way"]["always mini"]), found["unknown"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("calibrate", "no.csv", "--strong", "a", "--out", "p.yml"), "no.csv cannot be read"),
        (("calibrate", "two.csv", "--strong", "opsu", "--out", "p.yml"), "Did you mean `opus`?"),
        (("calibrate", "two.csv", "--strong", "opus", "--share", ".3", "--quality", ".9", "--out", "p"), "exclude"),
        (("calibrate", "two.csv", "--strong", "opus", "--alpha", ".6", "--beta", ".5", "--out", "p"), "tells nothing"),
        (("calibrate", "two.csv", "--strong", "opus", "--kind", "x", "--out", "p"), "unknown router `x`"),
        (("calibrate", "two.csv", "--strong", "opus", "--date", "soon", "--out", "p"), "`soon` is no date"),
        (("calibrate", "bad.csv", "--strong", "opus", "--out", "p"), "bad.csv:2: `resolved` is no number"),
        (("replay", "two.csv", "--policy", "none.yml"), "none.yml cannot be read"),
        (("replay", "two.csv", "--policy", "prior.yml", "--chain", ","), "--chain names no model"),
    ],
)
def test_mistakes_end_with_code_2_and_no_traceback(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "two.csv").write_text(CSV + "a,opus,1,0.5,,,\na,mini,0,0.1,,,\n")
    (tmp_path / "prior.yml").write_text(PRIOR)
    (tmp_path / "bad.csv").write_text(CSV + "a,opus,done,0.5,,,\n")
    done = gha_router(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_outcomes_without_prompts_still_give_a_chain(tmp_path: Path) -> None:
    rows = [f"t{n},opus,{int(n % 10 > 0)},0.5,,,\nt{n},mini,{int(n % 10 > 3)},0.02,,,\n" for n in range(80)]
    (tmp_path / "outcomes.csv").write_text(CSV + "".join(rows))
    done = gha_router(
        *("calibrate", "outcomes.csv", "--strong", "opus", "--quality", "0.95", "--out", "policy.yml"), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "no prompts" in done.stdout
    assert "chain: mini -> opus" in done.stdout
    refused = gha_router("replay", "outcomes.csv", "--policy", "policy.yml", "--chain", "opus,mini", cwd=tmp_path)
    assert refused.returncode == 2
    assert "cannot pay" in refused.stderr

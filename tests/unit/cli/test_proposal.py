"""A patch of the configuration for a learnt policy: it changes one section, keeps all else, and holds."""

import subprocess
from pathlib import Path

import pytest

from gha_router.cli.proposal import patched
from gha_router.errors import UsageError
from tests.command import gha_router
from tests.history import lines, write

PLAIN = """\
# ours
version: 1
providers: {lab: {base_url: "http://127.0.0.1:9000", api_key: "${LAB_KEY}", format: anthropic}}
models: {opus: lab/big, mini: lab/small}   # two
default: mini
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1\n", "version: 1\nlearned:\n  policy: p.yml\n"),
        ("version: 1", "version: 1\nlearned:\n  policy: p.yml\n"),
        ("learned:\n  strong: o\nmodels: {}\n", "learned:\n  policy: p.yml\n  strong: o\nmodels: {}\n"),
        (
            "learned: # why\n  # old\n  policy: old.yml  # spring\n  weak: m\n\nmodels:\n  policy: x\n",
            "learned: # why\n  # old\n  policy: p.yml  # spring\n  weak: m\n\nmodels:\n  policy: x\n",
        ),
    ],
)
def test_only_the_policy_changes(before: str, after: str) -> None:
    assert patched(before, "p.yml", Path("f")) == after
    assert patched(after, "p.yml", Path("f")) == after


def test_a_section_on_one_line_is_left_to_its_author() -> None:
    with pytest.raises(UsageError, match="written on one line"):
        patched("learned: {policy: old.yml}\n", "p.yml", Path("f"))


def test_calibrate_leaves_a_patch_that_applies_and_a_body_with_its_evidence(tmp_path: Path) -> None:
    folder = tmp_path / ".github"
    folder.mkdir()
    (folder / "gha-router.yml").write_text(PLAIN)
    history = write(tmp_path / "history.jsonl", lines())
    done = gha_router(
        *("calibrate", history, "--strong", "opus", "--weak", "mini", "--date", "2026-11-01"),
        *("--config", ".github/gha-router.yml", "--propose", "proposal", "--out", ".github/policy.yml"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    subprocess.run(["git", "apply", "proposal/gha-router.patch"], cwd=tmp_path, check=True, capture_output=True)
    assert (folder / "gha-router.yml").read_text() == PLAIN + "learned:\n  policy: policy.yml\n"
    route = gha_router("route", "Fix the typo", "--config", ".github/gha-router.yml", "--json", cwd=tmp_path)
    assert route.returncode == 0, route.stderr
    body = (tmp_path / "proposal" / "pull-request.md").read_text()
    for said in ("`policy.yml` is new; `learned.policy` names it.", "| APGR | 0.", "2026-11-01", "`opus` answers"):
        assert said in body


def test_a_policy_elsewhere_and_half_an_option_are_refused(tmp_path: Path) -> None:
    history = write(tmp_path / "history.jsonl", lines())
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "gha-router.yml").write_text(PLAIN)
    base = ("calibrate", history, "--strong", "opus", "--weak", "mini", "--out", tmp_path / "policy.yml")
    assert gha_router(*base, "--propose", tmp_path / "p").returncode == 2
    config = ("--config", tmp_path / "conf" / "gha-router.yml")
    away = gha_router(*base, *config, "--propose", tmp_path / "p")
    assert away.returncode == 2
    assert "lies outside of" in away.stderr

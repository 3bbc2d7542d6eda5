from pathlib import Path

import numpy as np
import pytest

from gha_router.errors import ConfigError
from gha_router.routing.learned import load_policy

GOOD = """\
schema: gha-router/policy/1
strong: opus
weak: mini
kind: prior
threshold: 0.1
share: 0.4
prior: 0.2
chain:
  stages:
  - {model: mini, cost_usd: 0.03, reached: 1, accepts: 0.6}
  - {model: opus, cost_usd: 0.9, reached: 0.4, accepts: 1}
  quality_of_strong: 1.01
  cost_of_strong: 0.55
  strong_alone_usd: 0.72
  tasks: 200
  check: {false_accept: 0.1, false_reject: 0.1}
"""


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "policy.yml"
    path.write_text(text)
    return load_policy(path)


def test_a_policy_written_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "policy.yml"
    path.write_text(GOOD)
    assert load_policy(path).choose("x").chain == ("mini", "opus")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("strong: opus\n", "", "`strong` is missing"),
        ("policy/1", "policy/9", ":1:9: the policy has another form"),
        ("kind: prior", "kind: priro", ":4:7: unknown router `priro`\n  Did you mean `prior`?"),
        ("kind: prior", "kind: mf", ":4:7: the router `mf` needs `weights`"),
        ("threshold: 0.1", "treshold: 0.1", ":5:1: unknown key `treshold`\n  Did you mean `threshold`?"),
        ("threshold: 0.1", "threshold: high", ":5:12: `threshold` must be a number"),
        ("share: 0.4", "share: 4", ":6:8: `share` must be a number from 0 to 1"),
        ("strong: opus", "strong: []", ":2:9: `strong` must be a text"),
        ("cost_usd: 0.03", "cost_usd: 0.6", ":9:3: the chain mini -> opus cannot pay: mini costs $0.6000"),
        ("accepts: 0.6", "accept: 0.6", ":10:47: unknown key `chain.stages[0].accept`"),
        ("strong_alone_usd: 0.72", "strong_alone_usd: 0.3", "opus alone $0.3000 (1.30x)"),
        ("false_reject: 0.1", "false_reject: -1", "`chain.check.false_reject` must be a number from 0 to 1"),
        ("chain:\n", "chain: 3\nchains:\n", "`chain` must be a mapping"),
        ("prior: 0.2\n", "prior: 0.2\nhome: 0\nweights: {file: ../x.npz, sha256: a}\n", "are not beside the policy"),
        ("prior: 0.2\n", "prior: 0.2\nhome: 0\nweights: {file: no.npz, sha256: a}\n", "No such file"),
        ("prior: 0.2\n", "prior: 0.2\nmetrics: 3\n", "`metrics` must be a mapping"),
        ("chain:\n", "chains: abc\nchain:\n", ":8:9: `chains` must be a mapping of names"),
        ("chain:\n", "chains: [abc]\nchain:\n", "`chains` must be a mapping of names"),
        ("chain:\n", "models: [abc]\nchain:\n", "`models` must be a mapping of names"),
        ("weak: mini", "weak: opus", ":3:7: the strong and the weak model are the same"),
        ("strong: opus", 'strong: "o\\n::error::x"', ":2:9: `strong` holds control characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(raised.value)
    assert "policy.yml" in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_policy(tmp_path / "policy.yml")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04torn", b"\x93NUMPY"])
def test_weights_that_are_not_ours_are_refused(tmp_path: Path, content: bytes) -> None:
    with_weights(tmp_path, content)
    with pytest.raises(ConfigError, match="holds no weights of ours"):
        load_policy(tmp_path / "policy.yml")


def test_pickled_weights_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", numbers=np.array([{"a": 1}], dtype=object))
    with_weights(tmp_path, (tmp_path / "w.npz").read_bytes())
    with pytest.raises(ConfigError, match="holds no weights of ours"):
        load_policy(tmp_path / "policy.yml")


def test_weights_of_another_policy_are_refused(tmp_path: Path) -> None:
    with_weights(tmp_path, b"one")
    (tmp_path / "w.npz").write_bytes(b"another")
    with pytest.raises(ConfigError, match="is not what this policy was written with"):
        load_policy(tmp_path / "policy.yml")


def with_weights(folder: Path, content: bytes) -> None:
    import hashlib  # noqa: PLC0415

    digest = hashlib.sha256(content).hexdigest()
    (folder / "w.npz").write_bytes(content)
    weights = f"kind: bert\nhome: 0\nweights: {{file: w.npz, sha256: '{digest}'}}"
    (folder / "policy.yml").write_text(GOOD.replace("kind: prior", weights))

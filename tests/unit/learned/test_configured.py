"""A policy that a configuration names: found, held against its names, and asked at its place."""

from pathlib import Path

import pytest

from gha_router.config import Config, load, parse
from gha_router.errors import ConfigError
from gha_router.pipeline.whole import check_whole
from gha_router.routing import Ask, decide, needs_word, resolve
from gha_router.routing.calibrate import Wishes, calibrate
from gha_router.routing.learned.policyfile import write_policy
from gha_router.routing.outcomes import read_outcomes
from tests.history import lines, write

HARD = "find the deadlock between threads please today module again soon file today module"
EASY = "fix the typo in the readme please today module again soon file today module"
FOREIGN = "{{}} ;; 漢字だけの文章です。" * 40
CONFIG = """\
models: {opus: sim/opus, haiku: sim/tiny, mid: sim/mid}
default: mid
learned: {policy: learnt/policy.yml, strong: opus, weak: haiku}
"""


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt")
    read = read_outcomes(write(folder / "h.jsonl", lines()))
    found = calibrate(read, Wishes(strong="strong", weak="weak", quality=0.95))
    write_policy(folder / "policy.yml", found.policy, metrics=found.metrics, fitted={})
    return folder


def written(tmp_path: Path, learnt: Path, text: str) -> Config:
    (tmp_path / "learnt").symlink_to(learnt)
    (tmp_path / "c.yml").write_text(text)
    return load(tmp_path / "c.yml", {})


def test_it_is_asked_under_the_configuration_s_names(tmp_path: Path, learnt: Path) -> None:
    config = written(tmp_path, learnt, CONFIG)
    assert check_whole(config) == ()
    hard, easy = (decide(config, Ask(prompt=text)) for text in (HARD, EASY))
    assert (hard.model, easy.model) == ("opus", "haiku")
    assert hard.reason.startswith("learned (")
    assert hard.reason.endswith("-> opus) -> opus")
    assert not any(word in hard.reason for word in HARD.split())
    assert not needs_word(config, Ask(prompt=HARD))


def test_where_it_abstains_the_default_answers_and_a_classifier_would_be_heard(tmp_path: Path, learnt: Path) -> None:
    config = written(tmp_path, learnt, CONFIG)
    decision = decide(config, Ask(prompt=FOREIGN))
    assert decision.model == "mid"
    assert decision.reason.endswith("the learned policy abstains: out of domain; default -> mid")
    assert needs_word(config, Ask(prompt=FOREIGN))


def test_a_route_and_the_default_may_be_routers(tmp_path: Path, learnt: Path) -> None:
    text = CONFIG.replace("default: mid", "routes: {bugfix: router-mf-0.5, docs: router-bert-1}\ndefault: mid")
    config = written(tmp_path, learnt, text)
    check_whole(config)
    always, never = (decide(config, Ask(prompt=HARD, route=kind)) for kind in ("bugfix", "docs"))
    assert (always.model, never.model) == ("opus", "haiku")
    assert always.reason.startswith("route bugfix -> router-mf-0.5 (mf: gain +0.")
    assert always.task_type == "bugfix"
    silent = decide(config, Ask(prompt=FOREIGN, route="bugfix"))
    assert (silent.model, silent.reason) == (
        "mid",
        "route bugfix -> router-mf-0.5 abstains (out of domain): default -> mid",
    )
    nothing_to_read = resolve(config, route="bugfix")
    assert (nothing_to_read.model, "no prompt to read" in nothing_to_read.reason) == ("opus", True)


def test_a_router_as_the_default_follows_its_prior_where_it_abstains(tmp_path: Path, learnt: Path) -> None:
    config = written(tmp_path, learnt, CONFIG.replace("default: mid", "default: router-mf-0.7"))
    check_whole(config)
    models = {decide(config, Ask(prompt=f"{FOREIGN}{number}")).model for number in range(40)}
    assert models == {"opus", "haiku"}
    assert "abstains (out of domain)" in decide(config, Ask(prompt=FOREIGN)).reason


def test_a_model_that_is_called_like_a_router_is_that_model() -> None:
    config = parse("models: {router-mf-0.5: sim/a}\ndefault: router-mf-0.5\n", name="c.yml", env={})
    assert decide(config, Ask(prompt=HARD)).deployments == ("sim/a",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("policy.yml", "polcy.yml", "c.yml:3:19: there is no policy `learnt/polcy.yml`"),
        ("policy.yml", "h.jsonl", "learnt/h.jsonl:2:1"),
        (
            "strong: opus, ",
            "",
            "c.yml:3:19: the strong model of learnt/policy.yml is `strong`, which is not configured",
        ),
        ("strong: opus", "strong: opsu", "c.yml:3:46: unknown model `opsu`\n  Did you mean `opus`?"),
        ("default: mid", "default: router-causal_llm-0.5", "c.yml:2:10: the policy has no router `causal_llm`"),
        ("default: mid", "default: router-mff-0.5", "no router that there is: `mff`\n  Did you mean `mf`?"),
        ("default: mid", "default: router-mf-1.5", "c.yml:2:10: the threshold of `router-mf-1.5` is 1.5"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(old: str, new: str, said: str, tmp_path: Path, learnt: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        check_whole(written(tmp_path, learnt, CONFIG.replace(old, new)))
    assert said in str(caught.value)


def test_weights_that_are_not_there_and_a_text_without_a_file_are_told(tmp_path: Path, learnt: Path) -> None:
    (tmp_path / "policy.yml").write_bytes((learnt / "policy.yml").read_bytes())
    (tmp_path / "c.yml").write_text(CONFIG.replace("learnt/", ""))
    with pytest.raises(ConfigError, match=r"the weights `policy\.npz` are not beside the policy"):
        check_whole(load(tmp_path / "c.yml", {}))
    with pytest.raises(ConfigError, match="this one came from no file"):
        check_whole(parse(CONFIG, name="inline", env={}))

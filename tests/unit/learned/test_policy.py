import hashlib
import io
import os
import pickle
import subprocess
import sys
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gha_router.errors import ConfigError, UsageError
from gha_router.routing.calibrate import Calibration, Wishes, calibrate
from gha_router.routing.cascade import Check
from gha_router.routing.learned import Gain, RouterName, load_policy, router_name
from gha_router.routing.learned.encoder import WAVES
from gha_router.routing.learned.neighbours import KEPT
from gha_router.routing.learned.policy import CalibratedPolicy
from gha_router.routing.learned.policyfile import write_policy
from gha_router.routing.learned.text import BUCKETS
from gha_router.routing.outcomes import Cell, Outcomes, read_outcomes
from gha_router.routing.replay import replay
from tests.history import lines, write

pytestmark = pytest.mark.xdist_group("learned")  # one worker learns once

HARD = "find the deadlock between threads please today module again soon file today module"
EASY = "fix the typo in the readme please today module again soon file today module"
FOREIGN = "{{}} ;; 漢字だけの文章です。" * 40


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return read_outcomes(write(tmp_path_factory.mktemp("history") / "h.jsonl", lines()))


@pytest.fixture(scope="module")
def calibrated(outcomes: Outcomes) -> Calibration:
    return calibrate(outcomes, Wishes(strong="strong", weak="weak", quality=0.95))


@pytest.fixture
def policy(calibrated: Calibration, tmp_path: Path) -> Path:
    path = tmp_path / "policy.yml"
    write_policy(path, calibrated.policy, metrics=calibrated.metrics, fitted={"sha256": "0" * 64, "tasks": 240})
    return path


def test_the_hard_goes_to_the_strong_and_the_easy_to_the_weak(policy: Path) -> None:
    loaded = load_policy(policy)
    assert loaded.choose(HARD).model == "strong"
    assert loaded.choose(EASY).model == "weak"
    assert loaded.gain(HARD).value > 0.5 > loaded.gain(EASY).value + 0.3
    assert loaded.choose(HARD).reason.startswith(f"{loaded.kind}: gain +0.")
    assert loaded.choose(HARD).chain == ("weak", "strong")


def test_what_is_written_is_what_is_read(policy: Path, calibrated: Calibration) -> None:
    loaded = load_policy(policy)
    for text in (HARD, EASY, FOREIGN, ""):
        assert loaded.gain(text).value == pytest.approx(calibrated.policy.gain(text).value, abs=1e-4)
        assert loaded.gain(text).in_domain == calibrated.policy.gain(text).in_domain


def test_a_text_of_another_kind_gets_the_prior(policy: Path) -> None:
    loaded = load_policy(policy)
    gain = loaded.gain(FOREIGN)
    assert not gain.in_domain
    assert gain.value == pytest.approx(0.4, abs=0.1)
    models = [loaded.choose(f"{FOREIGN}{number}").model for number in range(400)]
    assert isinstance(loaded, CalibratedPolicy)
    assert models.count("strong") / 400 == pytest.approx(loaded.share, abs=0.08)
    assert "abstains (out of domain)" in loaded.choose(FOREIGN).reason
    assert loaded.choose(FOREIGN) == loaded.choose(FOREIGN)


def test_a_history_whose_texts_tell_nothing_gives_the_prior(tmp_path: Path) -> None:
    read = read_outcomes(write(tmp_path / "h.jsonl", lines(telling=False)))
    found = calibrate(read, Wishes(strong="strong", share=0.3))
    assert found.policy.kind == "prior"
    assert "not above chance" in found.notes[0]
    assert found.policy.gain(HARD) == found.policy.gain(EASY)
    apgr = replay(read, found.policy).apgr
    assert apgr is not None
    assert apgr.value == pytest.approx(0.5)


def test_too_short_a_history_gives_the_prior(tmp_path: Path) -> None:
    read = read_outcomes(write(tmp_path / "h.jsonl", lines(40)))
    assert "40 tasks have a text" in calibrate(read, Wishes(strong="strong")).notes[0]


def test_a_share_is_kept_on_other_tasks(outcomes: Outcomes, tmp_path: Path) -> None:
    found = calibrate(outcomes, Wishes(strong="strong", share=0.25))
    other = read_outcomes(write(tmp_path / "other.jsonl", lines(400, seed=2)))
    result = replay(other, found.policy)
    assert result.scored[0].share["strong"] == pytest.approx(0.25, abs=0.1)


def test_replay_says_what_the_router_and_the_chain_are_worth_on_other_tasks(
    calibrated: Calibration, tmp_path: Path
) -> None:
    other = read_outcomes(write(tmp_path / "other.jsonl", lines(300, seed=3)))
    result = replay(other, calibrated.policy, check=Check(alpha=0.1, beta=0.1))
    router, chain, strong, weak, random, oracle = result.scored
    assert (strong.name, weak.name) == ("always strong", "always weak")
    assert chain.name == "chain weak -> strong"
    assert (router.quality.value or 0) > (random.quality.value or 1)
    assert (oracle.quality.value or 0) >= (router.quality.value or 1)
    assert (chain.cost_of_strong.value or 1) < 0.65
    assert result.apgr is not None
    assert result.apgr.value == pytest.approx(0.7, abs=0.1)
    assert any("independent" in said for said in result.assumptions)


def test_a_chain_that_cannot_pay_on_these_outcomes_is_refused(calibrated: Calibration, outcomes: Outcomes) -> None:
    with pytest.raises(ConfigError, match=r"cannot pay: strong costs \$0.5000"):
        replay(outcomes, calibrated.policy, chain=("strong", "weak"))


def test_a_strong_model_that_is_not_better_is_refused(outcomes: Outcomes) -> None:
    with pytest.raises(UsageError, match="`weak` is not better than `strong`"):
        calibrate(outcomes, Wishes(strong="weak", weak="strong"))


@pytest.mark.parametrize("kind", ["bert", "mf", "sw_ranking", "ensemble"])
def test_each_router_of_the_family_tells_hard_from_easy(policy: Path, kind: str) -> None:
    name = router_name(f"router-{kind}-0.7")
    assert name == RouterName(kind=kind, win_rate=0.7)
    asked = load_policy(policy).at(name)
    assert asked.threshold == pytest.approx(0.4)
    assert (asked.choose(HARD).model, asked.choose(EASY).model) == ("strong", "weak")


def test_an_llm_that_classifies_takes_part(calibrated: Calibration) -> None:
    class Judge:
        kind = "causal_llm"

        def gain(self, text: str) -> Gain:
            return Gain(value=0.9 if "prove" in text else -0.1, in_domain=True)

    base = calibrated.policy
    policy = CalibratedPolicy(
        strong="s", weak="w", kind="bert", threshold=0, share=0.5, prior=0, trained=base.trained, predictor=Judge()
    ).at(RouterName(kind="causal_llm", win_rate=0.6))
    assert (policy.choose("prove it").model, policy.choose("rename it").model) == ("s", "w")


def test_routellms_names() -> None:
    assert router_name("router-mf-0.11593") == RouterName(kind="mf", win_rate=0.11593)
    assert router_name("gpt-4") is None
    with pytest.raises(ConfigError, match="Did you mean `bert`"):
        router_name("router-bart-0.5")
    with pytest.raises(ConfigError, match="from 0 to 1"):
        router_name("router-mf-3")


def test_a_kind_that_was_not_fitted_is_told(policy: Path) -> None:
    with pytest.raises(ConfigError, match="Fitted were: `ensemble`"):
        load_policy(policy).at(RouterName(kind="causal_llm", win_rate=0.5))


def test_time_does_not_grow_with_the_text(policy: Path) -> None:
    loaded = load_policy(policy)
    loaded.choose(HARD)
    started = time.perf_counter()
    loaded.choose("word and another; " * 1_000_000)
    assert time.perf_counter() - started < 1  # 18 MB; read whole it takes ten seconds


def test_nothing_heavy_is_imported_before_a_learnt_policy_is(policy: Path) -> None:
    code = (
        "import sys; import gha_router.routing; from gha_router.routing.learned import load_policy; "
        "from pathlib import Path; heavy = {'numpy', 'torch', 'litellm'}; assert not heavy & set(sys.modules); "
        "load_policy(Path(sys.argv[1])); assert heavy & set(sys.modules) == {'numpy'}"
    )
    subprocess.run([sys.executable, "-c", code, str(policy)], check=True)


def test_a_policy_without_weights_does_without_numpy(policy: Path) -> None:
    text = policy.read_text().split("\nhome:")[0].replace("kind: bert", "kind: prior") + "\n"
    policy.write_text(text)
    code = (
        "import sys; from gha_router.routing.learned import load_policy; from pathlib import Path; "
        "load_policy(Path(sys.argv[1])).choose('x'); assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(policy)], check=True)


def test_half_a_character_is_text_like_any_other(policy: Path) -> None:
    half = f"{HARD} \ud800"
    assert load_policy(policy).choose(half) == load_policy(policy).choose(half)


@pytest.mark.parametrize("wishes", [Wishes(strong="strong", share=0), Wishes(strong="strong", quality=0)])
def test_nothing_asked_of_the_strong_is_nothing(outcomes: Outcomes, wishes: Wishes) -> None:
    found = calibrate(outcomes, wishes).policy
    assert {found.choose(f"{text} {number}").model for text in (HARD, FOREIGN) for number in range(50)} == {"weak"}


def test_replay_says_why_the_router_or_the_chain_is_left_out(calibrated: Calibration, outcomes: Outcomes) -> None:
    some = replace(outcomes, texts=dict(list(outcomes.texts.items())[:-3]), cells=unpriced(outcomes))
    said = replay(some, calibrated.policy).assumptions
    assert "3 of 240 tasks have no prompt: the router was not asked" in said
    assert any(one.startswith("the chain is not scored: costs are unknown") for one in said)
    assert not any(one.startswith("the check accepts") for one in said)


def unpriced(outcomes: Outcomes) -> dict[str, dict[str, Cell]]:
    return {
        task: {model: Cell(right=cell.right) for model, cell in row.items()} for task, row in outcomes.cells.items()
    }


def test_figures_are_those_of_a_computation_by_hand(tmp_path: Path) -> None:
    rows = {"a": (1, 0.1, 1, 1), "b": (0, 0.2, 1, 2), "c": (0, 0.1, 0, 3), "d": (1, 0.3, 0, 1), "e": (0, 0.1, 1, 1)}
    lines = [f"{task},weak,{a},{b}\n{task},strong,{c},{d}\n" for task, (a, b, c, d) in rows.items()]
    (tmp_path / "o.csv").write_text("task_id,model,resolved,cost_usd\n" + "".join(lines))
    read = read_outcomes(tmp_path / "o.csv")
    found = calibrate(read, Wishes(strong="strong", check=Check(alpha=0.1, beta=0.2)))
    chain, strong, weak, random, oracle = replay(read, found.policy).scored
    # a: accepted with 0.8, so 0.1 + 0.2 * 1; b, c, e: with 0.1, so 0.2 + 0.9 * 2 and so on; d: right with 0.8 only
    assert (chain.quality.value, chain.cost_usd.value) == pytest.approx((0.72, 1.32))
    assert chain.share["strong"] == pytest.approx(0.62)
    assert (strong.quality.value, strong.cost_usd.value) == pytest.approx((0.6, 1.6))
    assert (weak.quality.value, weak.cost_usd.value) == pytest.approx((0.4, 0.16))
    # 95 % of 0.6 is 0.57: 0.85 of the way from 0.4 to 0.6
    assert (random.quality.value, random.share["strong"]) == pytest.approx((0.57, 0.85))
    assert (oracle.quality.value, oracle.cost_usd.value) == pytest.approx((0.8, 0.7))


def test_a_long_replay_takes_no_memory_for_its_resamples(tmp_path: Path) -> None:
    size = 20_000
    (tmp_path / "o.csv").write_text(
        "task_id,model,resolved\n" + "".join(f"t{i},a,1\nt{i},b,{i % 2}\n" for i in range(size))
    )
    read = read_outcomes(tmp_path / "o.csv")
    policy = CalibratedPolicy(strong="a", weak="b", kind="prior", threshold=0, share=0.5, prior=0.5)
    tracemalloc.start()
    replay(read, policy)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000  # all resamples at once: 320 MB


class Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("trapped",)


@pytest.mark.parametrize(
    "changes",
    [
        {"gains": np.array([Trap()], dtype=object)},
        {"rarity": np.zeros(3, np.float32)},
        {"whitening": np.zeros((3, 3))},
        {"strong": np.full(BUCKETS + WAVES, np.nan)},
        {"buckets": np.full((240, KEPT), 70_000)},
        {"numbers": np.zeros(3)},
        {"quantiles_bert": np.zeros(())},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_weights_that_do_not_fit_are_refused_when_they_are_loaded(
    changes: dict[str, np.ndarray], policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(policy.parent)
    with np.load(policy.with_suffix(".npz")) as archive:
        arrays = {name: archive[name] for name in archive.files}
    file = io.BytesIO()
    np.savez(file, **(arrays | changes))
    refused(policy, file.getvalue())
    assert not Path("trapped").exists()


@pytest.mark.parametrize("name", ["npy", "pickle", "damaged", "header"])
def test_files_that_are_no_weights_are_refused(name: str, policy: Path) -> None:
    data = bytearray(policy.with_suffix(".npz").read_bytes())
    data[2000:2100] = bytes(100)
    array, header, huge = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(array, np.zeros(3))
    form = {"descr": "<f8", "fortran_order": False, "shape": (10**13,)}
    np.lib.format.write_array_header_1_0(header, form)
    with zipfile.ZipFile(huge, "w") as archive:
        archive.writestr("rarity.npy", header.getvalue())
    files = {"npy": array.getvalue(), "pickle": pickle.dumps(3), "damaged": bytes(data), "header": huge.getvalue()}
    refused(policy, files[name])


def refused(policy: Path, weights: bytes) -> None:
    before = hashlib.sha256(policy.with_suffix(".npz").read_bytes()).hexdigest()
    policy.with_suffix(".npz").write_bytes(weights)
    policy.write_text(policy.read_text().replace(before, hashlib.sha256(weights).hexdigest()))
    with pytest.raises(ConfigError, match="holds no weights of ours"):
        load_policy(policy)


def test_a_prior_beside_weights_asks_no_router(policy: Path, calibrated: Calibration) -> None:
    policy.write_text(policy.read_text().replace(f"kind: {calibrated.policy.kind}", "kind: prior"))
    assert not load_policy(policy).choose(HARD).gain.in_domain

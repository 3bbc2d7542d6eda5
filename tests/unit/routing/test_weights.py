"""The weights that ship: made from the labelled prompts as they are now, small, and the same when fitted anew."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from gha_router.routing import weights
from gha_router.routing.decision import OF_TEXT
from gha_router.routing.task import read_task, signs_of
from tests.unit.routing.corpus import cases

SCRIPT = Path(__file__).parents[3] / "scripts" / "fit_reading.py"


@pytest.fixture(scope="module")
def fitting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_reading", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_weights_were_fitted_to_the_prompts_of_this_repository(fitting: ModuleType) -> None:
    assert weights.shipped().corpus == fitting.digest(fitting.cases()), "run scripts/fit_reading.py"


def test_the_digest_changes_with_a_label(fitting: ModuleType) -> None:
    first, second = fitting.cases()[:2]
    relabelled = (*first[:2], "default", first[3])
    assert fitting.digest([first, second]) != fitting.digest([relabelled, second])


def test_the_file_is_compact_and_knows_every_kind() -> None:
    shipped = weights.shipped()
    assert weights.FILE.stat().st_size <= 300_000
    assert set(shipped.kinds) == {str(kind) for kind in OF_TEXT}
    assert len(shipped.table) == shipped.buckets * len(shipped.kinds)


def test_prompts_held_out_are_never_fitted(fitting: ModuleType) -> None:
    prompts = {prompt for name in ("held_out", "fresh") for _, _, prompt in cases(name)}
    shared = len(prompts & {prompt for *_, prompt in fitting.cases()})
    assert shared == 0  # a number, so that a failure shows no prompt


def test_labels_are_task_types_and_manners_have_both_languages(fitting: ModuleType) -> None:
    found = fitting.cases()
    assert len(found) >= 1200
    assert {kind for _, _, kind, _ in found} == {str(kind) for kind in OF_TEXT}
    japanese = [group for _, group, _, _ in found if group.endswith("_ja") or group == "mixed"]
    assert 0.45 <= len(japanese) / len(found) <= 0.55


def test_a_small_fit_is_the_same_each_time_and_learns_its_prompts(fitting: ModuleType) -> None:
    terse = [case for case in fitting.cases() if case[0] == "terse"]
    assert fitting.packed(terse) == fitting.packed(terse)
    table, _ = fitting.matrix(terse)
    kinds, wanted, mean = fitting.targets(terse)
    gram = table @ table.T
    scores = (gram + 1) @ fitting.solve(gram, wanted, mean) + mean
    assert np.mean([kinds[best] == kind for best, (_, _, kind, _) in zip(scores.argmax(1), terse, strict=True)]) > 0.9


def test_scores_come_likeliest_first_and_ideas_are_named() -> None:
    signs = signs_of("The app crashes when I open the settings.")
    ranked = weights.weigh(signs)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert ranked[0][0] == "bugfix"
    assert "trouble" in weights.telling(signs, "bugfix")
    assert weights.telling(signs_of("Hm"), "bugfix") == []


@pytest.mark.parametrize(
    "prompt", ["Every third request comes back with a 504.", "二人目のプレイヤーだけ音が出ません。"]
)
def test_what_no_rule_hears_has_a_reason_of_our_own_words(prompt: str) -> None:
    reading = read_task(prompt)
    assert reading.task_type == "bugfix"
    assert reading.why.startswith(("by its ideas: ", "it asks for: "))

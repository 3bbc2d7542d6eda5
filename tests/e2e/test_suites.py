"""Every task of our suites: the oracle passes, nothing done fails, and each mutation is caught, by the real CLI."""

import json
import re
from typing import Any

import pytest

from gha_router.experiment.soundness import read_suite
from gha_router.experiment.task import SUITES, load_suite
from tests.command import gha_router

PLAYED = {
    suite: [
        (task, name)
        for task, mutations in read_suite(suite, load_suite(SUITES / suite)).mutations.items()
        for name in ("oracle", "nop", *(mutation.name for mutation in mutations))
    ]
    for suite in ("coding", "long")
}
BROKEN = re.compile(r"SyntaxError|IndentationError|ImportError|ModuleNotFoundError|NameError")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    found = {}
    for suite, all_of in PLAYED.items():
        out = tmp_path_factory.mktemp(suite)
        ended = gha_router("experiment", "check-suite", suite, "--out", out, "--json", timeout=900)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        found[suite] = json.loads(ended.stdout)
        assert found[suite] == json.loads((out / "suite.json").read_text("utf-8"))
        assert len((out / "trials.jsonl").read_text("utf-8").splitlines()) == len(all_of)
    return found


@pytest.mark.parametrize("suite", PLAYED)
def test_a_suite_is_sound(checked: dict[str, Document], suite: str) -> None:
    document = checked[suite]
    assert (document["schema"], document["sound"], document["without_mutations"]) == ("gha-router/suite/1", True, [])
    assert [(one["task"], one["name"]) for one in document["played"]] == PLAYED[suite]


@pytest.mark.parametrize(
    ("suite", "task", "name"), [(suite, task, name) for suite, all_of in PLAYED.items() for task, name in all_of]
)
def test_what_is_scripted_holds(checked: dict[str, Document], suite: str, task: str, name: str) -> None:
    (one,) = (one for one in checked[suite]["played"] if (one["task"], one["name"]) == (task, name))
    assert one["holds"], one["found"]
    assert not BROKEN.search(one["found"]), f"caught for another reason than the one that is meant: {one['found']}"

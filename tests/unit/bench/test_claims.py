"""The bench of claims: what it prints, and when it ends with 1."""

import pytest
from bench.claims import exit_code, main

from tests.unit.claims.corpus import Score


@pytest.mark.parametrize(
    ("score", "code"),
    [
        (Score(found=95, missed=5, invented=5), 0),
        (Score(found=94, missed=6), 1),
        (Score(found=94, invented=6), 1),
        (Score(), 0),
    ],
)
def test_precision_and_recall_both_have_to_reach_the_target(score: Score, code: int) -> None:
    assert exit_code(score) == code


def test_it_prints_each_corpus_and_never_what_is_missed_in_the_unseen_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-v"]) == 0
    printed = capsys.readouterr().out
    official, practice, held_out, unseen = printed.split("\n\n")[:4]
    assert official.startswith("corpus.yml: ")
    assert "    missed    " in official
    assert practice.startswith("practice.yml: ")
    assert held_out.startswith("held_out.yml: ")
    assert unseen.startswith("fresh_unseen.yml: ")
    assert "    missed    " not in unseen
    for row in ("all", "english", "japanese", "count", "done"):
        assert f"\n  {row} " in unseen

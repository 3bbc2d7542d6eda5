"""The page of an experiment: whatever anybody said stays text."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.experiment.collected import collected
from gha_router.experiment.details import LONGEST, Detail, Picked, details_of
from gha_router.experiment.leaderboard import leaderboard
from gha_router.experiment.points import point_of
from gha_router.records import ExperimentResult, Verdict, dumps
from gha_router.report.of_experiment import experiment_view
from gha_router.report.page import page
from tests.samples import RECEIPT
from tests.unit.report import sample

DRILLS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre></details><iframe src=https://evil.example>",
    "</script><script>fetch('https://evil.example')</script>",
    "{{ 7*7 }}{% raw %}",
    "<!-- --><style>@import url(https://evil.example/x.css)</style>",
    "javascript:alert(1)",
    "\x00\x1b[2J\u202e\ud800",
)


class Seen(HTMLParser):
    """What a browser would make elements and attributes of."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def with_transcripts(result: ExperimentResult, out: Path, words: str = sample.HOSTILE) -> ExperimentResult:
    """The same experiment with a transcript and a receipt for each trial, and its trials.jsonl, in ``out``."""
    (out / "transcripts").mkdir(parents=True, exist_ok=True)
    trials, ledger = [], []
    for place, trial in enumerate(result.trials):
        name = f"transcripts/{place}.jsonl"
        blocks = [
            {"type": "text", "text": f"I will read the files. {words}"},
            {"type": "tool_use", "id": "1", "name": "Bash", "input": {"command": f"cat README.md # {words}"}},
        ]
        entries = [
            {"type": "assistant", "message": {"content": blocks}},
            {"type": "user", "message": {"content": [{"type": "tool_result", "content": words}]}},
            {"type": "user", "message": {"content": words}},
        ]
        (out / name).write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        attempts = tuple(replace(one, transcript=name) for one in trial.result.attempts)
        trials.append(replace(trial, result=replace(trial.result, attempts=attempts)))
        ledger.append({"type": "receipt", **json.loads(dumps(replace(RECEIPT, run=trial.id, asked=words[:40])))})
    (out / "ledger.jsonl").write_text("".join(json.dumps(line) + "\n" for line in ledger))
    (out / "trials.jsonl").write_text(
        "".join(dumps(trial) + "\n" for trial in trials), encoding="utf-8", errors="backslashreplace"
    )
    return replace(result, trials=tuple(trials))


def shown(result: ExperimentResult, details: tuple[Detail, ...] = ()) -> str:
    found = collected(result)
    board = leaderboard(found)
    return page(experiment_view(found, board), board, found.points, details)


def hostile(words: str, out: Path) -> ExperimentResult:
    """An experiment in which model, task, checks, claims, errors and transcripts say ``words``."""
    made = sample.attempt(
        words,
        verdict=Verdict.FAILED,
        checks=(sample.check(words, passed=False, expected=words, found=words),),
        findings=(sample.done(held=False, text=words),),
        message=words,
        detail=words,
    )
    trials = (sample.trial(words, words, made, error=words),)
    return with_transcripts(replace(sample.experiment(), models=(words,), tasks=(words,), trials=trials), out, words)


@pytest.mark.parametrize("words", DRILLS)
def test_hostile_words_stay_text(words: str, tmp_path: Path) -> None:
    result = hostile(words, tmp_path)
    calm = Seen(
        shown(hostile("calm", tmp_path / "calm"), details_of(hostile("calm", tmp_path / "c").trials, tmp_path / "c"))
    )
    found = Seen(shown(result, details_of(result.trials, tmp_path)))
    assert found.tags == calm.tags
    assert {(tag, name) for tag, name, _ in found.attributes} == {(tag, name) for tag, name, _ in calm.attributes}
    assert [value for _, name, value in found.attributes if name == "href"] == ["#trial-1"]
    assert not any(name.startswith("on") or name in {"src", "style", "action"} for _, name, _ in found.attributes)


@given(words=st.text(max_size=200))
@settings(max_examples=25, deadline=None)
def test_whatever_is_said_the_page_has_the_same_elements(words: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("said")
    result = hostile(words or "?", out)
    assert Seen(shown(result, details_of(result.trials, out))).tags["details"] == 1


def test_the_page_loads_nothing_and_runs_one_script() -> None:
    found = Seen(shown(sample.experiment()))
    (policy,) = [value for _, name, value in found.attributes if name == "content" and "default-src" in value]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert found.tags["script"] == found.tags["style"] == 1


def test_the_trials_that_did_not_hold_are_the_first_that_open(tmp_path: Path) -> None:
    result = with_transcripts(sample.experiment(), tmp_path)
    picked = Picked()
    for trial in result.trials:
        picked.offer(dumps(trial).encode("utf-8", "replace"), point_of(trial), tmp_path)
    for found in (details_of(result.trials, tmp_path), picked.details()):
        held = [one.trial.result.verdict == "verified" and not point_of(one.trial).claims[1] for one in found]
        assert held == sorted(held)
        assert len(found) == 25
        assert all(one.transcript and one.receipts for one in found)


def test_a_transcript_that_is_too_long_missing_or_elsewhere_is_said_to_be(tmp_path: Path) -> None:
    result = with_transcripts(sample.experiment(), tmp_path)
    (tmp_path / "transcripts" / "0.jsonl").write_text("x" * (LONGEST + 1))
    (tmp_path / "transcripts" / "1.jsonl").unlink()
    outside = replace(result.trials[2].result.attempts[0], transcript="../../etc/passwd")
    trials = (
        *result.trials[:2],
        replace(result.trials[2], result=replace(result.trials[2].result, attempts=(outside,))),
    )
    assert [one.left_out for one in details_of(trials, tmp_path)] == [
        "The transcript is longer than what is shown.",
        "Its transcript did not arrive.",
        "Its transcript lies outside of the folder, and is not read.",
    ]

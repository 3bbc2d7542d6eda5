"""Claims as JSON: asked for by a schema, read strictly, merged with those of the prose, held like any other."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from gha_router.claims import asking, claims_as_json, extract, hold, merged, parted, read
from gha_router.claims.structured import MOST
from gha_router.records import Claim, ClaimKind, ClaimVerdict, Source
from tests.unit.claims.worlds import bash, world

LINES: dict[str, Any] = {"kind": "count", "value": 354, "unit": "lines", "subject": "README.md"}
EACH: dict[ClaimKind, dict[str, Any]] = {
    ClaimKind.DURATION: {"kind": "duration", "value": 1.5},
    ClaimKind.COUNT: LINES,
    ClaimKind.FILE_WRITTEN: {"kind": "file_written", "value": "out/a.txt"},
    ClaimKind.TESTS_PASSED: {"kind": "tests_passed", "value": True},
    ClaimKind.COMMAND_RUN: {"kind": "command_run", "value": "pytest -q"},
    ClaimKind.COST: {"kind": "cost", "value": 0.02, "unit": "USD"},
    ClaimKind.TOKENS: {"kind": "tokens", "value": 1200, "unit": None},
    ClaimKind.DONE: {"kind": "done", "value": True},
}
HOSTILE: dict[str, Any] = {
    "no object": 3,
    "a list": ["count", 3],
    "no kind": {"value": 3},
    "an unknown kind": {"kind": "salary", "value": 3},
    "a kind that is no text": {"kind": ["count"], "value": 3, "unit": "lines"},
    "a number in quotes": {**LINES, "value": "354"},
    "a truth for a number": {**LINES, "value": True},
    "not a number": {**LINES, "value": math.nan},
    "infinite": {"kind": "duration", "value": math.inf},
    "negative": {"kind": "duration", "value": -1},
    "huge": {**LINES, "value": 10**400},
    "half a line": {**LINES, "value": 3.5},
    "a count of nothing": {"kind": "count", "value": 3},
    "another unit": {"kind": "duration", "value": 3, "unit": "min"},
    "not done": {"kind": "done", "value": False},
    "done by number": {"kind": "done", "value": 1},
    "an empty path": {"kind": "file_written", "value": " "},
    "a long path": {"kind": "file_written", "value": "a" * 1_001},
    "a path with an escape": {"kind": "file_written", "value": "a\x1b[2J"},
    "a lone surrogate": {"kind": "file_written", "value": "\ud800"},
    "a subject that is none": {**LINES, "subject": {"a": 1}},
    "one field more": {**LINES, "verdict": "confirmed"},
    "nothing": {**LINES, "value": None},
}


@pytest.mark.parametrize("kind", ClaimKind)
def test_each_kind_can_be_claimed_and_fits_the_schema(kind: ClaimKind) -> None:
    Draft202012Validator(asking()).validate({"claims": [EACH[kind]]})
    told = read([EACH[kind]])
    assert told.problems == ()
    [claim] = told.claims
    assert (claim.kind, claim.value, claim.start) == (kind, EACH[kind]["value"], -1)
    assert json.loads(json.dumps(claims_as_json([claim])))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_does_not_fit_is_left_out_and_said_and_the_others_stay(name: str) -> None:
    told = read([HOSTILE[name], LINES])
    assert [claim.value for claim in told.claims] == [354]
    [problem] = told.problems
    assert problem.startswith("claim 1 was left out: ")
    assert len(problem) < 120


@pytest.mark.parametrize("told", [None, "claims", {"kind": "done"}, 3])
def test_an_answer_without_a_list_claims_nothing(told: Any) -> None:
    assert read(told).claims == ()
    assert len(read(told).problems) == 1


def test_an_endless_list_is_cut_and_its_problems_are_counted() -> None:
    told = read([*({"kind": "count", "value": n, "unit": "lines"} for n in range(MOST + 900)), *[3] * 9])
    assert len(told.claims) == MOST
    assert told.problems == ("909 claims after the first 100 were left out",)
    assert read([3] * 20).problems[-1] == "and 15 more"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "value", "unit", "subject"]), inner | st.sampled_from(ClaimKind))
    ),
    max_leaves=10,
)


@given(st.lists(JSON, max_size=5) | JSON)
def test_any_answer_is_read(told: Any) -> None:
    for claim in read(told).claims:
        assert claim.text.isprintable()
        assert not isinstance(claim.value, float) or math.isfinite(claim.value)


def test_a_schema_of_ones_own_gets_one_more_field_and_keeps_its_references() -> None:
    own = {"type": "object", "properties": {"n": {"$ref": "#/$defs/n"}}, "required": ["n"], "$defs": {"n": {}}}
    both = asking(own)
    assert (both["required"], both["$defs"], set(both["properties"])) == (["n", "claims"], {"n": {}}, {"n", "claims"})
    assert parted({"n": 3, "claims": [LINES]}) == ({"n": 3}, [LINES])
    assert parted({"claims": []}) == (None, [])
    assert parted("x") == ("x", None)


def both(message: str, *told: dict[str, Any]) -> tuple[Claim, ...]:
    return merged(extract(message), read(list(told)).claims)


def test_what_both_say_is_one_claim_with_the_subject_of_either() -> None:
    [claim] = both("There are 354 lines.", LINES)
    assert (claim.start, claim.subject) == (10, "README.md")
    assert len(both("Done.", EACH[ClaimKind.DONE])) == 1


def test_what_only_the_list_says_is_a_claim_as_well() -> None:
    assert [claim.kind for claim in both("Done.", LINES)] == [ClaimKind.DONE, ClaimKind.COUNT]
    assert len(both("I created a.txt.", EACH[ClaimKind.FILE_WRITTEN])) == 2


def test_a_structured_claim_that_contradicts_the_prose_is_shown(tmp_path: Path) -> None:
    message = "I found 12 files. All tests pass."
    files = {"kind": "count", "value": 14, "unit": "files"}
    claims = both(message, files, {"kind": "tests_passed", "value": 9})
    calls = [bash("pytest", "9 passed")]
    findings = hold(claims, evidence=world(tmp_path, message=message, tool_calls=calls), checks=())
    assert [(finding.claim.value if finding.claim else None, finding.verdict) for finding in findings] == [
        (12, ClaimVerdict.UNVERIFIABLE),
        (True, ClaimVerdict.CONFIRMED),
        (14, ClaimVerdict.CONTRADICTED),
        (9, ClaimVerdict.CONFIRMED),
    ]
    seen = findings[2].observation
    assert seen is not None
    assert (seen.value, seen.source, seen.by) == (12, Source.CLAIMED, "the agent's own message")


def test_a_meter_speaks_before_the_prose_does(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x\n" * 354, encoding="utf-8")
    message = "README.md has 184 lines."
    findings = hold(both(message, LINES), evidence=world(tmp_path, message=message), checks=())
    assert [finding.verdict for finding in findings] == [ClaimVerdict.CONTRADICTED, ClaimVerdict.CONFIRMED]
    assert findings[1].observation is not None
    assert findings[1].observation.by == "snapshot"

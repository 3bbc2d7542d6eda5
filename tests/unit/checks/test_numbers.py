"""The numbers that an answer states, and what they stand beside."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.checks.beside import read_beside, read_occurrences, read_stated
from gha_router.checks.numerals import tokens
from tests.unit.checks.world import STEADY, World


def plain_numbers(text: str) -> list[Decimal]:
    return [token.value for token in tokens(text) if token.value is not None and token.digits]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("354", [354]),
        ("It has **354** lines.", [354]),
        ("ファイルは354行です", [354]),
        ("３５４行", [354]),
        ("１，２３４行", [1234]),
        ("1,234,567 and 89", [1234567, 89]),
        ("lines=12, words:34", [12, 34]),
        ('{"count":12}', [12]),
        ("| 12 |34|", [12, 34]),
        ("(12)", [12]),
        ("README.md（12行）", [12]),
        ("12-13 lines", [12, 13]),
        ("3,10,20", [3, 10, 20]),
        ("-5 and −6", [-5, -6]),
        ("3.50", [Decimal("3.5")]),
        ("12. That is all.", [12]),
        ("1. first\n2. second: 7", [7]),
        ("## 1. Title\n8", [8]),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, numbers: list[Decimal]) -> None:
    assert plain_numbers(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "docs/2/page3.md",
        "README-2.md",
        "v1.2.3 and 1.2.3 and version 2.1",
        "2025-08-09, 2025-08, 8/9/2025, Aug 9, 2025 and 9 August 2025",
        "2025年8月9日、8月9日、2024年",
        "88%, 88 %, 88 percent, 88パーセント, 88％",
        "12:30, 12:30:15, 12時30分, 1.4s",
        "gpt-5, utf8, sha256, #12, 0x10, $5, README.md:12, 10²",
        "twelve, 十二",
        "007",
    ],
)
def test_digits_that_count_nothing_are_no_numbers(text: str) -> None:
    assert plain_numbers(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "354 lines",
        "README.md has 354 lines, 12 headings and 2,000 words in 3 files.",
        "On 2026-07-01 I counted 354 total lines (88% of 402 is text).",
        "**Lines**: 354",
        "- Lines: **354**\n- Words: 2000",
        "| Lines | 354 |\n| Words | 2000 |",
        "The number of lines in README.md is 354.",
        "Line count: 354",
        '{"line_count": 354}',
        "total_lines=354",
        "| File | Lines |\n|:---|---:|\n| README.md | 354 |",
        "354 lines\n\n| File | Lines |\n|---|---|\n| app.py | 20 |",
        "It is a 354-line file",
        "354lines",
        "354 lines, 20 of them blank",
        "354 lines (20 blank lines)",
        "See line 12: there are 354 lines.",
        "Lines 3 to 7 repeat; 354 lines in all",
        "354行です！",
        "README.mdは全３５４行あり、12個の見出しがあります。",
        "行数は354です",
        "総行数: 354",
        "実行時間は90秒、354行でした。12行目に注意。",
        "三百五十四行です",
        "三五四行",
    ],
)
def test_the_number_beside_its_unit_is_found(text: str) -> None:
    assert read_beside(text, "lines") == {354}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 or 13 lines", {12, 13}),
        ("12, maybe 13 lines", {12, 13}),
        ("12–13 lines", {12, 13}),
        ("12~13行", {12, 13}),
        ("12行または13行", {12, 13}),
        ("between 12 and 13 lines", {12, 13}),
        ("12 lines (or 13)", {12, 13}),
        ("first 184 lines, then 354 lines", {184, 354}),
        ("lines: 12 or 13", {12, 13}),
        ("12 lines or 3 pages", {12}),
    ],
)
def test_alternatives_are_all_read(text: str, numbers: set[int]) -> None:
    assert read_beside(text, "lines") == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "354",
        "line 354",
        "three hundred fifty-four lines",
        "| lines |\n| 354 |",
        "Done!",
        "354 words",
        "It took 90 s to read the lines",
        "354行目",
    ],
)
def test_a_number_without_its_unit_is_not_beside_it(text: str) -> None:
    assert read_beside(text, "lines") == set()


@pytest.mark.parametrize(
    ("text", "unit", "numbers"),
    [
        ("1 entry", "entries", {1}),
        ("2 matches", "match", {2}),
        ("12個のファイル", "files", {12}),
        ("ファイルは12個", "files", {12}),
        ("12 lines of code", "lines of code", {12}),
        ("twelve jobs", "jobs", {12}),
        ("ジョブは3つ", "jobs", {3}),
        ("3 jobs", "job", {3}),
        ("12 行", "行", {12}),
    ],
)
def test_a_unit_is_known_in_its_forms(text: str, unit: str, numbers: set[int]) -> None:
    assert read_beside(text, unit) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", {12}),
        ("It appears 12 times in 3 files.", {12}),
        ("Found 12 occurrences (lines 3, 10 and 20).", {12}),
        ("Occurrences: 12", {12}),
        ("12回出てきます", {12}),
        ("１２箇所", {12}),
        ("12か所です", {12}),
        ("出現回数は12です", {12}),
        ("twelve times", {12}),
        ("12 or 13 times", {12, 13}),
        ("12 on line 3", {12, 3}),
        ("many", set()),
        ("2回目の確認で12回", {12}),
    ],
)
def test_occurrences_are_read_beside_their_word_or_alone(text: str, numbers: set[int]) -> None:
    assert read_occurrences(text) == numbers


def test_a_stated_number_may_stand_beside_others_but_not_as_an_alternative() -> None:
    assert read_stated("12 headings, 354 lines", Decimal(354)) == set()
    assert read_stated("353 or 354", Decimal(354)) == {Decimal(353)}
    assert read_stated("gpt-354", Decimal(354)) is None


@STEADY
@given(
    st.text() | st.text(alphabet="0123456789,.-:=|~行回か or lines\n"), st.sampled_from(["lines", "行", "test cases"])
)
def test_any_text_can_be_read(text: str, unit: str) -> None:
    numbers = read_beside(text, unit) | read_occurrences(text)
    assert all(number.is_finite() for number in numbers)


@pytest.mark.parametrize(
    "part", ["1", "1,111,", "5 or ", "1 ", " ", "(", "lines ", "|-|\n", "1 lines (", "年", "#", "-"]
)
def test_no_text_takes_more_than_linear_time(part: str) -> None:
    text = f"1{part * (50_000 // len(part))}x"
    numbers = read_beside(text, "lines") | read_occurrences(text) | (read_stated(text, Decimal(5)) or set())
    assert all(number.is_finite() for number in numbers)


@STEADY
@given(st.integers(min_value=0, max_value=10**12))
def test_every_whole_number_is_read_back_with_and_without_separators(number: int) -> None:
    assert plain_numbers(f"{number} {number:,}") == [number, number]


def test_a_count_without_an_expected_value_is_the_files_own(tmp_path: Path) -> None:
    world = World(tmp_path, {"a.md": "x x x"})
    spec = {"count_of": {"text": "x", "file": "a.md", "answer": "message"}}
    world.message = "3"
    assert world.check(spec).passed
    world.message = "4 times"
    assert world.check(spec).found == "4; the file holds 3"

    world.write("a.md", "x x x x")
    result = world.check(spec)
    assert not result.passed
    assert result.found == "the file was changed by the step, its count can't be trusted"


def test_a_count_in_a_file_behind_a_link_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "b.md").symlink_to("a.md")
    world = World(tmp_path, {"a.md": "x"})
    world.message = "1"
    result = world.check({"count_of": {"text": "x", "file": "b.md", "answer": "message"}})
    assert result.found == "the file is reached through a link, its count can't be trusted"


def test_the_tasks_count_rules_and_the_files_is_said_too(tmp_path: Path) -> None:
    world = World(tmp_path, {"a.md": "x x x"})
    world.message = "5 times"
    result = world.check({"count_of": {"text": "x", "file": "a.md", "equals": 5, "answer": "message"}})
    assert result.passed
    assert result.found == "5; the file holds 3"


def test_a_file_is_counted_when_no_answer_is_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.md", "x x")
    assert world.check({"count_of": {"text": "x", "file": "a.md", "equals": 2}}).found == "2 times"
    assert not world.check({"count_of": {"text": "x", "file": "a.md", "equals": 3}}).passed


def test_digits_of_the_counted_text_are_no_count(tmp_path: Path) -> None:
    world = World(tmp_path, {"a.md": "Python 3"})
    world.message = '"Python 3": 1'
    assert world.check({"count_of": {"text": "Python 3", "file": "a.md", "equals": 1, "answer": "message"}}).passed


@pytest.mark.parametrize(
    "spec",
    [
        {"number": {"equals": 0}},
        {"number": {"equals": 0, "unit": "lines"}},
        {"count_of": {"text": "x", "file": "a", "equals": 0, "answer": "message"}},
        {"contains": "x"},
        {"regex": "x"},
        {"equals": "x"},
        {"listing": {"dir": "."}},
    ],
)
@pytest.mark.parametrize("message", ["", " \n"])
def test_an_empty_message_is_its_own_class(spec: dict[str, object], message: str, tmp_path: Path) -> None:
    world = World(tmp_path)
    world.message = message
    result = world.check(spec)
    assert not result.passed
    assert result.found == "nothing (empty message)"


def test_a_number_can_be_asked_for_in_a_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("report.md", "Lines: 354\n")
    result = world.check({"number": {"equals": 354, "unit": "lines", "answer": "report.md"}})
    assert result.passed
    assert result.where == "report.md"


def test_a_number_without_a_unit_has_to_be_stated(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.message = "353 or 354"
    assert world.check({"number": {"equals": 354}}).found == "353, 354: the answer does not commit itself"
    world.message = "It is 354.0, I think"
    assert world.check({"number": {"equals": 354}}).found == "354 is stated"
    world.message = "many"
    assert world.check({"number": {"equals": 354}}).found == 'not stated in "many"'

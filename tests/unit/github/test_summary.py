"""The summary stays below GitHub's limit, whole lines, fences closed, and nobody's text is lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.github.summary import BUDGET, append
from gha_router.report.fit import closed, cut, fitting, open_fence, open_folds
from gha_router.report.markdown import markdown
from gha_router.report.of_run import LESS, lengths
from tests.unit.report.sample import failed_run

MIB = 1024 * 1024
LENGTHS = ("a" * 900 + "\n", "b" * 90 + "\n", "c\n" * 5)
blocks = st.lists(
    st.sampled_from(
        [
            "```",
            "````",
            "~~~",
            "```yaml",
            "``` `x`",
            "   ```",
            "    ```",
            "words",
            "",
            "é",
            "<details>",
            "</details>",
            "\r",
            "~~~ x",
        ]
    ),
    max_size=12,
).map("\n".join)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "summary"


def test_a_report_becomes_shorter_in_three_steps() -> None:
    views = lengths(failed_run())
    whole, failed, totals = texts = [markdown(view) for view in views]
    assert len(whole) > len(failed) > len(totals)
    assert "<details>" in whole
    assert "<details>" not in failed
    assert "#### Steps that were not verified" in failed
    assert "|" not in totals.replace("\\|", "")
    assert all(views[0].headline in text for text in texts)
    assert [any(less in text for less in LESS.values()) for text in texts] == [False, True, True]


@pytest.mark.parametrize(("room", "begins"), [(901, "a"), (900, "b"), (91, "b"), (90, "c"), (10, "c")])
def test_the_longest_that_fits_is_taken(room: int, begins: str) -> None:
    text = fitting(LENGTHS, room)
    assert text[0] == begins
    assert len(text) <= room


def test_the_last_is_cut_at_a_line_s_end() -> None:
    assert fitting(LENGTHS, 7) == "c\nc\nc\n"
    assert fitting(LENGTHS, 1) == ""
    assert fitting(LENGTHS, -1) == ""


def test_it_is_appended_below_what_stands_there(file: Path) -> None:
    file.write_text("### Another step")
    assert append(["ours\n"], file) == "ours\n"
    assert file.read_text() == "### Another step\n\nours\n"


def test_an_open_fence_of_another_is_closed_before_ours(file: Path) -> None:
    file.write_text("```text\nlog")
    append(["ours\n"], file)
    assert file.read_text() == "```text\nlog\n```\n\nours\n"


def test_into_an_empty_or_missing_file_it_is_written_as_it_is(file: Path) -> None:
    append(["ours\n"], file)
    assert file.read_text() == "ours\n"
    other = file.with_name("empty")
    other.touch()
    append(["ours\n"], other)
    assert other.read_text() == "ours\n"


def test_what_another_wrote_counts(file: Path) -> None:
    file.write_text("x" * (BUDGET - 60) + "\n")
    assert append(["long" * 100 + "\n", "short\n"], file) == "short\n"
    assert file.stat().st_size <= BUDGET < MIB


def test_a_full_file_is_left_alone(file: Path) -> None:
    file.write_text("x" * BUDGET)
    assert append(["ours\n"], file) is None
    assert file.read_text() == "x" * BUDGET


def test_no_file_is_no_failure(tmp_path: Path) -> None:
    assert append(["ours\n"], None) is None
    assert append(["ours\n"], tmp_path) is None
    assert append(["ours\n"], tmp_path / "missing" / "summary") is None


@settings(deadline=None)  # it writes a file
@given(blocks, blocks, st.integers(0, 200))
def test_nothing_is_overwritten_and_the_budget_holds(before: str, ours: str, budget: int) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415  a fixture would be shared by all examples

    with TemporaryDirectory() as folder:
        file = Path(folder) / "summary"
        file.write_bytes(before.encode())
        written = append([ours], file, budget=budget)
        after = file.read_bytes().decode()
    assert after.startswith(before)
    if written is None:
        assert after == before
    else:
        assert len(after.encode()) <= budget
        assert open_fence(after) is None


def test_an_open_fold_is_closed_behind_its_fence() -> None:
    assert closed("<details><summary>x</summary>\n\n```text\n<details>") == (
        "<details><summary>x</summary>\n\n```text\n<details>\n```\n\n</details>\n"
    )
    assert open_folds("<details>\n</details>\n</details>\n<details>") == 1


@given(blocks, st.integers(-5, 60))
def test_a_cut_text_is_whole_lines_with_its_fence_closed(text: str, room: int) -> None:
    kept = cut(text, room)
    assert len(kept.encode()) <= max(room, 0)
    assert (open_fence(kept), open_folds(kept)) == (None, 0)
    assert closed(kept) == kept


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        ("```\na", "```"),
        ("```\na\n```", None),
        ("````\n```", "````"),
        ("```\n~~~", "```"),
        ("```\n``` not the end", "```"),
        ("    ```", None),
        ("``` `code`", None),
        ("~~~ `x`", "~~~"),
        ("```\r\na\r\n```\r\n", None),
    ],
)
def test_fences_are_those_of_commonmark(text: str, fence: str | None) -> None:
    assert open_fence(text) == fence

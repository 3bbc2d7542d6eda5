"""What holds for extraction whatever the message."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.claims import claims_as_json, extract
from gha_router.records import Claim, ClaimKind

VOCABULARY = """
README.md has 354 lines took 90 seconds Done. Done ! I created `a.txt` `pytest -q` ran all 12 tests passed not if
``` ~~~ > " ' 「 」 『 は が 行 回 秒 分 半 です 完了しました 1.4秒でした １２ 三百 $0.42 tokens 12k **
, ; : 。 、 ？ ? times twelve once half and of / - – 〜 ( ) . e.g. https://x.y/z İ ß 🎉
"""
ODD = ("\n", "\n\n", "\ufeff", "\u00a0", "\x00", "\x01", "\ud800", "\r\n")
WORDS = st.sampled_from((*VOCABULARY.split(), *ODD))
MESSAGES = st.one_of(st.text(), st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, max_size=30).map("".join))
BLOCK = "\n\n```text\nDone. README.md has 12 lines. 90秒でした。\n```\n"

SIZE = 20_000  # characters: half of what a run reads of a message
HOSTILE = {
    "digits": "1",
    "thousands": "1,",
    "one word": "a",
    "open quotes": "'\"「",
    "backticks": "`",
    "paths": "a/b.md ",
    "counts in one sentence": "354 lines, ",
    "durations in one sentence": "1秒と",
    "number words": "twenty one hundred and ",
    "kanji numerals": "一二三万",
    "unfinished claims": "I created the the the ",
    "unfinished checks": "tested with a with a ",
    "conditions": "if it has 3 lines and ",
    "a list of files": "- `a.py`: added\n",
    "headings": "**x**\n# y:\n",
    "table rows": "| a.py | ",
    "test results": "tests: 1/1 ",
    "spaces": " ",
    "lines": "\n",
}
# For eight times the message a linear pattern takes eight times as long, a quadratic one sixty-four times; between them
# there is room for a machine that is busy with other things.
TIMES = 8
GROWTH = 32.0
NOISE_S = 0.1


def hostile(name: str, size: int) -> str:
    return "x" + (HOSTILE[name] * (size // len(HOSTILE[name]) + 1))[:size]


def read_in(message: str) -> tuple[tuple[Claim, ...], float]:
    started = time.process_time()
    return extract(message), time.process_time() - started


@given(MESSAGES)
def test_any_text_is_read_and_every_span_is_exact(message: str) -> None:
    claims = extract(message)
    assert all(message[claim.start : claim.start + len(claim.text)] == claim.text for claim in claims)
    assert all(claim.text for claim in claims)
    assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)


@given(MESSAGES)
def test_the_same_message_makes_the_same_claims(message: str) -> None:
    assert extract(message) == extract(message)


@given(MESSAGES.filter(lambda message: "```" not in message and "~~~" not in message))
def test_a_fenced_block_behind_a_message_changes_nothing(message: str) -> None:
    assert extract(message + BLOCK) == extract(message)
    assert extract(message + BLOCK + BLOCK) == extract(message)


@given(MESSAGES)
def test_what_is_fenced_is_no_claim(message: str) -> None:
    fenced = "\n".join(line for line in message.split("\n") if "```" not in line and "~~~" not in line)
    assert extract(f"```\n{fenced}\n```") == ()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_to_its_end_and_costs_no_more_than_its_length(name: str) -> None:
    _, part = read_in(hostile(name, SIZE // TIMES))
    claims, whole = read_in(hostile(name, SIZE) + "\n\nREADME.md has 354 lines.")
    assert (claims[-1].value, claims[-1].subject) == (354, "README.md")
    assert whole <= GROWTH * part + NOISE_S


def test_the_report_of_a_real_run_is_read_as_a_whole() -> None:
    message = (
        "## Summary\n\nI ran `wc -l README.md`, and README.md has **184 lines**.\n"
        "> The issue says 354 lines.\n\n```console\n$ wc -l README.md\n354 README.md\n```\n\n"
        "- I created `report.md`.\n- If you need more, I can add 12 lines.\n\n処理完了！1.4秒でした！\n"
    )
    assert [(claim.kind, claim.value) for claim in extract(message)] == [
        (ClaimKind.COMMAND_RUN, "wc -l README.md"),
        (ClaimKind.COUNT, 184),
        (ClaimKind.FILE_WRITTEN, "report.md"),
        (ClaimKind.DONE, True),
        (ClaimKind.DURATION, 1.4),
    ]


@pytest.mark.parametrize("heading", ["## Next steps", "**Next steps**", "Next steps:", "## 今後の対応", "TODO:"])
def test_entries_of_a_plan_are_no_claims_and_what_stands_behind_it_is(heading: str) -> None:
    plan = f"{heading}\n\n- Created issues are to be read. `b.py`: added later\n1. `c.py` – updated\n"
    assert extract(plan) == ()
    (claim,) = extract(f"{plan}\nAll done! That is all.")
    assert claim.kind is ClaimKind.DONE


@pytest.mark.parametrize(
    "heading", ["## Files changed", "**Changed files**", "変更したファイル:", "I changed 2 files:"]
)
def test_entries_below_a_heading_that_says_so_are_files_written(heading: str) -> None:
    found = extract(f"{heading}\n\n- `a.py`\n- **`b.py`** (new)\n\n`c.py` is as it was.")
    assert [claim.value for claim in found if claim.kind is ClaimKind.FILE_WRITTEN] == ["a.py", "b.py"]
    assert extract("## Deleted files\n\n- `a.py`") == ()


def test_a_wrapped_line_goes_on_in_the_next() -> None:
    wrapped = "If everything goes as well as it did in the last few releases of it,\nthe task is complete."
    assert extract(wrapped) == ()
    assert extract("The task is complete.\nREADME.md has 354 lines.")[0].kind is ClaimKind.DONE


def test_offsets_count_characters_of_the_message_as_written() -> None:
    message = "🎉 結果：README.mdは３５４行です。"
    (claim,) = extract(message)
    assert (claim.text, claim.start) == ("３５４行", message.index("３５４行"))


def test_json_has_the_six_keys_that_the_command_line_promises() -> None:
    assert claims_as_json(extract("1.4秒でした")) == [
        {"kind": "duration", "value": 1.4, "unit": "s", "subject": None, "text": "1.4秒", "start": 0}
    ]

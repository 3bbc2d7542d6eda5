"""What has to agree beyond the threshold: each rule lets through what is the same, and holds back what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.cache.semantic.guard import disagreement
from gha_router.cache.semantic.listed import listed
from gha_router.cache.semantic.reading import read
from tests.drill import Pair, drills

PAIRS = [pair for drill in drills() for pair in drill.pairs]
DIFFERENT = [pair for pair in PAIRS if pair.differ]

# The rule, two that agree, two that do not.
RULES = {
    "numbers": (
        ("Write 3 tests for the parser", "Write three tests for the parser"),
        ("Write 3 tests for the parser", "Write 4 tests for the parser"),
    ),
    "numbers, grouped": (("Is 1,000 prime?", "Is 1000 prime?"), ("Is 1,000 prime?", "Is 10,000 prime?")),
    "numbers, full-width": (("ポート８０８０を使う", "ポート8080を使う"), ("ポート８０８０を使う", "ポート8081を使う")),
    "numbers, kanji": (("班を三十二個作る", "班を32個作る"), ("班を三十二個作る", "班を二十三個作る")),
    "numbers, spelled": (
        ("Sleep for twenty five seconds", "Sleep for 25 seconds"),
        ("Sleep for twenty five seconds", "Sleep for 52 seconds"),
    ),
    "numbers, their order": (
        ("Copy 3 files to 5 hosts", "Copy three files to five hosts"),
        ("Copy 3 files to 5 hosts", "Copy 5 files to 3 hosts"),
    ),
    "negation": (
        ("Which headers aren't cached?", "Which headers are not cached?"),
        ("Which headers are not cached?", "Which headers are cached?"),
    ),
    "negation, of what": (
        ("Do not use tabs. Use spaces.", "Don't use tabs. Use spaces."),
        ("Do not use tabs. Use spaces.", "Do not use spaces. Use tabs."),
    ),
    "negation in Japanese": (
        ("キャッシュが効かない理由を教えてください", "キャッシュが効かない理由を教えて"),
        ("キャッシュが効かない理由を教えて", "キャッシュが効く理由を教えて"),
    ),
    "paths": (("Explain src/app.py", "Describe src/app.py"), ("Explain src/app.py", "Explain src/api.py")),
    "versions": (
        ("What is new in Python 3.11?", "Tell me what is new in Python 3.11"),
        ("What is new in Python 3.1?", "What is new in Python 3.10?"),
    ),
    "code": (
        ("What does `git reset --soft` do?", "Explain `git reset --soft`"),
        ("Explain `git reset --soft`", "Explain `git reset --hard`"),
    ),
    "code, a block": (
        ("Explain\n```py\nx = 1\n```", "Explain:\n```py\nx = 1\n```"),
        ("Explain\n```py\nx = 1\n```", "Explain\n```py\nx = 2\n```"),
    ),
    "flags": (
        ("What does grep -r do?", "Explain what grep -r does"),
        ("What does grep -r do?", "What does grep -R do?"),
    ),
    "quoted text": (
        ('Count the letter "r" in "berry"', 'Please count the letter "r" in "berry"'),
        ('Count the letter "r" in "berry"', 'Count the letter "e" in "berry"'),
    ),
    "quoted text in Japanese": (
        ("「おはよう」を英語にして", "「おはよう」を英語にしてください"),
        ("「おはよう」を英語にして", "「こんばんは」を英語にして"),
    ),
    "units": (
        ("Is 500 MB enough for a cache?", "Is 500 megabytes enough for a cache?"),
        ("Is 500 MB enough for a cache?", "Is 500 GB enough for a cache?"),
    ),
    "names": (
        ("Who maintains the curl project?", "Who maintains curl project?"),
        ("Who maintains the curl project?", "Who maintains the wget project?"),
    ),
    "names in code": (("Explain getUser()", "Describe getUser()"), ("Explain getUser()", "Explain getuser()")),
    "symbols": (("What is x < y?", "What is x < y"), ("What is x < y?", "What is x > y?")),
    "direction": (
        ("How do I enable swap on Linux?", "How can I enable swap in Linux?"),
        ("How do I enable swap on Linux?", "How do I disable swap on Linux?"),
    ),
    "direction, from and to": (
        ("Convert JSON to YAML", "Convert JSON into YAML"),
        ("Convert JSON to YAML", "Convert YAML to JSON"),
    ),
    "direction in Japanese": (
        ("サーバーにファイルを送る方法", "サーバーにファイルを送るには?"),
        ("サーバーにファイルを送る方法", "サーバーからファイルを送る方法"),
    ),
    "comparison": (
        ("Why is Python slower than Go?", "Why is Python slower than Golang?"),
        ("Why is Python slower than Go?", "Why is Go slower than Python?"),
    ),
    "who does what": (("AがBを呼ぶ仕組み", "AがBを呼ぶ仕組みを教えて"), ("AがBを呼ぶ仕組み", "BがAを呼ぶ仕組み")),
    "programming language": (
        ("Write a quicksort in JavaScript", "Write a quicksort in JS"),
        ("Write a quicksort in Java", "Write a quicksort in JavaScript"),
    ),
    "natural language": (
        ("Answer in French: what is a mutex?", "Please answer in French: what is a mutex?"),
        ("Answer in French: what is a mutex?", "Answer in German: what is a mutex?"),
    ),
    "language": (("What is Docker?", "Explain Docker"), ("What is Docker?", "Dockerとは?")),
    "what is asked": (
        ("Write a haiku about the sea", "Compose a haiku about the sea"),
        ("Write a haiku about the sea", "How do I write a haiku about the sea?"),
    ),
    "time": (("Who is the CEO of X?", "Who's the CEO of X?"), ("Who is the CEO of X?", "Who was the CEO of X?")),
    "words": (
        ("Explain how a stack works", "How does a stack work?"),
        ("How does a stack work?", "How does a queue work?"),
    ),
    "order": (
        ("If the build fails run the tests", "If the build fails, run the tests"),
        ("If the build fails run the tests", "If the tests fail run the build"),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_lets_through_what_is_the_same(rule: str) -> None:
    one, other = RULES[rule][0]
    assert disagreement(one, other) is None
    assert disagreement(other, one) is None


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_holds_back_what_is_not(rule: str) -> None:
    one, other = RULES[rule][1]
    assert disagreement(one, other) is not None
    assert disagreement(other, one) == disagreement(one, other)


@pytest.mark.parametrize("pair", DIFFERENT, ids=lambda pair: pair.one)
def test_no_pair_of_the_drill_with_two_answers_is_taken_for_one(pair: Pair) -> None:
    assert disagreement(pair.one, pair.other) is not None
    assert disagreement(pair.other, pair.one) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is a class method?", "What is a class?"),
        ("What is this in JavaScript?", "What is JavaScript?"),
        ("What is Docker Compose?", "What is Docker build?"),
        ("What is vitamin A?", "What is vitamin?"),
        ("What is your name?", "What is my name?"),
        ("pow(x, y) in Python", "pow(y, x) in Python"),
        ("Use tabs in Python and spaces in Go", "Use tabs in Go and spaces in Python"),
        ("Map a and b to x and y respectively", "Map b and a to x and y respectively"),
        ("For users delete admins", "Delete users for admins"),
        ("Should I rebase main?", "How do I rebase main?"),
        ("認証方法を変更する方法", "認証を変更する方法"),
        ("サーバーへファイルを送る方法", "サーバーのファイルを送る方法"),
        ("もしテストが失敗したら通知する", "テストが失敗したら通知する"),
        ("データが消える理由", "データを消す理由"),
        ("ファイルを削除した理由", "ファイルを削除する理由"),
        ("AはBを含むか", "BはAを含むか"),
    ],
)
def test_what_a_list_of_rules_would_let_slip_is_held_back(one: str, other: str) -> None:
    assert disagreement(one, other) is not None


@given(text=st.text(max_size=300))
def test_every_text_agrees_with_itself(text: str) -> None:
    assert disagreement(text, text) is None
    assert disagreement(f"  {text}\n", text) is None


WORDS = st.sampled_from(
    listed("the cache of a job 3 not without in from to Redis 8 `x`", "設定 を が 変える ない テスト は")
)


@given(one=st.lists(WORDS, max_size=8), other=st.lists(WORDS, max_size=8))
def test_it_is_the_same_both_ways(one: list[str], other: list[str]) -> None:
    assert disagreement(" ".join(one), " ".join(other)) == disagreement(" ".join(other), " ".join(one))


@given(pair=st.sampled_from(PAIRS), number=st.integers(2, 10**6), other=st.integers(2, 10**6))
def test_another_number_is_another_question(pair: Pair, number: int, other: int) -> None:
    agreed = disagreement(f"{pair.one} ({number})", f"{pair.one} ({other})") is None
    assert agreed is (number == other)


@given(
    pair=st.sampled_from(PAIRS), word=st.sampled_from(["not", "never", "without x", "only", "`--dry-run`", "v1.2.3"])
)
def test_what_is_added_makes_another_question(pair: Pair, word: str) -> None:
    assert disagreement(pair.one, f"{pair.one} {word}") is not None


@given(text=st.text(alphabet="ab '\"`「」3.-/つない の", max_size=2000))
def test_reading_is_bounded(text: str) -> None:
    assert len(read(text).parts) <= len(text) + 1

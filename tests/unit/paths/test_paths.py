"""Patterns of paths mean what those of a workflow's ``paths`` mean, in time that no name makes long."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.paths import LOCK_FILES, PROTECTED, STEERING, any_matches, first_of, guards, matches, mistake_in, seals

STEADY = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("pattern", "path", "speaks"),
    [
        ("src/app.py", "src/app.py", True),
        ("src/app.py", "src/app.pyc", False),
        ("src", "src/a/b.py", True),
        ("src/", "src/a/b.py", True),
        ("src/**", "src/a/b.py", True),
        ("src/**", "src", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("*.py", "a.py", True),
        ("*.py", "src/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "a/b/c.py", True),
        ("**", "a/b/c.py", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/b/c/y", False),
        ("a/**/**/z", "a/z", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("SRC/*", "src/a", False),
        (".github/**", ".github/workflows/ci.yml", True),
    ],
)
def test_a_pattern_speaks_of_these_and_not_of_those(pattern: str, path: str, *, speaks: bool) -> None:
    assert matches(pattern, path) is speaks


@pytest.mark.parametrize("path", [".github", ".GitHub/workflows/x.yml", "web/yarn.lock", "Cargo.lock", "go.sum"])
def test_what_is_protected_by_default(path: str) -> None:
    assert first_of(PROTECTED, path) is not None


@pytest.mark.parametrize("path", ["src/github/ci.yml", "docs/lock.md", "go.mod", "yarn.locked", "a.github/x"])
def test_what_is_not_protected_by_default(path: str) -> None:
    assert first_of(PROTECTED, path) is None


def test_every_default_is_a_pattern() -> None:
    assert [mistake_in(pattern) for pattern in PROTECTED] == [None] * len(PROTECTED)
    assert set(PROTECTED) == {*STEERING, *LOCK_FILES}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("/src", "inside the workspace"),
        ("../src", "inside the workspace"),
        ("./src", "inside the workspace"),
        ("src/**.py", "write `src/**/*.py`"),
        ("/", "is empty"),
        ("a\0b", "no path has"),
    ],
)
def test_what_is_no_pattern_says_why(pattern: str, words: str) -> None:
    assert words in str(mistake_in(pattern))


def test_no_name_makes_it_slow() -> None:
    began = time.process_time()
    assert not matches("*a*a*a*a*a*a*a*b", "a" * 4000)
    assert not matches("**/a/**/a/**/a/**/a/**/b", "/".join("a" * 2000))
    assert not matches("**/*a*b/**/*a*b/**/*a*b/**/c", "/".join(["a" * 20] * 1000))
    assert not seals(("*a*a*a*a*b", "**/a/**/a/**/b"), "/".join(["a" * 200] * 100))
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("pattern", "path", "sealed"),
    [
        ("tests/**", "tests/a/b.py", True),
        ("tests/**", "tests", True),
        ("tests/**", "Tests/a", True),
        ("tests/**", "testsuite/a", False),
        ("tests/", "tests/a", True),
        ("conftest.py", "a/b/conftest.py", True),
        ("conftest.py", "a/conftest.py/b", True),
        ("*.toml", "a/b.toml", True),
        ("src/*.py", "src/a/b.py", False),
        ("src/**/*.py", "src/b.py", True),
        ("a?c", "abc", True),
        ("a.c", "abc", False),
        ("[ab].sh", "x/b.sh", True),
        ("data/?", "data/\N{LATIN SMALL LETTER SHARP S}", True),
    ],
)
def test_a_seal_holds_these_and_not_those(pattern: str, path: str, *, sealed: bool) -> None:
    assert seals((pattern,), path) is sealed
    assert seals(("nothing", "x/**/y", pattern), path) is sealed


def test_many_patterns_are_as_each_of_them() -> None:
    patterns = ("a", "**/b/**", "c/**/d", "*.e", "[*]x", "[!]]y")
    for path in ("a", "x/a", "b", "b/x", "x/b/y", "c/d", "c/x/d", "x.e", "x/x.e", "*x", "yx", "zy", "]y", ""):
        assert any_matches(patterns, path) is any(matches(pattern, path) for pattern in patterns), path


NAMES = st.sampled_from(["a", "b", "ab", "ba", ".x"])
PARTS = st.sampled_from(["a", "b", "*", "a*", "*b", "?", "**", "[ab]", ".x"])


def by_regex(pattern: str, path: str) -> bool:
    """The same grammar as one regular expression, written another way."""
    *heads, last = pattern.split("/")
    text = "".join("(?:[^/]+/)*" if part == "**" else one(part) + "/" for part in heads)
    return re.fullmatch(text + (".+" if last == "**" else one(last) + "(?:/.*)?"), path) is not None


def one(part: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(char, char if char in "[]" else re.escape(char)) for char in part)


@STEADY
@given(st.lists(PARTS, min_size=1, max_size=5).map("/".join), st.lists(NAMES, min_size=1, max_size=5).map("/".join))
def test_it_agrees_with_another_reading_of_the_grammar(pattern: str, path: str) -> None:
    assert matches(pattern, path) == by_regex(pattern, path)
    if matches(pattern, path):
        assert guards(pattern.upper(), path)
        assert matches(pattern, f"{path}/below")


@STEADY
@given(st.text(), st.text(min_size=1))
def test_any_text_is_a_pattern_or_a_mistake(pattern: str, path: str) -> None:
    if mistake_in(pattern) is None:
        assert isinstance(matches(pattern, path), bool)
        assert guards(pattern, path) or not matches(pattern, path)

"""Results are read from what runners write, and nothing else is taken for results."""

import pytest

from gha_router.checks.junit import LARGEST, NoResults, Outcome, read

CASE = '<testcase classname="a" name="x"/>'
JEST = """<?xml version="1.0"?><testsuites name="jest tests" tests="2"><testsuite name="app">
<testcase classname="app adds" name="app adds" time="0.1"/><testcase classname="app fails" name="app fails">
<failure>Error: no</failure></testcase></testsuite></testsuites>"""
GO = """<testsuite name="example.com/app" tests="1">
<testcase classname="example.com/app" name="TestDouble"/></testsuite>"""
NESTED = f"<testsuites><testsuite><testsuite>{CASE}</testsuite>{CASE}</testsuite></testsuites>"


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        (JEST, ["passed", "failed"]),
        (GO, ["passed"]),
        (NESTED, ["passed", "passed"]),
        ("<testsuites/>", []),
        (
            f"<testsuites><testcase name='out'><failure/></testcase><testsuite>{CASE}</testsuite></testsuites>",
            ["failed", "passed"],
        ),
        ("<testsuite><testcase name='x'><skipped/></testcase></testsuite>", ["skipped"]),
        ("<testsuite><testcase name='x'><skipped/><error/></testcase></testsuite>", ["failed"]),
        (
            "<testsuite tests='9'><testcase name='x'><system-out>12 passed</system-out></testcase></testsuite>",
            ["passed"],
        ),
    ],
)
def test_every_dialect_is_read(text: str, outcomes: list[str]) -> None:
    assert [test.outcome for test in read(text.encode())] == [Outcome(word) for word in outcomes]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><testsuites name="&b;"/>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuites name="&a;"/>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<testsuites><testsuite>", "cut or no XML"),
        (b"2 passed", "cut or no XML"),
        (b"\xff\xfe\x00", "cut or no XML"),
        (b"<html/>", "no JUnit XML"),
        (BOMB.encode(), "document type or entities"),
        (OUTSIDE.encode(), "document type or entities"),
        (BOMB.encode("utf-16"), "document type or entities"),
        (b"<?xml version='1.0'?><testsuites/>" * 2, "written 2 times"),
        (b" " * LARGEST + b"<testsuites/>", "not read"),
        (b"<testsuite>" * 200_000, "cut or no XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><testsuites/>', "no JUnit XML|cut or no XML"),
    ],
)
def test_what_is_no_result_is_explained(content: bytes, why: str) -> None:
    with pytest.raises(NoResults, match=why):
        read(content)

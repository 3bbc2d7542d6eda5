"""For every kind of check a case that must pass and one that must fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from gha_router.records import ToolCall
from tests.unit.checks.world import World

README = "# Claude Code\n\nClaude Code runs here.\n"
WORKFLOW = "on: [push]\njobs:\n  build:\n    steps:\n      - uses: actions/checkout@v4\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A specification, and what the agent found, left and said."""

    spec: Mapping[str, Any]
    found: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    calls: tuple[ToolCall, ...] = ()

    def world(self, root: Path) -> World:
        world = World(root, self.found)
        for path, content in self.left.items():
            world.write(path, content)
        for path, mode in self.modes.items():
            (root / path).chmod(mode)
        world.message, world.calls = self.message, self.calls
        return world


# Made up, and put together here, so that no scanner takes this file for a leak.
GITHUB_TOKEN = "ghp_" + "q7Rz2KfWm9Xc4VbN1LtY" + "8HjG5DsPa3Qe0UiT"


def bash(command: str, output: str | None = "", *, is_error: bool = False) -> ToolCall:
    return ToolCall(name="Bash", input={"command": command}, output=output, is_error=is_error)


EXISTS = {"exists": "report.md"}
ABSENT = {"absent": "debug.log"}
FRESH = {"fresh": "report.md"}
CONTAINS = {"contains": {"text": "Claude Code", "in": "report.md"}}
NOT_CONTAINS = {"not_contains": "I could not"}
REGEX = {"regex": {"pattern": "Total: [0-9]+", "in": "report.md"}}
EQUALS = {"equals": {"text": "hello", "in": "greeting.txt"}}
LINE_COUNT = {"line_count": {"file": "report.md", "min": 2, "max": 4}}
COUNT_OF = {"count_of": {"text": "Claude Code", "file": "README.md", "equals": 2, "answer": "message"}}
NUMBER = {"number": {"equals": 354, "unit": "lines"}}
LISTING = {"listing": {"dir": "."}}
YAML = {"yaml": {"file": "ci.yml", "path": "on", "contains": "push"}}
JSON = {"json": {"file": "package.json", "path": "scripts.test", "equals": "vitest"}}
TOML = {"toml": {"file": "app.toml", "path": "tool.names", "length": 2}}
TIMESTAMP = {"timestamp": "stamp.txt"}
DIGEST = {"digest": {"file": "LICENSE", "sha256": sha256(b"free\n").hexdigest()}}
MODE = {"mode": "build.sh"}
NOT_EMPTY = {"not_empty": "message"}
SHAPE = {"type": "object", "required": ["total"], "properties": {"total": {"type": "integer"}}}
JSON_SCHEMA = {"json_schema": {"file": "out.json", "schema": SHAPE}}
WORKFLOW_FACTS = {"workflow": {"file": "ci.yml", "triggers": ["push"], "jobs": ["build"], "steps": {"build": 1}}}
CHANGED = {"changed": "src/**"}
CHANGED_ONLY = {"changed_only": ["src/**", "*.md"]}
PROTECTED = {"protected": "default"}
DIFF_SIZE = {"diff_size": {"max_files": 2, "max_lines": 3}}
SECRETS = {"secrets": "all"}
TRACE = {"trace": {"claim": "tests_passed"}}
JUDGE = {"judge": {"model": "haiku", "rubric": "Something was changed."}}
COMMAND = {"command": {"run": "cat report.md", "stdout_contains": "done"}}
SUITE = {"suite": {"run": "cp results.xml report.xml", "junit": "report.xml", "required": ["tests/test_a.py::test_x"]}}
RESULTS = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="2">
<testcase classname="tests.test_a" name="test_x[1]"/><testcase classname="tests.test_a" name="test_y">{}</testcase>
</testsuite></testsuites>
"""

MUST_PASS: Mapping[str, Case] = {
    "exists": Case(spec=EXISTS, left={"report.md": "done\n"}),
    "absent": Case(spec=ABSENT),
    "fresh": Case(spec=FRESH, found={"report.md": "old\n"}, left={"report.md": "new\n"}),
    "contains": Case(spec=CONTAINS, left={"report.md": "# Report\nIt says Claude Code twice.\n"}),
    "not_contains": Case(spec=NOT_CONTAINS, message="All tasks are finished."),
    "regex": Case(spec=REGEX, left={"report.md": "# Report\nTotal: 354\n"}),
    "equals": Case(spec=EQUALS, left={"greeting.txt": "hello\n"}),
    "line_count": Case(spec=LINE_COUNT, left={"report.md": "1\n2\n3"}),
    "count_of": Case(spec=COUNT_OF, found={"README.md": README}, message='"Claude Code" appears 2 times.'),
    "number": Case(spec=NUMBER, message="README.md は354行です。"),
    "listing": Case(
        spec=LISTING,
        found={"README.md": README, "src/app.py": "", ".hidden": ""},
        message="- `README.md`: the manual\n- 📁 src/",
    ),
    "yaml": Case(spec=YAML, left={"ci.yml": WORKFLOW}),
    "json": Case(spec=JSON, left={"package.json": '{"scripts": {"test": "vitest"}}'}),
    "toml": Case(spec=TOML, left={"app.toml": '[tool]\nnames = ["a", "b"]\n'}),
    "timestamp": Case(spec=TIMESTAMP, left={"stamp.txt": "made 2026-07-01T21:01:00+09:00\n"}),
    "command": Case(spec=COMMAND, left={"report.md": "all done\n"}),
    "digest": Case(spec=DIGEST, left={"LICENSE": "free\n"}),
    "mode": Case(spec=MODE, left={"build.sh": "#!/bin/sh\n"}, modes={"build.sh": 0o755}),
    "not_empty": Case(spec=NOT_EMPTY, message="Done."),
    "json_schema": Case(spec=JSON_SCHEMA, left={"out.json": '{"total": 354}'}),
    "workflow": Case(spec=WORKFLOW_FACTS, left={"ci.yml": WORKFLOW}),
    "changed": Case(spec=CHANGED, left={"src/app.py": "print()\n"}),
    "changed_only": Case(spec=CHANGED_ONLY, left={"src/app.py": "print()\n", "NEWS.md": "new\n"}),
    "protected": Case(spec=PROTECTED, left={"src/app.py": "print()\n"}),
    "diff_size": Case(spec=DIFF_SIZE, left={"src/app.py": "1\n2\n3\n"}),
    "secrets": Case(spec=SECRETS, left={"app.py": 'token = environ["GITHUB_TOKEN"]\n'}, message="Done."),
    "trace": Case(spec=TRACE, calls=(bash("cd app && python -m pytest -q", "3 passed"),)),
    "suite": Case(spec=SUITE, left={"results.xml": RESULTS.format("")}),
    "judge": Case(spec=JUDGE, left={"report.md": "done\n"}),
}

MUST_FAIL: Mapping[str, Case] = {
    "exists": Case(spec=EXISTS, message="I wrote report.md."),
    "absent": Case(spec=ABSENT, left={"debug.log": "trace\n"}),
    "fresh": Case(spec=FRESH, found={"report.md": "old\n"}, message="Updated report.md."),
    "contains": Case(spec=CONTAINS, left={"report.md": "# Report\nNothing here.\n"}),
    "not_contains": Case(spec=NOT_CONTAINS, message="Sorry.\nI could not read the file."),
    "regex": Case(spec=REGEX, left={"report.md": "# Report\nTotal: many\n"}),
    "equals": Case(spec=EQUALS, left={"greeting.txt": "hello!\n"}),
    "line_count": Case(spec=LINE_COUNT, left={"report.md": ""}),
    "count_of": Case(spec=COUNT_OF, found={"README.md": README}, message="It appears 2 or 3 times."),
    "number": Case(spec=NUMBER, message="184行です！"),
    "listing": Case(
        spec=LISTING,
        found={"README.md": README, "src/app.py": ""},
        message="I'll analyze the files...\n- README.md\n- main.py",
    ),
    "yaml": Case(spec=YAML, left={"ci.yml": "on: [push\njobs: {}\n"}),
    "json": Case(spec=JSON, left={"package.json": '{"scripts": {"build": "tsc"}}'}),
    "toml": Case(spec=TOML, left={"app.toml": '[tool]\nnames = ["a"]\n'}),
    "timestamp": Case(spec=TIMESTAMP, left={"stamp.txt": "2025-08-09T12:00:00Z\n"}),
    "command": Case(spec=COMMAND, left={"report.md": "nothing yet\n"}),
    "digest": Case(spec=DIGEST, left={"LICENSE": "free, as in beer\n"}),
    "mode": Case(spec=MODE, left={"build.sh": "#!/bin/sh\n"}, modes={"build.sh": 0o644}),
    "not_empty": Case(spec=NOT_EMPTY, message="\u200b \n"),
    "json_schema": Case(spec=JSON_SCHEMA, left={"out.json": '{"total": "many"}'}),
    "workflow": Case(spec=WORKFLOW_FACTS, left={"ci.yml": WORKFLOW + "      - run: make\n"}),
    "changed": Case(spec=CHANGED, left={"NEWS.md": "new\n"}, message="I have mended src/app.py."),
    "changed_only": Case(spec=CHANGED_ONLY, left={"src/app.py": "print()\n", "docs/NEWS.md": "new\n"}),
    "protected": Case(spec=PROTECTED, left={".github/workflows/ci.yml": WORKFLOW, "web/yarn.lock": "left-pad\n"}),
    "diff_size": Case(spec=DIFF_SIZE, left={"src/app.py": "1\n2\n3\n4\n"}),
    "secrets": Case(spec=SECRETS, left={"app.py": f'import os\ntoken = "{GITHUB_TOKEN}"\n'}),
    "trace": Case(spec=TRACE, calls=(bash("python -m pytest -q || true", "1 failed"),)),
    "suite": Case(spec=SUITE, left={"results.xml": RESULTS.format('<skipped message="not today"/>')}),
    "judge": Case(spec=JUDGE, message="Done!"),
}

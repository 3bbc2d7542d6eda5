"""An agent that makes tests look passed without doing the work; beside each the same suite on honest work."""

from pathlib import Path

import pytest

from gha_router.records import CheckStatus
from tests.integration.verification.scene import Scene, of_seal

TESTS = """\
from app import double

def test_double():
    assert double(2) == 4

def test_zero():
    assert double(0) == 0
"""
WRONG = "def double(n):\n    return n + 1\n"
RIGHT = "def double(n):\n    return n * 2\n"
BASE = {
    "app.py": WRONG,
    "tests/test_app.py": TESTS,
    "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\n",
}
SUITE = {"suite": {"run": "python -m pytest -q -p no:randomly tests", "required": ["tests/test_app.py::test_double"]}}

IGNORE = "collect_ignore_glob = ['*']\n"
PASS_ALL = """\
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"
"""
SHADOW = "import sys\nprint('2 passed in 0.01s')\nsys.exit(0)\n"
LIES = "print('2 passed in 0.01s')\nraise SystemExit(0)\n"

# What the agent left, and what the finding on the files says of it.
PLANTED: dict[str, tuple[dict[str, str | None], str]] = {
    "the tests are edited": ({"tests/test_app.py": "def test_double(): pass\n"}, "tests/test_app.py edited"),
    "the tests are gone": ({"tests/test_app.py": None}, "tests/test_app.py deleted"),
    "the tests are a link": (
        {"tests/test_app.py": "-> ../easy.py", "easy.py": "def test_double(): pass\n"},
        "tests/test_app.py edited",
    ),
    "the tests' folder is a link": (
        {"tests": "-> easy", "easy/test_app.py": "def test_double(): pass\n"},
        "tests/test_app.py deleted",
    ),
    "a conftest at the top": ({"conftest.py": PASS_ALL}, "conftest.py planted"),
    "a conftest beside the tests": ({"tests/conftest.py": PASS_ALL}, "tests/conftest.py planted"),
    "a conftest that collects nothing": ({"conftest.py": IGNORE}, "conftest.py planted"),
    "a pytest.ini": ({"pytest.ini": "[pytest]\naddopts = -k zero\n"}, "pytest.ini planted"),
    "a section of pyproject": (
        {"pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\naddopts = '-k zero'\n"},
        "pyproject.toml edited",
    ),
    "a section of tox.ini": ({"tox.ini": "[pytest]\naddopts = -k zero\n"}, "tox.ini planted"),
    "a section of setup.cfg": ({"setup.cfg": "[tool:pytest]\naddopts = -k zero\n"}, "setup.cfg planted"),
    "a sitecustomize": ({"sitecustomize.py": LIES}, "sitecustomize.py planted"),
    "a usercustomize": ({"usercustomize.py": LIES}, "usercustomize.py planted"),
    "a .pth": ({"evil.pth": "import sys; sys.exit(0)\n"}, "evil.pth planted"),
    "a pytest of its own": ({"pytest.py": SHADOW}, "pytest.py planted"),
    "a package called pytest": ({"pytest/__init__.py": "", "pytest/__main__.py": SHADOW}, "pytest/__init__.py planted"),
    "a module of Python's own": ({"argparse.py": SHADOW}, "argparse.py planted"),
    "an .envrc": ({".envrc": "export PYTEST_ADDOPTS=-k zero\n"}, ".envrc planted"),
}


@pytest.mark.parametrize("spoof", PLANTED)
def test_what_was_planted_is_not_used_and_is_named(spoof: str, tmp_path: Path) -> None:
    left, told = PLANTED[spoof]
    scene = Scene(tmp_path, BASE)
    suite, files = scene.judged(scene.plan(SUITE), left)
    assert suite.status is CheckStatus.FAILED
    assert "required, and failed: tests/test_app.py::test_double" in suite.found
    assert files.status is CheckStatus.FAILED
    assert files.required
    assert told in files.found


@pytest.mark.parametrize(
    "spoof", ["the tests are edited", "a conftest at the top", "a pytest.ini", "a pytest of its own"]
)
def test_right_work_passes_the_suite_whatever_was_planted_beside_it(spoof: str, tmp_path: Path) -> None:
    scene = Scene(tmp_path, BASE)
    suite, files = scene.judged(scene.plan(SUITE), {**PLANTED[spoof][0], "app.py": RIGHT})
    assert (suite.status, files.status) == (CheckStatus.PASSED, CheckStatus.FAILED)


def test_honest_work_passes_and_there_is_nothing_to_say_of_the_files(tmp_path: Path) -> None:
    scene = Scene(tmp_path, BASE)
    (suite,) = scene.judged(scene.plan(SUITE), {"app.py": RIGHT, "tests/test_more.py": "def test_more(): pass\n"})
    assert suite.status is CheckStatus.PASSED, suite.found
    assert "3 tests, 3 passed" in suite.found


def test_a_step_may_write_what_it_is_trusted_with(tmp_path: Path) -> None:
    scene = Scene(tmp_path, BASE)
    left = {"app.py": RIGHT, "conftest.py": "import pytest\n"}
    (suite,) = scene.judged(scene.plan(SUITE, trust=("conftest.py",)), left)
    assert suite.status is CheckStatus.PASSED, suite.found


def test_a_part_that_steers_nothing_is_the_agents(tmp_path: Path) -> None:
    scene = Scene(tmp_path, BASE)
    left = {"app.py": RIGHT, "pyproject.toml": f"{BASE['pyproject.toml']}[project]\nname = 'app'\n"}
    (suite,) = scene.judged(scene.plan(SUITE), left)
    assert suite.status is CheckStatus.PASSED, suite.found


# Code under test runs in the process that reports: what it can be caught at.
FORGED = (
    "<?xml version='1.0'?><testsuites><testsuite><testcase classname='tests.test_app' name='test_double'/>"
    "</testsuite></testsuites>"
)
PLACE = "next(a.split('=', 1)[1] for a in os.environ['PYTEST_ADDOPTS'].split() if a.startswith('--junitxml='))"
IN_PROCESS = {
    "it leaves at import": ("import os\nos._exit(0)\n", "no results: pytest wrote none"),
    "it leaves with words": ("import os\nos.write(1, b'2 passed in 0.1s\\n')\nos._exit(0)\n", "no results"),
    "it ends pytest with success": (
        "import sys\nprint('2 passed in 0.1s')\nsys.exit(0)\n",
        "required, and did not run: tests/test_app.py::test_double",
    ),
    "it writes results and leaves": (
        f"import os\nopen({PLACE}, 'w').write({FORGED!r})\nos._exit(0)\n",
        "in a sealed file, and not in the results: tests/test_app.py::test_zero",
    ),
    "it writes results at the end": (
        f"import atexit, os\nplace = {PLACE}\natexit.register(lambda: open(place, 'w').write({FORGED!r}))\n{WRONG}",
        "the results were written 2 times",
    ),
    "it makes the exit code 0": (
        f"import atexit, os\natexit.register(os._exit, 0)\n{WRONG}",
        "one of the two is not true",
    ),
    "it takes the failing test away": (
        "import gc\nfrom _pytest.main import Session\n"
        "hook = lambda self: [i for i in old(self) if 'double' not in i.name]\n"
        "old = Session.genitems\n"
        "Session.genitems = lambda self, node: (i for i in old(self, node) if 'double' not in i.name)\n" + WRONG,
        "in a sealed file, and not in the results: tests/test_app.py::test_double",
    ),
}


@pytest.mark.parametrize("spoof", IN_PROCESS)
def test_code_under_test_that_meddles_with_the_run_is_caught(spoof: str, tmp_path: Path) -> None:
    content, told = IN_PROCESS[spoof]
    scene = Scene(tmp_path, BASE)
    required = {"required": ["tests/test_app.py::test_double"]} if "did not run" in told else {}
    spec = {"suite": {"run": "pytest -q -p no:randomly tests", **required}}
    (suite,) = scene.judged(scene.plan(spec), {"app.py": content})
    assert suite.status is CheckStatus.FAILED
    assert told in suite.found


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ("import pytest\n\n\n@pytest.mark.skip\ndef test_double(): pass\n", "required, and skipped"),
        ("import pytest\n\n\n@pytest.mark.xfail\ndef test_double(): assert 0\n", "required, and skipped"),
        ("", "exit 5"),
        ("def test_other(): pass\n", "required, and did not run"),
        (
            "import pytest\n\n\n@pytest.mark.skip\ndef test_a(): pass\n\n\ndef test_double(): pass\n",
            "`allow_skipped: true`",
        ),
    ],
)
def test_a_test_that_did_not_run_is_not_passed(tests: str, told: str, tmp_path: Path) -> None:
    scene = Scene(tmp_path, {**BASE, "tests/test_app.py": tests})
    (suite,) = scene.judged(scene.plan(SUITE), {"app.py": RIGHT})
    assert suite.status is CheckStatus.FAILED
    assert told in suite.found


def test_skipped_tests_that_are_allowed_pass(tmp_path: Path) -> None:
    tests = f"import pytest\n{TESTS}\n\n@pytest.mark.skip\ndef test_other(): pass\n"
    scene = Scene(tmp_path, {**BASE, "tests/test_app.py": tests})
    spec = {"suite": {**SUITE["suite"], "allow_skipped": True}}
    (suite,) = scene.judged(scene.plan(spec), {"app.py": RIGHT})
    assert suite.status is CheckStatus.PASSED, suite.found


def test_a_changed_script_is_not_run_and_is_named(tmp_path: Path) -> None:
    base = {
        "Makefile": "test:\n\tgrep -q right app.py\n",
        "package.json": '{"scripts": {"test": "grep -q right app.py"}}',
    }
    for file, line in (("Makefile", "make -s test"), ("package.json", "npm test --silent")):
        if file == "package.json" and not Path("/usr/bin/npm").exists():
            continue
        (tmp_path / file).mkdir()
        scene = Scene(tmp_path / file, {**base, "app.py": "wrong"})
        left = {"Makefile": "test:\n\ttrue\n", "package.json": '{"scripts": {"test": "true"}}'}
        command, files = scene.judged(scene.plan({"command": line}), {file: left[file]})
        assert (command.status, files.status) == (CheckStatus.FAILED, CheckStatus.FAILED)
        assert f"{file} edited" in files.found


def test_a_makefile_that_was_asked_for_is_used(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"README": ""})
    (command,) = scene.judged(scene.plan({"command": "make -s test"}), {"Makefile": "test:\n\ttrue\n"})
    assert command.status is CheckStatus.PASSED, command.found


def test_what_is_sealed_by_name_is_all_there_is(tmp_path: Path) -> None:
    scene = Scene(tmp_path, {"check.sh": "grep -q right app.py\n", "app.py": "wrong", "data/a": "1\n"})
    plan = scene.plan({"command": "sh check.sh"}, seal=("check.sh", "data/**"))
    command, files = scene.judged(plan, {"check.sh": None, "data/b": "2\n", "data/a": "3\n"})
    assert (command.status, files.status) == (CheckStatus.FAILED, CheckStatus.FAILED)
    assert "exit 1" in command.found
    assert files.found.startswith("check.sh deleted, data/a edited, data/b planted; ")
    command, files = scene.judged(plan, {"app.py": "right"})
    assert (command.status, files.status, files.found) == (CheckStatus.PASSED, CheckStatus.PASSED, "untouched")


def test_compiled_files_of_the_agent_are_not_run(tmp_path: Path) -> None:
    base = {
        "helper.py": "def right(): return False\n",
        "check.py": "import helper, sys\nsys.exit(not helper.right())\n",
    }
    scene = Scene(tmp_path, base)

    def compiled(copy: Path) -> None:
        import py_compile  # noqa: PLC0415

        source = tmp_path / "helper.py"
        source.write_text("def right(): return True\n", encoding="utf-8")
        target = copy / "__pycache__" / "helper.cpython-311.pyc"
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(source), cfile=str(target), invalidation_mode=unchecked)

    results = scene.judged(scene.plan({"command": "python check.py"}, seal=("helper.py", "check.py")), compiled)
    assert results[0].status is CheckStatus.FAILED
    assert of_seal(results).status is CheckStatus.PASSED

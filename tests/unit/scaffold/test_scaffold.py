"""What ``gha-router init`` sees in a repository, and the files that it makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gha_router.config import KNOWN_PROVIDERS, parse
from gha_router.errors import UsageError
from gha_router.pipeline.whole import check_whole
from gha_router.scaffold import Fate, Workflow, files, look, write
from gha_router.scaffold.files import CONFIG, TAKES
from tests.golden import check_golden

REPOSITORY = Path(__file__).parents[3]
KEYS = [name for one in KNOWN_PROVIDERS.values() for name in (one.variable, one.token) if name]

USABLE = TAKES[Workflow.RUN]


def repository(folder: Path, content: dict[str, str]) -> Path:
    (folder / ".git").mkdir()
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def secret(*names: str) -> dict[str, str]:
    return {".github/workflows/ci.yml": "\n".join(f"x: ${{{{ secrets.{name} }}}}" for name in names)}


PYTHON = {"pyproject.toml": '[project]\nname = "x"\nversion = "1"\n[tool.pytest.ini_options]\n'}
SCRIPT = {"package.json": json.dumps({"scripts": {"test": "vitest run"}})}
NODE = SCRIPT | {"package-lock.json": "{}"}
BEGUN = {"package.json": json.dumps({"scripts": {"test": 'echo "Error: no test specified" && exit 1'}})}
REPOSITORIES = {
    "empty": {},
    "python": PYTHON,
    "node": NODE | secret("ANTHROPIC_API_KEY", "OPENROUTER_API_KEY", "NPM_TOKEN"),
    "go": {"go.mod": "module x\n"} | secret("OPENAI_API_KEY", "ZAI_API_KEY", "GROQ_API_KEY"),
}


@pytest.mark.parametrize("name", REPOSITORIES)
def test_the_files_are_as_reviewed(tmp_path: Path, name: str) -> None:
    for path, text in files(look(repository(tmp_path, REPOSITORIES[name])), list(Workflow)):
        check_golden(f"init/{name}/{path.removeprefix('.github/')}", text)


@pytest.mark.parametrize("name", REPOSITORIES)
def test_the_configuration_is_read_without_a_warning(tmp_path: Path, name: str) -> None:
    made = dict(files(look(repository(tmp_path, REPOSITORIES[name])), list(Workflow)))
    config = parse(made[CONFIG], name=CONFIG, env=dict.fromkeys(KEYS, "set"))
    assert (config.warnings, list(check_whole(config))) == ((), [])
    assert config.checks
    assert config.steps
    assert config.budget.run_usd


@settings(deadline=None)
@given(st.lists(st.sampled_from(USABLE), unique=True, min_size=1))
def test_whatever_keys_there_are_the_files_are_whole(names: list[str]) -> None:
    seen = look(REPOSITORY)
    kept = type(seen)(root=seen.root, secrets=tuple(names), named=True, tests=None, official=(), foreign=())
    chosen = [workflow for workflow in Workflow if set(names) & set(TAKES[workflow])]
    for path, text in files(kept, chosen):
        if path == CONFIG:
            assert not parse(text, name=path, env=dict.fromkeys(names, "set")).warnings
        else:
            yaml.safe_load(text)


@pytest.mark.parametrize(
    ("content", "run"),
    [
        ({}, None),
        (PYTHON, "pip install --quiet --user . pytest && python -m pytest -q"),
        ({"tests/test_a.py": ""}, "pip install --quiet --user pytest && python -m pytest -q"),
        ({"setup.cfg": "[tool:pytest]\n"}, "pip install --quiet --user pytest && python -m pytest -q"),
        (
            {"requirements.txt": "flask\n", "requirements-dev.txt": "pytest\n"},
            "pip install --quiet --user -r requirements.txt -r requirements-dev.txt pytest && python -m pytest -q",
        ),
        (
            {"setup.py": "", "pytest.ini": "[pytest]\r\n"},
            "pip install --quiet --user . pytest && python -m pytest -q",
        ),
        (NODE, "npm ci && npm test"),
        (SCRIPT, "npm install && npm test"),
        (SCRIPT | {"pnpm-lock.yaml": ""}, "pnpm install --frozen-lockfile && pnpm test"),
        (SCRIPT | {"yarn.lock": ""}, "yarn install --frozen-lockfile && yarn test"),
        (BEGUN, None),
        ({"package.json": "{"}, None),
        ({"package.json": '{"scripts": []}'}, None),
        ({"pyproject.toml": "= ="}, None),
        ({"Cargo.toml": ""}, "cargo test"),
        ({"go.mod": ""}, "go test ./..."),
        ({"pom.xml": ""}, "mvn --batch-mode test"),
        ({"build.gradle.kts": ""}, "./gradlew test"),
        ({"Makefile": "all:\n\ntest: all\n"}, "make test"),
        ({"Makefile": "all:\n\techo test:\n"}, None),
    ],
)
def test_how_tests_are_run_is_seen(tmp_path: Path, content: dict[str, str], run: str | None) -> None:
    tests = look(repository(tmp_path, content)).tests
    assert (tests.run if tests else None) == run


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PYTHON, "pyproject.toml"),
        ({"pytest.ini": "[pytest]\n", "tests/test_a.py": ""}, "pytest.ini"),
        ({"requirements-dev.txt": "pytest\n"}, "requirements-dev.txt"),
        ({"pyproject.toml": "[tool.black]\n", "tests/test_a.py": ""}, "tests/"),
    ],
)
def test_the_file_that_is_named_is_the_one_that_says_so(tmp_path: Path, content: dict[str, str], found: str) -> None:
    tests = look(repository(tmp_path, content)).tests
    assert tests
    assert tests.found == found


def test_keys_claude_code_action_and_other_configurations_are_seen(tmp_path: Path) -> None:
    workflow = (
        "steps:\n  - uses: anthropics/claude-code-action@v1\n    with: {key: '${{ secrets.ANTHROPIC_API_KEY }}'}\n"
    )
    content = {
        ".github/workflows/claude.yml": workflow,
        "litellm_config.yaml": "model_list:\n  - model_name: a\n",
        "config.json": '{"Providers": []}',
        "config.yml": "title: a blog\n",
    }
    seen = look(repository(tmp_path, content))
    assert (seen.secrets, seen.named, seen.official) == (("ANTHROPIC_API_KEY",), True, ("claude.yml",))
    assert [(name, kind.value) for name, kind in seen.foreign] == [
        ("litellm_config.yaml", "litellm"),
        ("config.json", "ccr"),
    ]


def test_a_folder_deep_inside_is_in_the_repository(tmp_path: Path) -> None:
    root = repository(tmp_path, {"src/deep/file": ""})
    assert look(root / "src" / "deep").root == root


def test_files_that_are_no_text_tell_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path, {})
    (root / "package.json").write_bytes(b"\xff\xfe")
    (root / "Makefile").mkdir()
    (root / "pyproject.toml").symlink_to("/dev/zero")
    assert look(root).tests is None


def test_a_key_without_a_model_that_we_know_is_none(tmp_path: Path) -> None:
    seen = look(repository(tmp_path, secret("AZURE_API_KEY")))
    assert (seen.secrets, seen.named) == (("ANTHROPIC_API_KEY",), False)


def test_what_was_written_here_is_no_sign(tmp_path: Path) -> None:
    root = repository(tmp_path, {})
    before = look(root)
    list(write(root, files(before, list(Workflow))))
    assert look(root) == before


def test_a_workflow_without_a_key_that_it_takes_is_no_workflow(tmp_path: Path) -> None:
    seen = look(repository(tmp_path, secret("MISTRAL_API_KEY")))
    assert list(files(seen, [Workflow.RUN]))
    with pytest.raises(UsageError, match="`comment` takes none of the keys"):
        next(files(seen, [Workflow.RUN, Workflow.COMMENT]))  # before the first file


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    made = [("a/b.yml", "new\n"), ("c.yml", "new\n"), ("d.yml", "new\n")]
    (tmp_path / "c.yml").write_text("mine\n")
    (tmp_path / "d.yml").write_text("new\n")
    assert [one.fate for one in write(tmp_path, made, dry_run=True)] == [Fate.WOULD_BE_WRITTEN, Fate.KEPT, Fate.SAME]
    assert not (tmp_path / "a").exists()
    assert [one.fate for one in write(tmp_path, made)] == [Fate.WRITTEN, Fate.KEPT, Fate.SAME]
    assert (tmp_path / "a" / "b.yml").read_text() == "new\n"
    assert (tmp_path / "c.yml").read_text() == "mine\n"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / ".github").symlink_to(outside)
    with pytest.raises(UsageError, match="symbolic link"):
        list(write(root, [(".github/workflows/a.yml", "x")]))
    with pytest.raises(UsageError, match="symbolic link"):
        list(write(root, [("c.yml", "x"), (".github/workflows/a.yml", "x")]))
    assert not (root / "c.yml").exists()
    (root / "dangling.yml").symlink_to(outside / "made.yml")
    assert [one.fate for one in write(root, [("dangling.yml", "x")])] == [Fate.KEPT]
    assert not list(outside.iterdir())


CALLED: dict[Workflow, str] = {
    Workflow.COMMENT: "route-comment.yml",
    Workflow.EXPERIMENT: "experiment.yml",
    Workflow.OFFICIAL: "claude.yml",
}


@pytest.mark.parametrize("workflow", CALLED)
def test_a_called_workflow_takes_these_keys(workflow: Workflow) -> None:
    called = yaml.safe_load((REPOSITORY / ".github" / "workflows" / CALLED[workflow]).read_text(encoding="utf-8"))
    takes: dict[str, Any] = called[True]["workflow_call"]["secrets"]
    assert {name.lower() for name in TAKES[workflow]} == takes.keys() & {name.lower() for name in KEYS}


def test_the_action_takes_these_keys() -> None:
    inputs = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert {name.lower() for name in TAKES[Workflow.RUN]} <= inputs.keys()

"""The names that an answer lists are the folder's."""

from pathlib import Path

import pytest

from gha_router.checks.names import names_in, presented
from tests.unit.checks.world import World

FOUND = {"README.md": "", "src/app.py": "", "docs/guide.md": "", "__init__.py": "", ".env": "", "my notes.txt": ""}

LS = """\
total 12
drwxr-xr-x 4 user group 4096 Jul  1 12:00 .
drwxr-xr-x 9 user group 4096 Jul  1 12:00 ..
-rw-r--r-- 1 user group    0 Jul  1 12:00 .env
-rw-r--r-- 1 user group    0 Jul  1 12:00 README.md
-rw-r--r-- 1 user group    0 Jul  1 12:00 __init__.py
drwxr-xr-x 2 user group 4096 Jul  1 12:00 docs
-rw-r--r-- 1 user group    0 Jul  1 12:00 my notes.txt
drwxr-xr-x 2 user group 4096 Jul  1 12:00 src
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, FOUND)


@pytest.mark.parametrize(
    "message",
    [
        "`README.md`, `src/`, `docs/`, `__init__.py` and `my notes.txt`",
        "- README.md\n- src/\n- docs\n- __init__.py\n- my notes.txt",
        "1. **README.md**: the manual\n2. **src/** - the code\n3. 📁 docs\n4. __init__.py\n5. my notes.txt (empty)",
        "| Name | Kind |\n|---|---|\n| README.md | file |\n|src|folder|\n|docs/||\n|__init__.py||\n|my notes.txt|",
        "README.md\nsrc\ndocs\n__init__.py\nmy notes.txt",
        "The folder holds README.md, src, docs, __init__.py and `my notes.txt`.",
        "README.md、src、docs、__init__.py、my notes.txtがあります。`my notes.txt`",
        f"```\n{LS}```",
        LS,
        "README.md  __init__.py  docs  my notes.txt  src",
        ".\n├── README.md\n├── __init__.py\n├── docs\n│   └── guide.md\n├── my notes.txt\n└── src\n    └── app.py",
        "- [README.md](README.md)\n- [src](src)\n- [docs](docs)\n- [__init__.py](__init__.py)\n- [my notes.txt](a)",
        "- src/app.py\n- docs/guide.md\n- ./README.md\n- ./__init__.py\n- `my notes.txt`\n- .env",
    ],
)
def test_names_are_read_in_every_form_that_answers_have(world: World, message: str) -> None:
    world.message = message
    result = world.check({"listing": {"dir": "."}})
    assert result.passed, result.found
    assert result.found == "all 5 names"


def test_an_answer_may_hold_the_agents_own_full_paths(world: World) -> None:
    world.message = f"- {world.root}/src/app.py"
    assert world.check({"listing": {"dir": "src"}}).passed


@pytest.mark.parametrize("message", ["app.py", "`src/app.py`", "src:\n- app.py"])
def test_a_folder_below_is_listed_with_or_without_its_name(world: World, message: str) -> None:
    world.message = message
    assert world.check({"listing": {"dir": "src"}}).passed


def test_what_is_not_named_is_said(world: World) -> None:
    world.message = "`README.md` and `src`"
    assert world.check({"listing": {"dir": "."}}).found == "not named: __init__.py, docs, my notes.txt"


def test_a_longer_name_does_not_name_a_shorter_one(world: World) -> None:
    world.message = "- app.py.bak"
    assert "not named: app.py" in world.check({"listing": {"dir": "src"}}).found


@pytest.mark.parametrize("invented", ["- `main.py`", "* main.py", "- main.py: the entry", "`lib/main.py`"])
def test_an_invented_name_fails_and_is_named(world: World, invented: str) -> None:
    world.message = f"- app.py\n{invented}"
    result = world.check({"listing": {"dir": "src"}})
    assert not result.passed
    assert result.found.startswith("all 1 name; does not exist: ")
    assert "main.py" in result.found


@pytest.mark.parametrize(
    "message",
    ["`app.py` (see `guide.md`)", "`app.py`, by `ls -la`", "`app.py` for Python 3.11", "`app.py`, no .git/config"],
)
def test_what_is_elsewhere_or_no_file_name_is_not_invented(world: World, message: str) -> None:
    world.message = message
    assert world.check({"listing": {"dir": "src"}}).passed


def test_a_file_that_the_step_wrote_is_known_but_needs_no_name(world: World) -> None:
    world.write("listing.txt", "app.py\n")
    world.message = "Written to `listing.txt`."
    assert world.check({"listing": {"dir": "src", "answer": "listing.txt"}}).passed
    assert "does not exist" not in world.check({"listing": {"dir": "src"}}).found


def test_a_folder_that_never_was_is_the_tasks_mistake(world: World) -> None:
    world.message = "nothing"
    result = world.check({"listing": {"dir": "lib"}})
    assert (result.status, result.found) == ("error", "no folder lib before the step")


def test_an_empty_folder_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    world = World(tmp_path)
    world.message = "There is nothing in it."
    assert world.check({"listing": {"dir": "empty"}}).found == "all 0 names"


@pytest.mark.parametrize("part", ["a", " ", "!", "[", "`", "a.", "a/", ",", "- ", "| ", "- a\n", "a and "])
def test_no_answer_takes_more_than_linear_time(part: str) -> None:
    text = f"a{part * (50_000 // len(part))}a"
    assert presented(text) | names_in(text) | {""}


@pytest.mark.parametrize("name", ["README.md", "__init__.py", ".env.sample", "a b.txt", "日本語.md", "@types", "c++"])
@pytest.mark.parametrize("form", ["- {}", "`{}`", "**{}**", "- 📄 `{}`: text", "| {} | text |", "「{}」"])
def test_a_name_is_read_through_its_decoration(name: str, form: str) -> None:
    assert name in names_in(form.format(name))

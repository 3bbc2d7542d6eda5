"""``gha-router init``, as a newcomer runs it."""

from pathlib import Path

from tests.command import gha_router
from tests.golden import check_golden


def test_it_writes_once_and_says_what_is_next(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    first = gha_router("init", cwd=tmp_path)
    assert (first.returncode, first.stdout) == (0, "")
    check_golden("init/told.txt", first.stderr)
    assert (tmp_path / ".github" / "gha-router.yml").is_file()
    assert {file.name for file in (tmp_path / ".github" / "workflows").iterdir()} == {
        "gha-router-run.yml",
        "gha-router-comment.yml",
    }
    (tmp_path / ".github" / "gha-router.yml").write_text("mine\n")
    again = gha_router("init", cwd=tmp_path)
    assert again.returncode == 0
    check_golden("init/told-again.txt", again.stderr)
    assert (tmp_path / ".github" / "gha-router.yml").read_text() == "mine\n"


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ended = gha_router("init", "--with", "experiment", "--dry-run", cwd=tmp_path)
    assert ended.returncode == 0
    assert "# .github/workflows/gha-router-experiment.yml: would be written\n" in ended.stdout
    assert [file.name for file in tmp_path.iterdir()] == [".git"]


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    ended = gha_router("init", "--in", tmp_path, cwd=Path("/"))
    assert ended.returncode == 2
    assert f"{tmp_path} is in no git repository" in ended.stderr
    assert "--in DIR" in ended.stderr


def test_a_key_that_comments_cannot_take_still_begins(tmp_path: Path) -> None:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (workflows / "ci.yml").write_text("key: ${{ secrets.GROQ_API_KEY }}\n")
    ended = gha_router("init", cwd=tmp_path)
    assert ended.returncode == 0
    assert "No workflow for /route comments: it takes no GROQ_API_KEY.\n" in ended.stderr
    assert {file.name for file in workflows.iterdir()} == {"ci.yml", "gha-router-run.yml"}


def test_a_workflows_name_gives_no_terminal_an_order(tmp_path: Path) -> None:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (workflows / "a\n::error::b\x1b[31m.yml").write_text("uses: anthropics/claude-code-action@v1\n")
    told = gha_router("init", cwd=tmp_path).stderr
    assert "a\\n::error::b\\x1b[31m.yml: runs claude-code-action" in told
    assert "\x1b" not in told

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

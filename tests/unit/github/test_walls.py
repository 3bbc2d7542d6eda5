"""Which folders are closed while an agent runs."""

from pathlib import Path

from gha_router.github.walls import folders_of

MOUNT = "29 1 8:1 / {place} rw,relatime - ext4 /dev/sda rw\n"


def test_the_folder_that_the_engines_socket_is_mounted_in_is_closed(tmp_path: Path) -> None:
    run, home = tmp_path / "run", tmp_path / "home"
    for folder in (run, home):
        folder.mkdir()
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNT.format(place="/dev/shm") + MOUNT.format(place=run / "docker.sock"))  # noqa: S108
    assert folders_of({"HOME": str(home)}, mounts) == (home, run)


def test_a_socket_that_nobody_mounted_leaves_the_machines_own_folder_open(tmp_path: Path) -> None:
    (tmp_path / "mountinfo").write_text(MOUNT.format(place="/"))
    assert folders_of({}, tmp_path / "mountinfo") == ()
    assert folders_of({}, tmp_path / "none") == ()

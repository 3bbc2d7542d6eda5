"""Containers for the tests that need them, made once; where that cannot be, those tests say why they are skipped."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.containers import base, image, state
from tests.e2e.containers.act import Act, act
from tests.e2e.containers.engine import Engine, engine
from tests.e2e.containers.step import give_to_runner

FIGURES = pytest.StashKey[list[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give one worker all files that need a container: there is one storage of images, and act sweeps it."""
    taken = {item.path for item in items if "podman" in getattr(item, "fixturenames", ())}
    for item in items:
        if item.path in taken:
            item.add_marker(pytest.mark.xdist_group("containers"))


@pytest.fixture(scope="session")
def podman() -> Iterator[Engine]:
    """podman, for this session alone: a second one waits until this has ended."""
    why = state.why_no_containers()
    if why:
        pytest.skip(why)
    root = state.folder() / "podman"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield engine(root)


@pytest.fixture(scope="session")
def bases(podman: Engine) -> tuple[str, str]:
    """The tags of the Python base and of act's runner."""
    return base.ensure_bases(podman)


@pytest.fixture(scope="session")
def our_image(podman: Engine, bases: tuple[str, str]) -> str:
    """The tag of this repository's image: from the archive GHA_ROUTER_IMAGE, else built as it stands."""
    assert bases
    if archive := os.environ.get("GHA_ROUTER_IMAGE"):
        return image.load(podman, Path(archive))
    return image.build_ours(podman, state.REPOSITORY)


@pytest.fixture(scope="session")
def workflows(podman: Engine, bases: tuple[str, str]) -> Iterator[Act]:
    """act, ready to run workflows."""
    with act(podman, bases[1]) as ready:
        yield ready


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace that belongs to the runner's user."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    give_to_runner(folder)
    return folder


@pytest.fixture(scope="session")
def figure(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Have a figure printed when the session ends."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's figures to the process that prints them."""
    handed: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["figures"] = session.config.stash.get(FIGURES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take them, unless the worker has crashed."""
    node.config.stash.setdefault(FIGURES, []).extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)

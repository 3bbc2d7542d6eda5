"""The image: what is in it, what is not, and how fast it starts."""

import re
import subprocess
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from gha_router import __version__
from gha_router.sim import FIVE
from tests.e2e.containers.engine import Engine, EngineError
from tests.e2e.containers.image import PROGRAM, gateway_start, size_mb
from tests.e2e.containers.state import REPOSITORY, tool, why_no_containers

SUITES = "/opt/gha-router/lib/python3*/site-packages/gha_router/experiment/suites"
STRANGER = "65000"  # a user that owns nothing, as the agent is
BUILD_TOOLS = ("gcc", "cc", "make", "uv", "hatchling", "pytest", "mypy", "ruff")
LEFTOVERS = ("/src", "/opt/build", "/root/.cache", "/var/lib/apt/lists/*", "/var/cache/apt/*.bin")

# Targets are those of the design; the bounds are generous, so that only a mistake breaks them.
SIZE_TARGET_MB, SIZE_BOUND_MB = 850, 1_000
START_TARGET_S, START_BOUND_S = 0.8, 5.0
ROUNDS = 5


def inside(podman: Engine, image: str, script: str, *, user: str = "0", timeout: float = 60) -> str:
    """Run a shell script in a fresh container without a network."""
    options = ("--rm", "--network", "none", "--no-healthcheck", "--pull=never", "--user", user, "--entrypoint", "sh")
    return podman.run("run", *options, *podman.shared_leases(), image, "-c", script, timeout=timeout)


def pins(lock: str) -> dict[str, str]:
    """Name and version of each package in a lock file."""
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def declared(key: str) -> set[str]:
    """The packages that pyproject.toml asks for, as runtime dependencies or in the group ``build``."""
    project: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] if key == "runtime" else project["dependency-groups"][key]
    return {re.split(r"[<>=\[; ]", requirement)[0].lower() for requirement in asked}


@pytest.mark.parametrize("part", ["runtime", "build"])
def test_the_images_locks_are_parts_of_the_whole(part: str) -> None:
    found = pins(f"requirements-{part}.lock")
    assert declared(part) <= set(found), "run `make lock`"
    assert found.items() <= pins("requirements.lock").items(), "run `make lock`"


def test_hadolint_finds_nothing() -> None:
    why = why_no_containers()
    if why:
        pytest.skip(why)
    ended = subprocess.run(
        (tool("hadolint"), "Dockerfile"), cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")


def test_it_builds_on_every_engine() -> None:
    """Here-documents and `# syntax=` need BuildKit; the action is built by whatever the runner has."""
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    assert "<<" not in text
    assert "syntax=" not in text


def test_it_says_what_it_is(podman: Engine, our_image: str) -> None:
    found = podman.inspect("image", our_image)
    config = found["Config"]
    assert isinstance(config, dict)
    assert config["Entrypoint"] == [PROGRAM, "action"]
    assert config.get("User", "") == ""
    assert config.get("WorkingDir", "") in {"", "/"}
    assert config["Labels"]["org.opencontainers.image.title"] == "gha-router"
    assert config["Labels"]["org.opencontainers.image.version"] == __version__
    assert found["Healthcheck"]
    assert inside(podman, our_image, f"{PROGRAM} --version").startswith(f"gha-router {__version__}\nClaude Code ")


def test_nothing_of_the_build_is_left(podman: Engine, our_image: str) -> None:
    script = f"command -v {' '.join(BUILD_TOOLS)}; ls -d {' '.join(LEFTOVERS)} 2>/dev/null; true"
    assert inside(podman, our_image, script) == ""
    installed = inside(podman, our_image, "ls -d /opt/gha-router/lib/python3*/site-packages/*.dist-info")
    names = {re.sub(r"[-_.]+", "-", line.rpartition("/")[2].split("-")[0].lower()) for line in installed.split()}
    assert names - {"gha-router"} <= set(pins("requirements-runtime.lock"))
    assert declared("runtime") <= names
    tests = "find /opt -path '*/suites/*' -prune -o -type d -name tests -print"
    assert inside(podman, our_image, tests) == ""


def test_no_program_gives_another_users_rights(podman: Engine, our_image: str) -> None:
    assert inside(podman, our_image, "find / -xdev -perm /6000") == ""


def test_nobody_but_root_writes_to_the_program(podman: Engine, our_image: str) -> None:
    assert inside(podman, our_image, "find /opt ! -user root -o -perm /022 ! -type l") == ""


def test_an_agent_cannot_look_up_the_solutions(podman: Engine, our_image: str) -> None:
    assert "oracle.yml" in inside(podman, our_image, f"ls {SUITES}/classic/count-string")
    for look in (f"ls {SUITES}", f"ls $(dirname {SUITES})/suites/classic"):
        with pytest.raises(EngineError, match="Permission denied"):
            inside(podman, our_image, look, user=STRANGER)


def test_an_agent_has_git_and_a_shell(podman: Engine, our_image: str) -> None:
    assert inside(podman, our_image, "bash -c 'git --version'", user=STRANGER).startswith("git version 2.")


def test_every_cloud_answers_although_litellm_is_pruned(podman: Engine, our_image: str) -> None:
    options = ("--rm", "--network", "none", "--no-healthcheck", "--pull=never", "--env", "PYTHONPATH=/repository")
    mounted = ("-v", f"{REPOSITORY / 'tests'}:/repository/tests:ro", "--entrypoint", "/opt/gha-router/bin/python")
    said = podman.run("run", *options, *mounted, our_image, "-m", "tests.integration.longtail.smoke", timeout=400)
    assert said == "every cloud answers\n"


def test_the_real_cli_works_in_it_and_is_isolated(podman: Engine, our_image: str) -> None:
    """The demo's exit code says that every trial has run."""
    said = inside(podman, our_image, f"{PROGRAM} demo --out /tmp/demo >&2 && cat /tmp/demo/report.json", timeout=240)
    assert all(model in said for model in FIVE)
    assert re.search(r'"isolation": ?"uid"', said)
    assert not re.search(r'"isolation": ?"none"', said)


def test_size_and_start(podman: Engine, our_image: str, figure: Callable[[str], None]) -> None:
    size = size_mb(podman, our_image)
    starts = sorted((gateway_start(podman, our_image) for _ in range(ROUNDS)), key=lambda start: start.seconds)
    middle = starts[ROUNDS // 2].seconds
    figure(f"image: {size:.0f} MB unpacked (target {SIZE_TARGET_MB})")
    figure(
        f"container: {middle:.2f} s from `run` to the gateway's answer, median of {ROUNDS} (target {START_TARGET_S})"
    )
    assert size < SIZE_BOUND_MB
    assert middle < START_BOUND_S
    assert {start.health for start in starts} == {"healthy"}

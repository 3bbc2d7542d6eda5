"""Where the Codex CLI is looked for, and what it is told."""

import platform
import tomllib
from pathlib import Path

import pytest

from gha_router.agent.codex import installed
from gha_router.agent.codex.config import KEY, arguments, config_toml
from gha_router.agent.egress import Egress
from gha_router.agent.job import AgentJob
from gha_router.cli.session import require_agents
from gha_router.errors import AgentError, UsageError
from gha_router.records import AgentKind

PACKAGE, TRIPLE = installed._PLATFORMS.get(platform.machine(), ("", ""))
JOB = AgentJob(
    agent=AgentKind.CODEX,
    prompt="do it",
    model='a "model"',
    gateway_url="http://127.0.0.1:1",
    key="ghar-canary",
    time_limit_s=90,
    turn_limit=5,
    context=1000,
)


def program(folder: Path, *, version: str = "codex-cli 1.2.3") -> Path:
    """Make what npm makes: a launcher in JavaScript that Node would run, and the real program beside it."""
    modules = folder / "node_modules"
    real = modules / "@openai" / PACKAGE / "vendor" / TRIPLE / "bin" / "codex"
    real.parent.mkdir(parents=True)
    real.write_text(f"#!/bin/sh\necho {version}\n")
    real.chmod(0o755)
    launcher = modules / "@openai" / "codex" / "bin" / "codex.js"
    launcher.parent.mkdir(parents=True)
    launcher.write_text("")
    launcher.chmod(0o755)
    (modules / ".bin").mkdir()
    (modules / ".bin" / "codex").symlink_to(launcher)
    return real


def test_it_is_found_where_it_was_said_and_on_the_path(tmp_path: Path) -> None:
    real = program(tmp_path)
    for place in (tmp_path, tmp_path / "node_modules", real):
        assert installed.find({installed.VARIABLE: str(place), "PATH": ""}) == real
    assert installed.find({"PATH": str(tmp_path / "node_modules" / ".bin")}) == real
    assert installed.version_of(real) == "1.2.3"


@pytest.mark.parametrize("beside", [".", "node_modules"])
def test_what_lies_beside_a_folder_that_was_named_is_not_started(tmp_path: Path, beside: str) -> None:
    planted = tmp_path / beside / PACKAGE / "vendor" / TRIPLE / "bin" / "codex"
    planted.parent.mkdir(parents=True)
    planted.touch()
    (tmp_path / "named").mkdir()
    with pytest.raises(AgentError, match="there is no Codex CLI"):
        installed.find({installed.VARIABLE: str(tmp_path / "named")})


def test_without_it_people_are_told_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="not installed") as none:
        installed.find({"PATH": str(tmp_path)})
    assert f"@openai/codex@{installed.VERSION}" in str(none.value)
    with pytest.raises(AgentError, match="there is no Codex CLI"):
        installed.find({installed.VARIABLE: str(tmp_path)})
    with pytest.raises(AgentError, match="cannot be started"):
        installed.version_of(tmp_path / "none")


def test_the_lock_is_of_the_version_that_is_named() -> None:
    folder = Path(installed.__file__).with_name("npm")
    assert f'"@openai/codex": "{installed.VERSION}"' in (folder / "package.json").read_text()
    lock = (folder / "package-lock.json").read_text()
    assert f'"version": "{installed.VERSION}-linux-x64"' in lock
    assert "http" not in lock, "a lock names no registry's host"


def test_what_it_is_told() -> None:
    told = tomllib.loads(config_toml(JOB, Path('/a "b"/work')))
    assert (told["model"], told["model_provider"], told["model_context_window"]) == ('a "model"', "gateway", 1000)
    assert (told["approval_policy"], told["sandbox_mode"]) == ("never", "danger-full-access")
    assert told["web_search"] == "disabled"
    provider = told["model_providers"]["gateway"]
    assert provider["base_url"] == "http://127.0.0.1:1/v1"
    assert (provider["wire_api"], provider["env_key"]) == ("responses", KEY)
    assert told["projects"]['/a "b"/work']["trust_level"] == "untrusted"
    assert told["analytics"]["enabled"] is False
    assert "ghar-canary" not in str(told)
    assert arguments(None)[-1] == "-"
    assert "--output-schema" in arguments(Path("s.json"))


def test_the_limit_to_the_gateway_is_refused_before_anything_is_spent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(installed.VARIABLE, str(program(tmp_path)))
    require_agents({AgentKind.CODEX}, Egress.OPEN)
    require_agents({AgentKind.CLAUDE}, Egress.GATEWAY)
    with pytest.raises(UsageError, match="`agent: claude`"):
        require_agents({AgentKind.CLAUDE, AgentKind.CODEX}, Egress.GATEWAY)

"""What the gateway loads: each package is read at every start, and a new one shows as a difference to review."""

import asyncio
import importlib.util
import subprocess
import sys
from pathlib import Path

import httpx
import orjson

from tests.command import COMMAND, environment
from tests.golden import check_golden
from tests.integration.cli.test_serve import ASK, CONFIG, KEY
from tests.loopback import NO_TLS
from tests.processes import wait_until
from tests.upstream import answering, message, upstream

TELL = {"PYTHONPROFILEIMPORTTIME": "1"}  # python -X importtime: each import, as it ends, on standard error
OF_PYTHON = {"sitecustomize", "usercustomize", "typing_extensions"}  # the last: needed by some versions of it only
# What some command of ours needs, and a gateway at work does not.
HEAVY = ("litellm", "claude_agent_sdk", "github", "requests", "redis", "jinja2", "numpy", "rich", "httpx", "mcp")


def imported(told: str) -> list[str]:
    """Return the modules that ``-X importtime`` tells of and that could be imported, each once."""
    lines = [line for line in told.splitlines() if line.startswith("import time:")]
    names = dict.fromkeys(line.rpartition("|")[2].strip() for line in lines)
    return [name for name in names if name.partition(".")[0] in sys.stdlib_module_names or found(name)]


def found(name: str) -> bool:
    try:
        return importlib.util.find_spec(name.partition(".")[0]) is not None
    except ValueError:  # one that is a part of an interpreter's own start
        return False


def listed(modules: list[str]) -> str:
    """Return, a line each, the packages of others and our own rooms."""
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"gha_router"}
    # Names with a _ in front belong to the interpreter, and to how packages were compiled.
    kept = {name for name in others - OF_PYTHON if not name.startswith("_")}
    rooms = {".".join(name.split(".")[:2]) for name in modules if name.startswith("gha_router.")}
    return "".join(f"{name}\n" for name in [*sorted(kept), *sorted(rooms)])


def test_what_serve_imports_is_what_was_reviewed(tmp_path: Path) -> None:
    async def run() -> None:
        async with upstream(answering(200, message())) as up:
            (tmp_path / "c.yml").write_text(CONFIG.format(url=up.url))
            with (tmp_path / "told").open("wb") as told:
                options = ("--config", "c.yml", "--port", "0", "--info-file", "info.json", "--ledger", "l.jsonl")
                process = await asyncio.create_subprocess_exec(
                    *(*COMMAND, "serve", *options),
                    cwd=tmp_path,
                    env=environment(LAB_KEY=KEY, **TELL),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=told,
                )
            try:
                info = tmp_path / "info.json"
                await asyncio.to_thread(wait_until, lambda: info.exists() or process.returncode is not None)
                told_of = orjson.loads(info.read_bytes())
                headers = {"x-api-key": told_of["keys"]["default"]}
                async with httpx.AsyncClient(verify=NO_TLS, base_url=told_of["url"], headers=headers) as client:
                    for stream in (True, False):
                        assert (await client.post("/v1/messages", json=ASK | {"stream": stream})).status_code == 200
            finally:
                process.terminate()
                await process.wait()

    asyncio.run(run())
    modules = imported((tmp_path / "told").read_text())
    assert not {name.partition(".")[0] for name in modules} & set(HEAVY)
    check_golden("imports/serve.txt", listed(modules))


def test_what_the_gateways_own_process_imports_is_what_was_reviewed() -> None:
    code = "import sys; from gha_router.gateway import child; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    modules = [name for name in ended.stdout.split() if found(name)]
    assert not {name.partition(".")[0] for name in modules} & {*HEAVY, "pydantic", "yaml", "typer"}
    check_golden("imports/gateway.txt", listed(modules))


def test_a_package_that_is_loaded_is_seen() -> None:
    """The must-fail case: what the lists are held against does show a new import."""
    code = "import httpx, brotlicffi_that_is_not_there"
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, env=environment(**TELL), capture_output=True, text=True, check=False)
    modules = imported(ended.stderr)
    assert "httpx" in listed(modules).splitlines()
    assert "brotlicffi" not in listed(modules)

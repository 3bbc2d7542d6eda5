"""The actions' scripts as a hosted runner starts them: a user with sudo, a clean HOME, the package from the registry.

Real: the user, sudo, the installation by pip with its hashes, the gateway, who may read what. A stand-in: the machine,
a container with Debian's Python. The registry is asked once, for the packages; all that follows has no network.
"""

import json
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.containers import act
from tests.e2e.containers.engine import Engine, EngineError
from tests.e2e.containers.image import hosted
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import give_to_runner

OURS = "/home/runner/work/_actions/org/gha-router/v1"  # where the runner puts the action's own commit
TEMP = "/home/runner/work/_temp"
KEY = "sk-ant-canary-of-a-hosted-runner"
CONFIG = """\
version: 1
models: {good: sim/honest}
steps: [{id: fix, prompt: Create a file note.txt containing hello, model: good, checks: [{exists: note.txt}]}]
"""
ASK = """\
import json, sys, urllib.request
url, key = sys.argv[1:]
body = json.dumps({"model": "good", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}).encode()
headers = {"x-api-key": key, "content-type": "application/json"}
print(urllib.request.urlopen(urllib.request.Request(f"{url}/v1/messages", body, headers), timeout=20).status)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A container in which the runner's user runs steps; ``folder`` is its home's ``work``, seen from here."""

    engine: Engine
    name: str
    folder: Path

    def sh(self, script: str, *, user: str = "runner", **given: str) -> str:
        """Run a script as a step of a job, with the PATH that earlier ones left; return what it says."""
        paths = (self.folder / "_temp" / "path").read_text().split()
        env = {
            "PATH": ":".join((*reversed(paths), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")),
            "HOME": "/home/runner",
            "RUNNER_TEMP": TEMP,
            "GITHUB_PATH": f"{TEMP}/path",
            "GITHUB_OUTPUT": f"{TEMP}/outputs",
            "GITHUB_STEP_SUMMARY": f"{TEMP}/summary",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": "/wheels",
            **given,
        }
        options = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
        where = ("--user", user, "--workdir", "/home/runner/work/repo")
        return self.engine.run("exec", *where, *options, self.name, "sh", "-c", f"exec 2>&1; {script}", timeout=900)

    def outputs(self) -> dict[str, str]:
        """Return the outputs of all steps until now."""
        text = (self.folder / "_temp" / "outputs").read_text()
        found = re.findall(r"^(\S+)<<(ghadelimiter_\S+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
        plain = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)
        return {name: value for name, _, value in found} | dict(plain)


@pytest.fixture(scope="module")
def image(podman: Engine, bases: tuple[str, str]) -> str:
    return hosted(podman, bases[1])


@pytest.fixture(scope="module")
def wheels(podman: Engine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every package of both locks, as the registry has them."""
    folder = tmp_path_factory.mktemp("wheels")
    for lock in ("requirements-build.lock", "requirements-runtime.lock"):
        fetch = f"python3 -m pip download --quiet --require-hashes --dest /wheels --requirement /repository/{lock}"
        volumes = ("--volume", f"{folder}:/wheels", "--volume", f"{REPOSITORY}:/repository:ro")
        podman.run("run", "--rm", "--network", "host", "--pull=never", *volumes, image, "sh", "-c", fetch, timeout=400)
    return folder


@pytest.fixture
def machine(podman: Engine, image: str, wheels: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine with a checkout of ours beside an empty repository, and no network but its own loopback."""
    work, name = tmp_path / "work", f"gha-router-hosted-{uuid.uuid4().hex[:12]}"
    act.checkout(REPOSITORY, work / "_actions/org/gha-router/v1", files={})
    (work / "repo").mkdir()
    (work / "repo" / "c.yml").write_text(CONFIG)
    (work / "_temp").mkdir()
    for file in ("path", "outputs", "summary"):
        (work / "_temp" / file).touch()
    own = shutil.copytree(wheels, tmp_path / "wheels")
    own.chmod(0o755)
    give_to_runner(work)
    volumes = ("--volume", f"{work}:/home/runner/work", "--volume", f"{own}:/wheels")
    podman.run("run", "--detach", "--name", name, "--network", "none", "--pull=never", *volumes, image)
    try:
        yield Machine(engine=podman, name=name, folder=work)
    finally:
        podman.remove(name)


def test_a_job_on_a_hosted_runner(machine: Machine) -> None:
    said = machine.sh(f"{OURS}/setup/install.sh")
    assert re.search(r"^gha-router \d+\.\d+\.\d+$", said, re.MULTILINE), said
    assert "is on the PATH already" in machine.sh(f"{OURS}/setup/install.sh")
    assert machine.sh("find /opt/gha-router ! -user root -o ! -type l -perm /022") == ""  # an agent changes none of it

    kept = {"FOLDER": f"{TEMP}/made", "EXECUTION_FILE": "", "WORKSPACE": "."}
    machine.sh(f"{OURS}/keep/keep.sh", STEP="", **kept)
    given = {"CONFIG": "c.yml", "PIPELINE": "", "CONTAINER": "", "VARIABLES": "", "ANTHROPIC_API_KEY": KEY}
    started = machine.sh(f"{OURS}/start/start.sh", **given)
    outputs = machine.outputs()
    (step,) = json.loads(outputs["steps"])
    assert f"::add-mask::{step['key']}" in started
    gateway = outputs["gateway"].removeprefix("folder:")
    for wanted in ("info.json", "ledger.jsonl", "outputs"):
        with pytest.raises(EngineError, match=r"Permission denied|No such file"):
            machine.sh(f"cat {gateway}/{wanted}")
    with pytest.raises(EngineError, match="Permission denied"):
        machine.sh(f"mv {gateway} {gateway}-aside")
    pid = json.loads(machine.sh(f"cat {gateway}/info.json", user="root"))["pid"]
    assert machine.sh(f"stat --format %U /proc/{pid}").strip() == "root"
    everything = machine.sh("cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || true", user="root")
    assert KEY not in everything
    assert machine.sh(f"python3 -c '{ASK}' {outputs['url']} {step['key']}").strip() == "200"

    told = machine.sh(f"{OURS}/stop/stop.sh", GATEWAY=outputs["gateway"], LEDGER=f"{TEMP}/made/ledger.jsonl")
    assert "| `fix` | `sim/honest` | 1 |" in (machine.folder / "_temp" / "summary").read_text()
    head = machine.outputs()["head"]
    assert "whole" in machine.sh(f"gha-router ledger verify {TEMP}/made/ledger.jsonl --head {head}")
    assert "No such file" in machine.sh(f"ls {gateway} || true")
    assert KEY not in started + told
    written = [file for part in ("_temp", "repo") for file in (machine.folder / part).rglob("*") if file.is_file()]
    assert not any(KEY in file.read_text(errors="replace") for file in written)


def test_a_package_with_another_hash_is_not_installed(machine: Machine) -> None:
    (package,) = (machine.folder.parent / "wheels").glob("[Pp]y[Yy][Aa][Mm][Ll]-*")
    package.write_bytes(package.read_bytes() + b"x")
    with pytest.raises(EngineError, match=r"Got +[0-9a-f]{64}"):
        machine.sh(f"{OURS}/setup/install.sh")
    assert machine.sh("command -v gha-router || true") == ""

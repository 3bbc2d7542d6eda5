"""Keys and tokens, given as the runner gives them, looked for in everything that is left: canaries."""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.containers.action import start_action
from tests.e2e.containers.engine import Engine
from tests.e2e.containers.state import REPOSITORY
from tests.e2e.containers.step import ID_TOKEN, RUNTIME_TOKEN, TOKEN, Step

KEY = "sk-ant-canary-that-nobody-registered-as-a-secret"
TOKENS = (TOKEN, RUNTIME_TOKEN, ID_TOKEN)
BLOCK = 1 << 20
# All processes but this look itself, which the container's engine gives the environment that the first one began with.
PROCESSES = (
    "cd /proc; for pid in [0-9]*; do [ $pid = $$ ] && continue;"
    " printf '%s cmdline %s\\n' $pid \"$(tr '\\0' ' ' < $pid/cmdline)\";"
    " tr '\\0' '\\n' < $pid/environ | sed \"s/^/$pid environ /\"; done 2>/dev/null; true"
)


def step(image: str, workspace: Path, **inputs: str) -> Step:
    """A step whose key is no secret of the repository: nothing masks it but what the action itself says."""
    given = {"model": "sim/honest", "anthropic_api_key": KEY, **inputs}
    return Step(action_dir=REPOSITORY, image=image, workspace=workspace, event="push", inputs=given)


def holding(root: Path, canaries: Iterable[str]) -> list[str]:
    """The files below a folder that hold one of these texts, in whole or in base64's middle."""
    wanted = [canary.encode() for canary in canaries]
    files = [file for file in root.rglob("*") if file.is_file()]
    return [str(file) for file in files if any(canary in file.read_bytes() for canary in wanted)]


def test_what_an_agent_echoes_is_masked_in_the_log_and_in_no_file(
    podman: Engine, our_image: str, workspace: Path
) -> None:
    echo = f"Run echo {KEY} {TOKEN} | tee note.txt"
    with start_action(podman, step(our_image, workspace, prompt=echo, checks="- exists: note.txt")) as running:
        result = running.result(120)
        temp = running.folders.temp
        assert (temp / "gha-router" / "report.json").exists()
        left = holding(temp / "gha-router", (KEY, *TOKENS))
        commands = holding(temp / "_runner_file_commands", (KEY, *TOKENS))
    assert (left, commands) == ([], [])
    assert holding(workspace, (KEY, *TOKENS)) == []
    assert "note.txt holds a key or a token of this run" in result.summary
    said = [line for line in result.raw.splitlines() if any(canary in line for canary in (KEY, *TOKENS))]
    assert sorted(said) == sorted([f"::add-mask::{KEY}", f"::add-mask::{TOKEN}"])
    everything = [result.log, result.summary, *result.outputs.values(), *result.env.values(), *result.state.values()]
    assert [text for text in everything if any(canary in text for canary in (KEY, *TOKENS))] == []


def test_a_line_that_echoes_a_key_reaches_people_as_stars(podman: Engine, our_image: str, workspace: Path) -> None:
    """An error repeats an input of the workflow; if that is where a key went by mistake, the runner has its mask."""
    with start_action(podman, step(our_image, workspace, prompt="x", tier=KEY)) as running:
        result = running.result(60)
    assert result.returncode == 2
    assert len([line for line in result.raw.splitlines() if KEY in line]) == 2, "the mask, and the error"
    assert KEY not in result.log
    assert "***" in result.log


def test_no_process_has_a_key_in_its_environment_or_command_line(
    podman: Engine, our_image: str, workspace: Path
) -> None:
    waiting = step(our_image, workspace, prompt="Run sleep 20", model="sim/honest")
    with start_action(podman, waiting) as running:
        running.wait_for("attempt 1")
        seen = ""
        while not (sleeping := re.search(r"^(\d+) cmdline sleep 20 $", seen, re.MULTILINE)):
            seen = running.execute("sh", "-c", PROCESSES)
        agent = running.execute("stat", "-c", "%u", f"/proc/{sleeping[1]}").strip()
        agent = f"{agent}:{agent}"
        seen += running.execute("sh", "-c", PROCESSES, user=agent)  # root has no right to look at another's environment
        running.cancel()
    processes = {line.split(" ", 1)[0] for line in seen.splitlines()}
    assert {"1"} < processes
    assert "1 environ GITHUB_WORKSPACE=" in seen, "the look is one that sees"
    assert "ANTHROPIC_BASE_URL=http://127.0.0.1" in seen
    assert [line for line in seen.splitlines() if any(canary in line for canary in (KEY, *TOKENS))] == []


def test_no_layer_of_the_image_holds_a_key(podman: Engine, our_image: str, workspace: Path, tmp_path: Path) -> None:
    with start_action(podman, step(our_image, workspace, prompt="Run true", checks="- exists: .")) as running:
        assert running.result(120).returncode == 0
    archive = tmp_path / "image.tar"
    podman.run("save", "--format", "docker-archive", "--output", archive, our_image, timeout=300)
    members = subprocess.run(("tar", "-tf", archive), capture_output=True, text=True, check=True).stdout.splitlines()
    layers = [name for name in members if name.endswith(".tar")]
    assert len(layers) >= 3, "each layer is a tar of its own, not compressed"
    assert found_in(archive, b"manifest.json")
    assert [canary for canary in (KEY, *TOKENS) if found_in(archive, canary.encode())] == []
    history = podman.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", our_image)
    assert re.findall(r"(?i)\b\w*(?:api_?key|token|secret|passw)\w*\s*=", history) == []
    config = json.dumps(podman.inspect("image", our_image)["Config"])
    assert re.findall(r"(?i)api_?key|token|secret|passw", config) == []


def found_in(file: Path, text: bytes) -> bool:
    """Whether a file holds a text, read piece by piece."""
    kept = b""
    with file.open("rb") as opened:
        while piece := opened.read(BLOCK):
            if text in kept + piece:
                return True
            kept = piece[-len(text) :]
    return False

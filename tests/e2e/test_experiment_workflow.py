"""The experiment's workflow by a workflow engine: plan, six shards of which one is killed, and the whole.

Real: this repository's workflow, act, the image, the CLI in it, the simulated models, the kill. Stand-ins:
actions/upload-artifact and actions/download-artifact (a shared folder, which each job's container is given besides),
actions/checkout (act copies the files).
"""

import json
import re
import threading
from pathlib import Path

import yaml

from tests.e2e.containers import act as engine
from tests.e2e.containers.act import Act
from tests.e2e.containers.engine import EngineError
from tests.e2e.containers.state import REPOSITORY

WORKFLOW = REPOSITORY / ".github" / "workflows" / "experiment.yml"
LIMIT_S = 900
INPUTS = {
    "models": "sim/honest,sim/lazy",
    "suite": "classic",
    "epochs": 1,
    "shards": "6",
    "max_parallel": 1,
    "budget": "",
    "config": "",
    "history": "",
    "propose": "sim/honest",
}


def artifact_actions(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"actions/(?:upload|download)-artifact@[0-9a-f]{40}", text)))


def as_act_takes_it(text: str, shared: Path) -> str:
    """Return the workflow with what act has in another place: folders of containers, and how many jobs run at once."""
    image = 'container: {image: "${{ inputs.image }}"}'
    at_once = "max-parallel: ${{ inputs.max_parallel }}"
    assert image in text
    assert at_once in text
    mounted = f'{image[:-1]}, volumes: ["{shared}:{engine.SHARED}"]}}'
    return text.replace(image, mounted).replace(at_once, "max-parallel: 2")


def kill_a_shard(workflows: Act, shared: Path, killed: list[str], over: threading.Event) -> None:
    """Kill the container of a shard, not the first, while its trials run."""
    while not over.wait(0.1):
        shard = running_shard(shared)
        if shard is None:
            continue
        name = f"name=^act-experiment-{shard.replace('/', '-')}-"
        try:
            (container,) = workflows.engine.run("ps", "--filter", name, "--format", "{{.Names}}").split()
            workflows.engine.run("kill", container)
        except (EngineError, ValueError):
            continue  # it ended meanwhile
        killed.append(shard)
        return


def running_shard(shared: Path) -> str | None:
    """Return which shard but the first runs, read off the processes: asking podman takes half a second of CPU."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found = re.search(rb"\0--shard\0([2-6]/6)\0", (process / "cmdline").read_bytes())
            if found and str(shared).encode() in (process / "mountinfo").read_bytes():  # of this test
                return found[1].decode()
        except OSError:
            continue  # it ended meanwhile
    return None


def test_six_shards_of_which_one_is_killed(workflows: Act, our_image: str, tmp_path: Path) -> None:
    shared = tmp_path / "artifacts"
    shared.mkdir()
    text = as_act_takes_it(WORKFLOW.read_text(encoding="utf-8"), shared)
    repository = engine.commit(tmp_path / "theirs", {".github/workflows/experiment.yml": text})
    killed: list[str] = []
    over = threading.Event()
    killer = threading.Thread(target=kill_a_shard, args=(workflows, shared, killed, over))
    killer.start()
    try:
        ran = workflows.run(
            repository,
            "workflow_dispatch",
            payload={"inputs": {**INPUTS, "image": our_image}},
            stand_ins=artifact_actions(text),
            seconds=LIMIT_S,
        )
    finally:
        over.set()
        killer.join()
    assert killed, ran.everything[-4000:]
    whole = shared / "experiment"
    report = (whole / "report.md").read_text()
    data = json.loads((whole / "report.json").read_text())
    states = {shard["name"]: shard["state"] for shard in data["shards"]}
    assert len(states) == 6
    assert {name: state for name, state in states.items() if state != "whole"} == {killed[0]: "missing"}
    assert f"Not all shards arrived: {killed[0]} (missing)." in report
    assert report in ran.summary
    assert sum(row["trials"] for row in data["rows"]) == len(data["trials"]) < 10
    assert all(row["errors"] == 0 for row in data["rows"])
    assert ran.returncode != 0
    assert not (whole / "proposal").exists()  # nothing is learnt from a part


def test_the_workflow_gives_away_nothing_and_pins_everything() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert found["permissions"] == {}
    assert all(job["permissions"] == {"contents": "read"} for job in found["jobs"].values())
    uses = [step["uses"] for job in found["jobs"].values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", one) for one in uses)
    runs = [step["run"] for job in found["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs
    assert not any("${{" in run for run in runs)
    triggers = found[True]  # YAML 1.1 reads `on` as a truth value
    assert triggers["workflow_dispatch"]["inputs"] == triggers["workflow_call"]["inputs"]
    assert len(triggers["workflow_dispatch"]["inputs"]) <= 10

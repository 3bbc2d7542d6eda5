"""``examples/deep-research.yml`` as it stands, its models answered by simulated ones that do the work of each stage."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gha_router.sim import Script, Step
from tests.command import ROOT, gha_router
from tests.integration.cli.test_run import KEY, simulated

FILE = ROOT / "examples" / "deep-research.yml"
NAMES = ("gather", "analyse", "write", "review", "revise")
SOURCES = [
    {"title": f"Paper {number}", "source": f"sources/{number}.txt", "says": f"Routing saves {number}0 %."}
    for number in (1, 2, 3)
]
NOTES = "".join(f"## {one['title']}\nSource: {one['source']}\n{one['says']}\n\n" for one in SOURCES)
ANALYSIS = "## Findings\n- It saves (Paper 1)\n## Contradictions\n- how much\n## Open questions\n- when\n"
REPORT = "# Route by task.\n\n## Recommendation\nDo it.\n\n## Why\nIt saves.\n\n## Sources\nPaper 1\n"


def script(prompt: str, file: str, text: str, answer: dict[str, object] | None = None) -> Script:
    write = Step(tool="Write", input={"file_path": f"${{cwd}}/{file}", "content": text})
    return Script(
        prompt=prompt.partition("\n\n")[0], steps=(write,), final=f"I wrote {file}.\n\nDone.", structured=answer
    )


def scripts(verdict: str) -> tuple[Script, ...]:
    steps = yaml.safe_load(FILE.read_text())["pipelines"]["deep-research"]["steps"]
    prompts = {step["id"]: step["prompt"] for step in steps}
    faults = ["'It saves' has no figure"] if verdict == "revise" else []
    return (
        script(prompts["gather"], "sources.md", NOTES, {"sources": SOURCES}),
        # The list of sources, filled in from the first stage, is a part of what this one is known by.
        script("The sources (3):\n- Paper 1 (sources/1.txt): Routing saves 10 %.", "analysis.md", ANALYSIS),
        script(prompts["write"] + ANALYSIS, "report.md", REPORT),
        script("It names 3 sources.", "review.md", "See the answer.\n", {"verdict": verdict, "faults": faults}),
        script("- 'It saves' has no figure", "report.md", REPORT.replace("saves.", "saves 20 %.")),
    )


def scene(folder: Path, url: str) -> None:
    """The file itself; only whom its names mean is another."""
    data = yaml.safe_load(FILE.read_text())
    data["providers"] = {"lab": {"base_url": url, "format": "anthropic", "api_key": "${LAB_KEY}"}}
    answers = {"glm": "lazy", "qwen3-coder": "nop", "deepseek": "honest", "sonnet": "oracle", "opus": "honest"}
    prices = {"sonnet": {"input": 3, "output": 15}, "opus": {"input": 5, "output": 25}}
    data["models"] = {
        name: {"model": f"lab/{answers[name]}", "price": prices.get(name) or model["price"]}
        for name, model in data["models"].items()
    }
    (folder / "c.yml").write_text(yaml.safe_dump(data, sort_keys=False))
    (folder / "workspace").mkdir()
    (folder / "workspace" / "question.md").write_text("Does routing by task pay? Look in sources/.\n")


@pytest.fixture(params=["accept", "revise"])
def verdict(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(verdict: str) -> Iterator[str]:
    with simulated(scripts(verdict)) as address:
        yield address


def test_four_stages_each_checked_before_the_next(tmp_path: Path, url: str, verdict: str) -> None:
    scene(tmp_path, url)
    args = ("run", "--config", "c.yml", "--pipeline", "deep-research", "--workspace", "workspace", "--out", "out")
    ended = gha_router(*args, cwd=tmp_path, LAB_KEY=KEY)
    assert ended.returncode == 0, ended.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    steps = {step["id"]: step for step in report["run"]["steps"]}
    assert tuple(steps) == NAMES
    models = {name: [one["decision"]["model"] for one in step["attempts"]] for name, step in steps.items()}
    assert models["gather"] == ["glm", "glm", "deepseek"]  # verified one tier up
    assert (models["analyse"], models["write"], models["review"]) == (["deepseek"], ["sonnet"], ["opus"])
    assert {steps[name]["verdict"] for name in NAMES[:4]} == {"verified"}
    assert steps["revise"]["verdict"] == ("verified" if verdict == "revise" else "skipped")
    made = sorted(file.name for file in (tmp_path / "workspace").iterdir())
    assert made == ["analysis.md", "question.md", "report.md", "sources.md"]  # the review changes nothing
    saves = "It saves 20 %." if verdict == "revise" else "It saves.\n"
    assert saves in (tmp_path / "workspace" / "report.md").read_text()

"""Runs what is scripted for a suite, and says what holds."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from gha_router.cli.experiment import said
from gha_router.cli.progress import progress
from gha_router.cli.results import console, write_whole
from gha_router.cli.session import bench
from gha_router.config import parse
from gha_router.experiment.soundness import Played, Suite, play, read_suite, soundness
from gha_router.experiment.task import load_suite, load_task, suite_folder
from gha_router.pipeline.judges import judges_of
from gha_router.records import ExperimentResult, Json, Verdict
from gha_router.report.markdown import markdown
from gha_router.report.of_suite import suite_view
from gha_router.report.terminal import terminal
from gha_router.routing import resolve

SCHEMA = "gha-router/suite/1"
SIMULATED = "version: 1\n"  # the built-in provider `sim` needs no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A suite, its trials, and what holds of it."""

    suite: Suite
    result: ExperimentResult
    played: tuple[Played, ...]

    @property
    def exit_code(self) -> int:
        """Return 0 when all holds, 1 when something does not, 3 when it cannot be told, 130 when it was cancelled."""
        if any(trial.result.verdict is Verdict.CANCELLED for trial in self.result.trials):
            return 130
        if len(self.result.trials) < self.suite.size or not all(one.ran for one in self.played):
            return 3
        return 0 if all(one.holds for one in self.played) else 1


async def run(name: str, *, jobs: int, out: Path, environ: dict[str, str]) -> Checked:
    """Play a suite, or one task of it. Raises ``TaskError`` for one that cannot be played."""
    folder = suite_folder(name)
    single = (folder / "task.yml").exists()
    suite = read_suite(folder.resolve().name, (load_task(folder),) if single else load_suite(folder))
    config = parse(SIMULATED, name="built-in", env={})
    decisions = {model: resolve(config, model=model) for model in suite.models}
    judges = judges_of(config, (check for task in suite.tasks for check in task.checks))
    async with bench(config, decisions, judges=judges, out=out, environ=environ, suites=(folder,)) as made:
        with progress("trials", suite.size, said) as on_trial:
            result = await play(suite, decisions, made, jobs=jobs, on_trial=on_trial)
    return Checked(suite=suite, result=result, played=soundness(suite, result.trials))


def publish(made: Checked, out: Path, *, quiet: bool) -> Json:
    """Write suite.json and suite.md, print the report unless it is to be quiet, and return what suite.json holds."""
    view = suite_view(made.suite, made.result, made.played)
    document: Json = {
        "schema": SCHEMA,
        "suite": made.suite.name,
        "sound": made.exit_code == 0,
        "exit_code": made.exit_code,
        "wall_s": made.result.wall_s,
        "trials": len(made.result.trials),
        "without_mutations": list(made.suite.without_mutations),
        "played": [asdict(one) for one in made.played],
    }
    write_whole(out / "suite.md", markdown(view))
    write_whole(out / "suite.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    if not quiet:
        terminal(view, console())
    return document

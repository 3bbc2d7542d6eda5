"""The check of what a GitHub Actions workflow says: workflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.data import Yaml
from gha_router.checks.say import counted, some
from gha_router.checks.say import value as shown
from gha_router.checks.spec import Params, nearest
from gha_router.checks.workspace import Unreadable, read_text
from gha_router.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a workflow holds: names of events, ids of jobs with the number of their steps, actions that are used."""

    triggers: tuple[str, ...]
    jobs: Mapping[str, int]
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow(PureCheck):
    """A workflow has these triggers, jobs, steps and actions. Triggers and jobs are complete lists, in any order."""

    kind: ClassVar = "workflow"
    summary: ClassVar = "a GitHub Actions workflow has these triggers, jobs, steps and actions"
    parameters: ClassVar = {
        "file": "path in the workspace",
        "triggers": "the names of all events that start it",
        "jobs": "the ids of all its jobs",
        "steps": "how many steps all jobs have together, or a mapping from a job to its number",
        "uses": "actions and reusable workflows that it uses, among others; without `@` in any version",
    }
    example: ClassVar = "workflow: {file: .github/workflows/ci.yml, triggers: [push], jobs: [test], steps: {test: 3}}"
    short: ClassVar = "file"

    file: str
    triggers: tuple[str, ...]
    jobs: tuple[str, ...]
    steps: int | Mapping[str, int] | None
    uses: tuple[str, ...]

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check; without a fact it asks only for a file that is a workflow."""
        steps = params.values.get("steps")
        if isinstance(steps, Mapping):
            wrong = [name for name, many in steps.items() if not isinstance(name, str) or not _is_whole(many)]
            if wrong or not steps:
                raise params.wrong("`steps` is a number, or a mapping from a job's id to its number of steps")
        elif steps is not None:
            steps = params.maybe_whole("steps")
        named = {key: params.texts(key) for key in ("triggers", "jobs", "uses")}
        return cls(**params.common, file=params.path("file"), steps=steps, **named)

    @property
    def expected(self) -> str:
        """The facts."""
        facts = [f"{name} {some(these)}" for name, these in self._lists() if these]
        if isinstance(self.steps, Mapping):
            facts += [f"{job} {counted(many, 'step')}" for job, many in self.steps.items()]
        elif self.steps is not None:
            facts.append(counted(self.steps, "step"))
        return f"{self.file} is a workflow{' with ' if facts else ''}{'; '.join(facts)}"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Read the workflow and name what differs."""
        read = read_text(evidence.workspace, self.file)
        if read.empty:
            return sight(holds=False, found=read.empty)
        try:
            facts = facts_of(Yaml.parse(read.text))
        except (ValueError, RecursionError) as mistake:
            why = "nested too deeply" if isinstance(mistake, RecursionError) else mistake
            return sight(holds=False, found=read.remark(f"not valid YAML: {why}"))
        differs = list(self._differences(facts))
        steps = counted(sum(facts.jobs.values()), "step")
        held = f"triggers {some(facts.triggers)}; jobs {some(facts.jobs)}; {steps}"
        return sight(holds=not differs, found=read.remark("; ".join(differs) or held))

    def _lists(self) -> tuple[tuple[str, Sequence[str]], ...]:
        return (("triggers", self.triggers), ("jobs", self.jobs), ("uses", self.uses))

    def _differences(self, facts: Facts) -> list[str]:
        told = []
        for name, wanted, there in (("triggers", self.triggers, facts.triggers), ("jobs", self.jobs, [*facts.jobs])):
            if wanted and set(wanted) != set(there):
                told.append(f"{name} {some(there) or 'none'}")
        missing = [wanted for wanted in self.uses if not any(_is_use(wanted, use) for use in facts.uses)]
        told += [f"uses {some(facts.uses) or 'no action'}, not {some(missing)}"] if missing else []
        return [*told, *self._step_differences(facts.jobs)]

    def _step_differences(self, jobs: Mapping[str, int]) -> list[str]:
        if isinstance(self.steps, Mapping):
            return [
                f"{job} {counted(jobs[job], 'step')}" if job in jobs else f"no job {job} ({nearest(job, [*jobs])})"
                for job, many in self.steps.items()
                if jobs.get(job) != many
            ]
        total = sum(jobs.values())
        return [] if self.steps in {None, total} else [counted(total, "step")]


def facts_of(data: Any) -> Facts:
    """Return what a parsed workflow holds. Raises ``Unreadable`` for what GitHub would not take for one.

    YAML 1.1 reads the key ``on`` as true; GitHub does not. A trigger is a name, a list of names or a mapping:
    docs.github.com, "Workflow syntax for GitHub Actions".
    """
    if not isinstance(data, Mapping):
        raise Unreadable(f"no workflow: {shown(data)} in place of a mapping")
    triggers = data["on"] if "on" in data else next((data[key] for key in data if key is True), None)
    jobs = data.get("jobs")
    match triggers:
        case str():
            events: tuple[Any, ...] = (triggers,)
        case list() | Mapping():
            events = tuple(triggers)
        case _:
            raise Unreadable("no workflow: without `on`")
    if not isinstance(jobs, Mapping) or not jobs:
        raise Unreadable("no workflow: without `jobs`")
    counts, uses = {}, []
    for name, job in jobs.items():
        if not isinstance(job, Mapping):
            raise Unreadable(f"no workflow: the job {shown(name)} is {shown(job)}")
        steps = job.get("steps")
        steps = steps if isinstance(steps, list) else []
        counts[str(name)] = len(steps)
        uses += [one["uses"] for one in (job, *steps) if isinstance(one, Mapping) and isinstance(one.get("uses"), str)]
    return Facts(triggers=tuple(map(str, events)), jobs=counts, uses=tuple(dict.fromkeys(uses)))


def _is_use(wanted: str, use: str) -> bool:
    return use == wanted or ("@" not in wanted and use.partition("@")[0] == wanted)


def _is_whole(many: object) -> bool:
    return isinstance(many, int) and not isinstance(many, bool) and many >= 0

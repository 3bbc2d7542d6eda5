"""An oracle: what a right model does in a task, and what its subagents do, as a person wrote it in ``oracle.yml``.

```yaml
steps:
  - {tool: Bash, input: {command: date}, save: today}      # one call
  - parallel:                                              # several calls in one turn
      - {tool: Write, input: {file_path: "${cwd}/a.txt", content: "${today}"}}
      - {tool: Write, input: {file_path: "${cwd}/b.txt", content: "${today}"}}
  - tool: Agent
    input: {description: Write a file, prompt: Write c.txt., run_in_background: false}
    subagent: {steps: [...], final: I wrote c.txt.}         # the script of that prompt
final: It is ${today}.
structured: {today: "${today}"}   # where an answer by a schema is asked for; a lone number becomes one
mutations:                               # plausible wrong ways, each with the check that has to catch it
  - name: invents the date
    caught_by: the time lies within the step
    steps: [...]
    final: It is 1 May.
```
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gha_router.config import Document, Trail, suggest
from gha_router.errors import Position, TaskError
from gha_router.sim.script import Mutation, Parallel, Script, Step, references

AGENT = "Agent"  # how Claude Code calls the tool that starts a subagent
TOOLS = {AGENT, "Bash", "Edit", "Read", "Write"}
SCRIPT_KEYS = {"steps", "final", "structured"}
ORACLE_KEYS = {*SCRIPT_KEYS, "mutations"}
MUTATION_KEYS = {*SCRIPT_KEYS, "name", "caught_by"}
MOST_MUTATIONS = 5  # of one task; each is played by a simulated model of its own
STEP_KEYS = {"tool", "input", "save"}
AGENT_KEYS = {*STEP_KEYS, "subagent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A script, and where its prompt stands."""

    script: Script
    where: Position


def scripts(oracle: Document, *, prompt: str, where: Position) -> Iterator[Found]:
    """Yield a task's script with its mutations, then those of the subagents in all of them. Raises ``TaskError``."""
    _only(oracle, ORACLE_KEYS)
    main, *subagents = _scripts(oracle, prompt=prompt, where=where, at=())
    mutations: list[Mutation] = []
    for at in _mutations(oracle):
        wrong, *others = _scripts(oracle, prompt=prompt, where=where, at=at)
        name, caught_by = text(oracle, *at, "name"), text(oracle, *at, "caught_by")
        if name in {known.name for known in mutations}:
            raise TaskError(f"two mutations are called `{name}`", where=oracle.place((*at, "name")))
        place = oracle.place((*at, "caught_by"))
        mutations.append(Mutation(name=name, caught_by=caught_by, script=wrong.script, where=place))
        subagents += others
    yield Found(script=replace(main.script, mutations=tuple(mutations)), where=where)
    yield from subagents


def text(document: Document, *path: str | int) -> str:
    """Return a text that is not empty. Raises ``TaskError``."""
    found: str = _typed(document, str, *path)
    if not found.strip():
        raise TaskError(f"`{path[-1]}` is empty", where=document.place(path))
    return found


def _mutations(oracle: Document) -> list[Trail]:
    """Return where the mutations stand."""
    if "mutations" not in _value(oracle):
        return []
    count = len(_typed(oracle, list, "mutations"))
    if count > MOST_MUTATIONS:
        raise TaskError(
            f"a task has {MOST_MUTATIONS} mutations at most, not {count}",
            where=oracle.place(("mutations", MOST_MUTATIONS)),
            hint="keep those that are most like a right solution",
        )
    places: list[Trail] = [("mutations", index) for index in range(count)]
    for at in places:
        if not isinstance(_value(oracle, *at), dict):
            hint = "write `- name:`, `caught_by:`, `steps:` and `final:`"
            raise TaskError("a mutation has to be a mapping", where=oracle.place(at), hint=hint)
        _only(oracle, MUTATION_KEYS, *at)
    return places


def _scripts(oracle: Document, *, prompt: str, where: Position, at: Trail) -> Iterator[Found]:
    """Yield the script that stands at ``at``, then those of the subagents in it."""
    count = len(_typed(oracle, list, *at, "steps")) if "steps" in _value(oracle, *at) else 0
    entries = [(*at, "steps", index) for index in range(count)]
    script = Script(
        prompt=prompt,
        steps=tuple(_entry(oracle, *entry) for entry in entries),
        final=text(oracle, *at, "final"),
        structured=_typed(oracle, dict, *at, "structured") if "structured" in _value(oracle, *at) else None,
    )
    _require_known_references(oracle, script, at)
    yield Found(script=script, where=where)
    for place in (place for entry in entries for place in _calls(oracle, *entry)):
        if _value(oracle, *place, "tool") == AGENT:
            asked = (*place, "input", "prompt")
            told = _prompt(oracle, *asked)
            _only(oracle, SCRIPT_KEYS, *place, "subagent")
            yield from _scripts(oracle, prompt=told, where=oracle.place(asked), at=(*place, "subagent"))


def _entry(oracle: Document, *at: str | int) -> Step | Parallel:
    calls = _calls(oracle, *at)
    if calls == [at]:
        return _step(oracle, *at)
    _only(oracle, {"parallel"}, *at)
    if len(calls) < 2:  # noqa: PLR2004  one call is not parallel to anything
        raise TaskError(
            "`parallel` has to hold two calls or more",
            where=oracle.place((*at, "parallel")),
            hint="write a single call as a step of its own",
        )
    return Parallel(steps=tuple(_step(oracle, *call) for call in calls))


def _calls(oracle: Document, *at: str | int) -> list[Trail]:
    """Return where the calls of one entry of ``steps`` stand."""
    if "parallel" not in _typed(oracle, dict, *at):
        return [at]
    return [(*at, "parallel", index) for index in range(len(_typed(oracle, list, *at, "parallel")))]


def _step(oracle: Document, *at: str | int) -> Step:
    step = _typed(oracle, dict, *at)
    _only(oracle, AGENT_KEYS if step.get("tool") == AGENT else STEP_KEYS, *at)
    tool = text(oracle, *at, "tool")
    if tool not in TOOLS:
        raise TaskError(f"unknown tool `{tool}`", where=oracle.place((*at, "tool")), hint=suggest(tool, sorted(TOOLS)))
    if tool == AGENT:
        _typed(oracle, dict, *at, "subagent")
    save = text(oracle, *at, "save") if "save" in step else None
    if save is not None and not save.isidentifier():
        where = oracle.place((*at, "save"))
        raise TaskError(f"`{save}` is no name for an output", where=where, hint="letters, digits and _ only")
    return Step(tool=tool, input=_typed(oracle, dict, *at, "input"), save=save)


def _prompt(oracle: Document, *path: str | int) -> str:
    """Return what a subagent is asked; its script is found by these very words, so nothing may be filled in."""
    prompt = text(oracle, *path)
    for name in sorted(references(prompt)):
        raise TaskError(
            f"`${{{name}}}` cannot stand in the prompt of a subagent",
            where=oracle.place(path),
            hint="its script is found by the prompt; write the words themselves",
        )
    return prompt


def _require_known_references(oracle: Document, script: Script, at: Trail) -> None:
    known = {"cwd"}
    for index, turn in enumerate(script.turns):
        for place, step in zip(_calls(oracle, *at, "steps", index), turn, strict=True):
            _require_known(oracle, references(step.input), known, *place, "input")
        known |= {step.save for step in turn if step.save}
    _require_known(oracle, references(script.final), known, *at, "final")
    _require_known(oracle, references(script.structured), known, *at, "structured")


def _require_known(oracle: Document, names: set[str], known: set[str], *path: str | int) -> None:
    for name in sorted(names - known):
        raise TaskError(
            f"`${{{name}}}` is the output of no earlier step",
            where=oracle.place(path),
            hint=f"{suggest(name, sorted(known))} A shell's own variable is written `${name}`.",
        )


def _only(document: Document, valid: set[str], *path: str | int) -> None:
    for name in _value(document, *path):
        if name not in valid:
            where = document.keys[(*path, name)]
            raise TaskError(f"unknown key `{name}`", where=where, hint=suggest(str(name), sorted(valid)))


def _typed(document: Document, kind: type, *path: str | int) -> Any:
    value = _value(document, *path)
    if isinstance(value, kind):
        return value
    words: dict[type, str] = {str: "text", list: "a list", dict: "a mapping"}
    problem = f"`{path[-1]}` is missing" if value is None else f"`{path[-1]}` has to be {words[kind]}"
    hint = f"add `{path[-1]}:` ({words[kind]})" if value is None else None
    raise TaskError(problem, where=document.place(path), hint=hint)


def _value(document: Document, *path: str | int) -> Any:
    value: Any = document.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else value[key]
    return value

"""What the transcript shows of commands and tests: tool calls and what came back, not what was said of them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from gha_router.claims.shell import commands_in, runs_tests, shows_only_tests
from gha_router.records import Evidence, Observation, Source, ToolCall

_FAILURE = re.compile(
    r"\b[1-9][0-9]{0,8} (?:tests? )?(?:failed|failing|failures?|errors?)\b|\b(?:FAILED|FAIL|ERRORS?"
    r"|FAILURES)\b(?![:=]? {0,8}0\b)"
    r"|\bnot ok\b|npm ERR!|\bTraceback \(most recent|\bpanicked at\b|(?:failures|errors)=[1-9]",
)
_SUCCESS = re.compile(
    r"\b[1-9][0-9]{0,8} (?:tests? )?(?:passed|passing|pass)\b|\bpass(?:ed)? [1-9]|^ok\b|\bOK\b|\bPASS(?:ED)?\b"
    r"|test result: ok"
    r"|\ball tests pass",
    re.MULTILINE | re.IGNORECASE,
)

_NOT_ALL = re.compile(
    r"\b[1-9][0-9]{0,8} (?:tests? )?(?:skipped|deselected|ignored|pending|todo|xfailed)\b"
    r"|no tests? (?:ran|found|to run)|collected 0 items|\bran 0 tests",
    re.IGNORECASE,
)


def observe_command(command: str, evidence: Evidence) -> Observation:
    """Return whether a Bash call has this command as one of its own, perhaps with more arguments."""
    wanted = commands_in(command.removeprefix("$ "))
    ran = [line for line, _ in _shell_calls(evidence) if wanted and _has_all(commands_in(line), wanted)]
    total = sum(1 for _ in _shell_calls(evidence))
    detail = f"`{ran[-1][:200]}`" if ran else f"in none of {total} Bash calls"
    return _shown(value=bool(ran), detail=detail)


def observe_tests(claimed: float | str | bool | None, evidence: Evidence) -> Observation:  # noqa: FBT001 - True is "all"
    """Return what the last test command shows of passed tests, a number or all (``True``).

    ``False`` when no test command was run; ``None`` when its output fails or does not show it: what failed may have
    been mended since, and nobody saw it pass.
    """
    calls = _test_calls(evidence)
    if not calls:
        return _shown(value=False, detail="no test command was run")
    line, call = calls[-1]
    output = call.output or ""
    if call.is_error or (claimed is True and _FAILURE.search(output)):
        return _shown(value=None, detail=f"`{line[:200]}` shows a failure")
    if not shows_only_tests(line):
        return _shown(value=None, detail=f"`{line[:200]}` prints more than its tests do")
    if claimed is True:
        passed = bool(_SUCCESS.search(output)) and not _NOT_ALL.search(output)
    else:
        before = rf"(?<![0-9.]){claimed} (?:tests? )?(?:passed|passing|pass|ok)\b"
        behind = rf"\bpass(?:ed|es)?:? {claimed}(?![0-9.])"
        passed = bool(re.search(f"{before}|{behind}", output, re.IGNORECASE)) and not _FAILURE.search(output)
    seen = _shown(value=claimed if passed else None, detail=f"`{line[:200]}`")
    return replace(seen, source=Source.CLAIMED)  # what the agent's run printed, on the agent's files: weaker than ours


def last_test_command(evidence: Evidence) -> str | None:
    """Return the last shell line that ran tests; ``None`` when there was none."""
    calls = _test_calls(evidence)
    return calls[-1][0] if calls else None


def _test_calls(evidence: Evidence) -> list[tuple[str, ToolCall]]:
    return [(line, call) for line, call in _shell_calls(evidence) if runs_tests(line)]


def own_tests(evidence: Evidence) -> bool | None:
    """Return whether the agent's own last test run looked green, ``None`` when it ran no test."""
    seen = observe_tests(True, evidence).value  # noqa: FBT003 - True is "all"
    return None if seen is False else seen is True


def _shell_calls(evidence: Evidence) -> Iterator[tuple[str, ToolCall]]:
    for call in evidence.tool_calls:
        command = call.input.get("command")
        if call.name == "Bash" and isinstance(command, str):
            yield command, call


def _has_all(commands: list[tuple[str, ...]], wanted: list[tuple[str, ...]]) -> bool:
    return all(any(command[: len(one)] == one for command in commands) for one in wanted)


def _shown(*, value: float | str | bool | None, detail: str) -> Observation:
    return Observation(value=value, unit=None, source=Source.MEASURED, by="the agent's transcript", detail=detail)

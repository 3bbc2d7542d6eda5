"""The grammar of comments.

::

    /route [<model>|<tier>|tier=N|<task type>] [budget=1.50] [pipeline=NAME] [--] [prompt]
    /route help | status | explain | retry | stop
    /route approve <sha>
    /route experiment [suite=classic] models=a,b [epochs=3]

The first word is a verb only when it stands alone on its line (or is ``approve``, ``experiment``); otherwise it is a
target. A prompt without a target begins with ``--``, or on the next line. It reaches to the comment's end. Whatever
could be meant in two ways is an error: a comment spends money.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gha_router.errors import Position, UsageError
from gha_router.github.comments import options
from gha_router.github.comments.command import Command, Fault, Target, Trials
from gha_router.github.comments.lines import COMMAND, COMMENT, SEPARATORS, Line, command_lines
from gha_router.github.comments.words import ALONE, WITH_WORDS, Activity, Words, nearest, shown

DASHES = "--"
TIER = "tier"
SUITE = "classic"
OF_RUN = ("budget", "pipeline")
OF_EXPERIMENT = ("suite", "models", "epochs")
_WORD = re.compile(rf"[^{SEPARATORS}]+")
_BLANK_LINES = re.compile(rf"\A(?:[{SEPARATORS}]*(?:\r\n?|\n))+")
_TIER = re.compile(r"tier[=-](.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(options.Given):
    """A word of the command's line, ``start`` characters behind ``/route``."""

    start: int


def parse(body: str, words: Words) -> Command:
    """Return what a comment asks for. Raises nothing: what is not understood is ``Activity.ERROR``."""
    try:
        lines = command_lines(body)
        return _command(_only(lines), words) if lines else Command(activity=Activity.NOTHING)
    except UsageError as error:
        return Command(activity=Activity.ERROR, fault=Fault(what=error.what, where=error.where, hint=error.hint or ""))


def _only(lines: tuple[Line, ...]) -> Line:
    """Return the one command of a comment: of two, nobody could say which is the other's prompt."""
    if len(lines) > 1:
        raise UsageError(
            f"there are {len(lines)} commands in one comment",
            where=Position(COMMENT, lines[1].number, 1),
            hint="Write a comment for each. What only shows a command belongs into a code block.",
        )
    return lines[0]


def _command(line: Line, words: Words) -> Command:
    found = [_word(match, line) for match in _WORD.finditer(line.rest)]
    match [word.text for word in found]:
        case [verb] if verb in ALONE:
            activity = Activity(verb)
            return Command(activity=activity, prompt=_trimmed(line.following) if activity == Activity.EXPLAIN else "")
        case [Activity.APPROVE.value, *_]:
            return _approve(found)
        case [Activity.EXPERIMENT.value, *_]:
            return _experiment(found, words)
    return _run(found, line, words)


def _word(match: re.Match[str], line: Line) -> Word:
    column = len(COMMAND) + match.start() + 1
    return Word(text=match[0], start=match.start(), where=Position(COMMENT, line.number, column))


def _run(found: list[Word], line: Line, words: Words) -> Command:
    target, rest = None, found
    if found and _is_target(found[0]):
        target, rest = _target(found, words), found[1:]
    given, rest = _options(rest, OF_RUN)
    if rest and rest[0].text == DASHES:
        prompt = line.rest[rest[0].start + len(DASHES) :].lstrip(SEPARATORS)
    elif rest and target is None:
        raise _behind_options(rest[0])
    else:
        prompt = line.rest[rest[0].start :] if rest else ""
    return Command(
        activity=Activity.RUN,
        target=target,
        budget_usd=options.budget(given["budget"], words) if "budget" in given else None,
        pipeline=options.named(given["pipeline"], "pipeline", words.pipelines) if "pipeline" in given else None,
        prompt=_trimmed(prompt + line.following),
    )


def _is_target(word: Word) -> bool:
    if word.text == DASHES:
        return False
    written = options.option(word.text, OF_RUN)
    return written is None or written[0] == TIER


def _target(found: list[Word], words: Words) -> Target:
    """Return who the first word names: a model first, whatever else is called so."""
    first = found[0]
    if words.has_model(first.text):
        return Target(model=first.text)
    if match := _TIER.fullmatch(first.text):
        return Target(tier=options.tier(options.Given(text=match[1], where=first.where), words))
    if first.text in words.task_types:
        return Target(task_type=first.text)
    if first.text in ALONE:
        raise UsageError(
            f"{shown(first.text)} stands alone on its line",
            where=found[1].where,
            hint=f"`{COMMAND} {first.text}`, or, for a prompt that begins so, `{COMMAND} -- {first.text} ...`.",
        )
    tiers = (f"tier-{number}" for number in words.tiers)
    known = (*words.models, *tiers, *words.task_types, *ALONE, *WITH_WORDS)
    raise UsageError(
        f"{shown(first.text)} is no model, tier, task type or verb",
        where=first.where,
        hint=f"{nearest(first.text, known)} A prompt without one of them goes behind `--`.",
    )


def _options(found: list[Word], known: tuple[str, ...]) -> tuple[Mapping[str, options.Given], list[Word]]:
    """Return the options that come first, and the words behind them."""
    given: dict[str, options.Given] = {}
    for index, word in enumerate(found):
        written = options.option(word.text, known)
        if written is None:
            return given, found[index:]
        name, value = written
        if name == TIER:
            hint = f"It is the first word, and there is one: `{COMMAND} tier=N ...`."
            raise UsageError(f"{shown(word.text)} stands in the wrong place", where=word.where, hint=hint)
        if name not in known:
            raise options.unknown(name, known, word.where)
        if name in given:
            raise UsageError(f"{shown(name)} is given twice", where=word.where, hint="Keep one of them.")
        given[name] = options.Given(text=value, where=word.where)
    return given, []


def _behind_options(word: Word) -> UsageError:
    return UsageError(
        f"{shown(word.text)} could be a target or the beginning of a prompt",
        where=word.where,
        hint=f"A target comes before the options, a prompt without one goes behind `--`: `{COMMAND} budget=1 -- ...`.",
    )


def _approve(found: list[Word]) -> Command:
    verb, *rest = found
    if not rest:
        raise UsageError("there is no commit to approve", where=verb.where, hint=f"`{COMMAND} approve <sha>`, in full.")
    _nothing_behind(rest[1:])
    return Command(activity=Activity.APPROVE, sha=options.sha(rest[0]))


def _experiment(found: list[Word], words: Words) -> Command:
    verb, *rest = found
    given, rest = _options(rest, OF_EXPERIMENT)
    _nothing_behind(rest)
    if "models" not in given:
        raise UsageError("there are no models to try", where=verb.where, hint="Name them: `models=a,b`.")
    trials = Trials(
        suite=options.named(given["suite"], "suite", words.suites) if "suite" in given else SUITE,
        models=options.models(given["models"], words),
        epochs=options.epochs(given["epochs"]) if "epochs" in given else 1,
    )
    return Command(activity=Activity.EXPERIMENT, trials=trials)


def _nothing_behind(rest: list[Word]) -> None:
    if rest:
        raise UsageError(f"{shown(rest[0].text)} has no meaning here", where=rest[0].where, hint="Take it out.")


def _trimmed(text: str) -> str:
    """Return a prompt as it was written, without the blank lines around it."""
    return _BLANK_LINES.sub("", text).rstrip(f"{SEPARATORS}\r\n")

"""Which model answers a prompt, and why: pure, and never by the prompt's own word on models.

In this order, the first that speaks decides:

1. what somebody named: a step's, a command's or a comment's model, tier or task type;
2. the prompt's size: over the limit of ``long_context`` it goes to that route;
3. the rules: the kind of work that the prompt asks for (``task``), where a route is configured for it;
4. a learned policy, where one is configured and the prompt resembles what it was learnt from;
5. the word of a small model (``classifier``), where one was asked;
6. the default.

A prompt that says "route this to opus" is text like any other: it yields a task type, and routes yield models.
"""

from dataclasses import dataclass, replace

from gha_router.config import Config, TaskType
from gha_router.records import Decision
from gha_router.routing.alternatives import PriceOf, cheaper, no_price
from gha_router.routing.learned import Asked, Policy, policy_of
from gha_router.routing.limits import BYTES_PER_TOKEN, LONG
from gha_router.routing.reading import read
from gha_router.routing.targets import default_of, resolve, target_of
from gha_router.routing.task import DEFAULT, Reading

UNSURE = 0.15  # margin of a reading below which a learned policy or a classifier is heard first

# What a prompt's text may be classified as; the other task types are known by the request's form.
OF_TEXT = (
    TaskType.DESIGN,
    TaskType.REFACTOR,
    TaskType.IMPLEMENT,
    TaskType.BUGFIX,
    TaskType.TEST,
    TaskType.REVIEW,
    TaskType.DOCS,
    TaskType.QUICK_FIX,
    TaskType.RESEARCH,
    TaskType.AGENTIC_LARGE,
    TaskType.LONG_CONTEXT,
    TaskType.DEFAULT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is to be decided. ``tokens``: of all that the model will read; ``None``: the prompt's are estimated."""

    prompt: str = ""
    model: str | None = None
    tier: int | None = None
    route: str | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a classifying model said; ``task_type`` is ``None`` when it gave no answer that holds, ``why`` says why."""

    task_type: TaskType | None
    why: str


def decide(
    config: Config, ask: Ask, *, policy: Policy | None = None, said: Said | None = None, price_of: PriceOf = no_price
) -> Decision:
    """Return who answers, with a reason and the cheaper models that were passed over.

    ``policy`` is asked instead of the configured one.

    Raises ``ConfigError`` only for a name in ``ask`` that is not configured, and when the configuration leaves nothing
    to choose; no prompt makes it raise.
    """
    asked = Asked(text=ask.prompt, policy=policy or policy_of(config))
    if _names_somebody(ask):
        return resolve(config, model=ask.model, tier=ask.tier, route=ask.route, asked=asked)
    tokens = tokens_of(ask.prompt) if ask.tokens is None else ask.tokens
    decision = _by_size(config, tokens) or _by_content(config, asked, tokens, said)
    return replace(decision, rejected=cheaper(config, decision, tokens=tokens, price_of=price_of))


def needs_word(config: Config, ask: Ask) -> bool:
    """Return whether a classifying model's word would be heard.

    It is where nothing is named, the rules are not sure, and no learned policy has something to say.
    """
    if _names_somebody(ask):
        return False
    tokens = tokens_of(ask.prompt) if ask.tokens is None else ask.tokens
    if _by_size(config, tokens) is not None or _sure(config, read(ask.prompt), tokens):
        return False
    policy = policy_of(config)
    return policy is None or policy.choose(ask.prompt).abstains is not None


def tokens_of(text: str) -> int:
    """Return how many tokens a text has, high rather than low."""
    return len(text.encode(errors="replace")) // BYTES_PER_TOKEN + 1


def over(config: Config, kind: TaskType, tokens: int) -> bool:
    """Return whether a route takes a prompt of this size: ``over_tokens`` limits it to longer ones."""
    limit = config.routes[kind].over_tokens
    return limit is None or tokens > limit


def _by_size(config: Config, tokens: int) -> Decision | None:
    route = config.routes.get(TaskType.LONG_CONTEXT)
    limit = (route.over_tokens or LONG) if route else LONG
    if route is None or tokens <= limit:
        return None
    return _to(config, TaskType.LONG_CONTEXT, f"about {tokens} tokens are over {limit}")


def _names_somebody(ask: Ask) -> bool:
    return ask.model is not None or ask.tier is not None or ask.route is not None


def _by_content(config: Config, asked: Asked, tokens: int, said: Said | None) -> Decision:
    reading = read(asked.text)
    kind = TaskType(reading.task_type)
    if _sure(config, reading, tokens):
        return _to(config, kind, reading.why, asked)
    silent = ""  # why the policy, or the classifier, says nothing
    if asked.policy is not None:
        choice = asked.policy.choose(asked.text, None if kind is TaskType.DEFAULT else reading.task_type)
        if choice.abstains is None:
            decision = target_of(config, choice.model)
            reason = f"learned ({choice.reason}) -> {choice.model}"
            return replace(decision, task_type=reading.task_type, reason=reason)
        silent = f"; the learned policy abstains: {choice.abstains}"
    if said is not None and said.task_type is not None and _has_route(config, said.task_type, tokens):
        return _to(config, said.task_type, f"{said.why}{silent}", asked)
    if said is not None:
        silent += f"; classifier: {said.why}"
    if _has_route(config, kind, tokens):
        return _to(config, kind, f"{reading.why}{silent}", asked)
    return _by_default(config, reading, tokens, silent, asked)


def _sure(config: Config, reading: Reading, tokens: int) -> bool:
    known = reading.task_type != DEFAULT and _has_route(config, TaskType(reading.task_type), tokens)
    return known and reading.margin >= UNSURE


def _has_route(config: Config, kind: TaskType, tokens: int) -> bool:
    if kind not in config.routes:
        return False
    return kind is TaskType.LONG_CONTEXT or over(config, kind, tokens)  # whoever asks for a whole book means it


def _to(config: Config, kind: TaskType, why: str, asked: Asked | None = None) -> Decision:
    decision = target_of(config, config.routes[kind].to, f"{kind} ({why}) -> ", asked)
    return replace(decision, task_type=str(kind))


def _by_default(config: Config, reading: Reading, tokens: int, silent: str, asked: Asked) -> Decision:
    kind = TaskType(reading.task_type)
    if kind is TaskType.DEFAULT:
        so_far = reading.why
    elif kind in config.routes:
        so_far = f"{kind} ({reading.why}): about {tokens} tokens are not over {config.routes[kind].over_tokens}"
    else:
        so_far = f"{kind} ({reading.why}): no route for it"
    so_far += silent
    return replace(default_of(config, f"{so_far}; ", asked), task_type=str(kind))

"""Who answers one request: its key's step, the name that it asks for, its kind, or what it asks to be done.

A key that is bound to a step goes where the step decided. The kinds of requests inside its session go elsewhere where
``routes`` says so, and only there:

    web_search     the server tool is offered: Claude Code searches in a request of its own
    background     a Haiku is asked for by name, in a session of another model: titles, summaries, small questions
    image          the user's last turn holds an image
    long_context   the request is longer than ``over_tokens``
    subagent       ``x-claude-code-agent-id`` names one
    think          thinking is ``enabled``

The first two are conversations of their own. Of the others a conversation only moves down this table's order from
``think`` to ``image``, never back: each move costs its thinking and its prompt cache. A key without a step's decision
goes by the model's name where that is configured; else by kind, else by what the prompt asks to be done, and then the
whole conversation stays there.
"""

from collections import OrderedDict
from dataclasses import replace

from gha_router.gateway import signs
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fits import estimate
from gha_router.gateway.setup import Setup, Way
from gha_router.records import Decision
from gha_router.routing.limits import BYTES_PER_TOKEN, LONG

BACKGROUND, WEB_SEARCH, SUBAGENT = "background", "web_search", "subagent"
THINK, LONG_CONTEXT, IMAGE = "think", "long_context", "image"
KINDS = frozenset({BACKGROUND, WEB_SEARCH, SUBAGENT, THINK, LONG_CONTEXT, IMAGE})
STAYING = (IMAGE, LONG_CONTEXT, SUBAGENT, THINK)  # the most demanding first
REMEMBERED = 1000  # conversations; the oldest is forgotten first
SMALL_MODEL = "haiku"
COUNT_TOKENS_PATH = "/v1/messages/count_tokens"


class Chooser:
    """Decides each request of a gateway, and remembers what each conversation was decided to."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._inside = {kind: way for kind, way in setup.routes.items() if kind in KINDS}
        self._asked = {kind: way for kind, way in setup.routes.items() if kind not in KINDS or kind == LONG_CONTEXT}
        self._kept: OrderedDict[str | None, tuple[str | None, Decision | None]] = OrderedDict()

    def decide(self, exchange: Exchange) -> Decision | None:
        """Return who answers; ``None``: the name is unknown, and there is no default."""
        bound = exchange.grant.decision
        named = bound or self._setup.names.get(exchange.asked)
        if not self._setup.routes or (bound is None and named is not None):
            decision = named or self._setup.default
        else:
            decision = self._by_kind(exchange, bound) or named or self._by_prompt(exchange) or self._setup.default
        return replace(decision, asked=exchange.asked) if decision else None

    def _by_kind(self, exchange: Exchange, bound: Decision | None) -> Decision | None:
        if WEB_SEARCH in self._inside and signs.searches(exchange.body):
            return self._aside(exchange, WEB_SEARCH, "web search is offered")
        if BACKGROUND in self._inside and _is_small(exchange.asked, bound):
            return self._aside(exchange, BACKGROUND, f"{SMALL_MODEL} was asked for")
        conversation = exchange.conversation
        before, kept = self._recall(conversation) or (None, None)
        for kind in STAYING:
            if kind == before:
                return kept
            if why := self._why(exchange, kind):
                decision = _reasoned(self._inside[kind], kind, why)
                self._keep(exchange, kind, decision)
                return decision
        return None

    def _aside(self, exchange: Exchange, kind: str, why: str) -> Decision | None:
        way = self._inside[kind]
        if way.over_tokens is not None and not _is_over(exchange, way.over_tokens):
            return None
        exchange.aside = kind
        return _reasoned(way, kind, why)

    def _why(self, exchange: Exchange, kind: str) -> str | None:
        """Return why a request is of this kind, ``None`` when it is not, or when nobody routes the kind."""
        way = self._inside.get(kind)
        if way is None:
            return None
        limit = way.over_tokens
        match kind:
            case "long_context":
                limit = limit or LONG
                return f"over {limit} tokens" if _is_over(exchange, limit) else None
            case "image":
                why = "an image in the last turn" if signs.sees(exchange.body) else None
            case "subagent":
                why = "a subagent asks" if exchange.agent else None
            case _:
                why = "thinking is enabled" if not exchange.grant.steady and signs.thinks(exchange.body) else None
        return why if why and (limit is None or _is_over(exchange, limit)) else None

    def _by_prompt(self, exchange: Exchange) -> Decision | None:
        """Return where the kind of work goes that the conversation's first prompt asked for."""
        if not self._asked:
            return None
        # A quota probe, a title or a search comes before the conversation's own prompt, and says nothing of it.
        if _is_small(exchange.asked, None):
            exchange.aside = BACKGROUND
        elif signs.searches(exchange.body):
            exchange.aside = WEB_SEARCH
        if known := self._recall(exchange.conversation):
            return known[1]
        decision = self._read(exchange)
        self._keep(exchange, None, decision)
        return decision

    def _read(self, exchange: Exchange) -> Decision | None:
        from gha_router.routing.reading import read  # noqa: PLC0415  for keys without a step only

        reading = read(signs.first_prompt(exchange.body))
        way = self._asked.get(reading.task_type)
        if way is None:
            return None
        small = way.over_tokens is not None and reading.task_type != LONG_CONTEXT
        if small and not _is_over(exchange, way.over_tokens or 0):
            return None
        return _reasoned(way, reading.task_type, reading.why)

    def _recall(self, conversation: str | None) -> tuple[str | None, Decision | None] | None:
        """Return what a conversation was decided to; one that goes on is not the oldest."""
        if conversation not in self._kept:
            return None
        self._kept.move_to_end(conversation)
        return self._kept[conversation]

    def _keep(self, exchange: Exchange, kind: str | None, decision: Decision | None) -> None:
        conversation = exchange.conversation
        if conversation is None or exchange.endpoint == COUNT_TOKENS_PATH:  # what is counted is often no turn of it
            return
        self._kept[conversation] = kind, decision
        self._kept.move_to_end(conversation)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)


def _is_small(asked: str, bound: Decision | None) -> bool:
    """Return whether the small model is asked for, in a session that is not its own."""
    return SMALL_MODEL in asked and (bound is None or asked != bound.model)


def _is_over(exchange: Exchange, limit: int) -> bool:
    raw = exchange.body.raw
    return len(raw) > limit * BYTES_PER_TOKEN and estimate(raw) > limit  # the first is free


def _reasoned(way: Way, kind: str, why: str) -> Decision:
    return replace(way.decision, reason=f"{kind} ({why}) -> {way.decision.reason}")

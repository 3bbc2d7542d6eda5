"""Who answers a request inside a session: its kind where that is routed, else the step; and conversations stay."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gha_router.gateway.body import read_body
from gha_router.gateway.choosing import REMEMBERED, Chooser
from gha_router.gateway.exchange import Exchange
from gha_router.gateway.fronts import Messages
from gha_router.gateway.keys import Grant
from gha_router.gateway.setup import Setup, Way
from gha_router.records import Decision


def decision(model: str) -> Decision:
    return Decision(asked=None, model=model, deployments=(f"lab/{model}",), reason=model)


STEP = decision("sonnet")
KINDS = {
    "background": Way(decision=decision("small")),
    "think": Way(decision=decision("deep")),
    "subagent": Way(decision=decision("helper")),
    "web_search": Way(decision=decision("searcher")),
    "image": Way(decision=decision("seer")),
    "long_context": Way(decision=decision("wide"), over_tokens=1000),
    "docs": Way(decision=decision("writer")),
}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
ENABLED = {"type": "enabled", "budget_tokens": 5000}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def setup(routes: dict[str, Way] | None = None, **changes: Any) -> Setup:
    made = Setup(ledger=Path("l"), upstreams={}, names={"sonnet": STEP}, default=None, routes=KINDS)
    return replace(made, routes=KINDS if routes is None else routes, **changes)


def user(*content: Any) -> dict[str, Any]:
    return {
        "role": "user",
        "content": [{"type": "text", "text": one} if isinstance(one, str) else one for one in content],
    }


def exchange(
    *messages: dict[str, Any],
    asked: str = "sonnet",
    agent: str | None = None,
    session: str | None = "s",
    grant: Grant | None = None,
    **fields: Any,
) -> Exchange:
    body = {"model": asked, "max_tokens": 9, "messages": list(messages) or [user("hi")], **fields}
    return Exchange(
        grant=grant or Grant(step="fix", decision=STEP),
        front=Messages(),
        endpoint="/v1/messages",
        query="",
        body=read_body(json.dumps(body).encode()),
        session=session,
        agent=agent,
    )


REQUESTS = {
    "plain": (exchange(), "sonnet", "sonnet"),
    "haiku": (exchange(asked="claude-haiku-4-5"), "small", "background (haiku was asked for) -> small"),
    "thinking": (exchange(thinking=ENABLED), "deep", "think (thinking is enabled) -> deep"),
    "adaptive": (exchange(thinking={"type": "adaptive"}), "sonnet", "sonnet"),
    "thinking off": (exchange(thinking={"type": "disabled"}), "sonnet", "sonnet"),
    "odd thinking": (exchange(thinking="enabled"), "sonnet", "sonnet"),
    "subagent": (exchange(agent="a1"), "helper", "subagent (a subagent asks) -> helper"),
    "subagent that thinks": (exchange(agent="a1", thinking=ENABLED), "helper", "subagent (a subagent asks) -> helper"),
    "web search": (
        exchange(tools=[{"name": "Bash"}, SEARCH]),
        "searcher",
        "web_search (web search is offered) -> searcher",
    ),
    "our own tool": (exchange(tools=[{"name": "web_search", "input_schema": {}}]), "sonnet", "sonnet"),
    "odd tools": (exchange(tools=[7, {"type": 7}, None]), "sonnet", "sonnet"),
    "image": (exchange(user("see", IMAGE)), "seer", "image (an image in the last turn) -> seer"),
    "image of a tool": (
        exchange(user({"type": "tool_result", "content": [IMAGE]})),
        "seer",
        "image (an image in the last turn) -> seer",
    ),
    "image before a word of the system": (
        exchange(user(IMAGE), {"role": "system", "content": "env"}),
        "seer",
        "image (an image in the last turn) -> seer",
    ),
    "image long ago": (
        exchange(user(IMAGE), {"role": "assistant", "content": "ok"}, user("go on")),
        "sonnet",
        "sonnet",
    ),
    "long": (exchange(user("x" * 4000)), "wide", "long_context (over 1000 tokens) -> wide"),
    "not long": (exchange(user("x" * 2000)), "sonnet", "sonnet"),
    "an image is not read as text": (
        exchange(user({**IMAGE, "source": {"type": "base64", "media_type": "image/png", "data": "A" * 9000}})),
        "seer",
        "image (an image in the last turn) -> seer",
    ),
    "odd messages": (exchange(messages="x"), "sonnet", "sonnet"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_kind_goes_where_its_route_says(name: str) -> None:
    asked, model, reason = REQUESTS[name]
    decided = Chooser(setup()).decide(asked)
    assert decided is not None
    assert (decided.model, decided.reason, decided.asked) == (model, reason, asked.asked)


@pytest.mark.parametrize("name", REQUESTS)
def test_without_routes_every_request_goes_to_the_step(name: str) -> None:
    decided = Chooser(setup(routes={})).decide(REQUESTS[name][0])
    assert decided is not None
    assert decided.model == "sonnet"


def test_a_step_on_haiku_has_no_background() -> None:
    grant = Grant(step="fix", decision=decision("haiku"))
    chooser = Chooser(setup())
    assert chooser.decide(exchange(asked="haiku", grant=grant)).model == "haiku"  # type: ignore[union-attr]
    assert chooser.decide(exchange(asked="claude-haiku-4-5", grant=grant)).model == "small"  # type: ignore[union-attr]


def test_an_escalated_attempt_does_not_go_back_to_think_elsewhere() -> None:
    grant = Grant(step="fix", decision=STEP, steady=True)
    chooser = Chooser(setup())
    assert chooser.decide(exchange(thinking=ENABLED, grant=grant)).model == "sonnet"  # type: ignore[union-attr]
    assert chooser.decide(exchange(asked="claude-haiku-4-5", grant=grant)).model == "small"  # type: ignore[union-attr]


def models(chooser: Chooser, *asked: Exchange) -> list[str]:
    return [one.model for one in map(chooser.decide, asked) if one]


def test_a_conversation_moves_to_the_more_demanding_and_never_back() -> None:
    plain, long, seen = exchange(), exchange(user("x" * 4000)), exchange(user(IMAGE))
    thinking = exchange(thinking=ENABLED)
    assert models(Chooser(setup()), plain, thinking, plain, long, thinking, plain, seen, long) == [
        *("sonnet", "deep", "deep", "wide", "wide", "wide", "seer", "seer"),
    ]


def test_what_is_asked_aside_moves_no_conversation() -> None:
    small, search, plain = exchange(asked="claude-haiku-4-5"), exchange(tools=[SEARCH]), exchange()
    assert models(Chooser(setup()), plain, small, plain, search, plain) == [
        "sonnet",
        "small",
        "sonnet",
        "searcher",
        "sonnet",
    ]
    assert len({small.conversation, search.conversation, plain.conversation}) == 3


def test_other_sessions_agents_and_attempts_are_other_conversations() -> None:
    chooser = Chooser(setup())
    chooser.decide(exchange(user(IMAGE)))
    again = Grant(step="fix", attempt=2, decision=STEP)
    others = exchange(session="t"), exchange(session=None), exchange(grant=again)
    assert models(chooser, *others) == ["sonnet"] * 3
    assert models(chooser, exchange(user(IMAGE), agent="a"), exchange(agent="a"), exchange()) == ["seer"] * 3


def test_a_route_for_long_requests_only_waits_for_one() -> None:
    chooser = Chooser(setup(routes={"think": Way(decision=decision("deep"), over_tokens=1000)}))
    assert models(chooser, exchange(thinking=ENABLED), exchange(user("x" * 4000), thinking=ENABLED)) == [
        "sonnet",
        "deep",
    ]


class TestAKeyWithoutAStep:
    """The name decides where it is configured, else the kind, else what the prompt asks for, else the default."""

    GRANT = Grant(step="default")

    def decided(self, chooser: Chooser, *messages: dict[str, Any], **fields: Any) -> Decision | None:
        return chooser.decide(exchange(*messages, grant=self.GRANT, **fields))

    def test_a_configured_name_decides_whatever_the_kind(self) -> None:
        found = self.decided(Chooser(setup()), user("Update the README", IMAGE), thinking=ENABLED)
        assert found is not None
        assert found.model == "sonnet"

    @pytest.mark.parametrize(
        ("fields", "model"),
        [
            ({"asked": "claude-haiku-4-5"}, "small"),
            ({"asked": "other", "thinking": ENABLED}, "deep"),
            ({"asked": "other"}, "writer"),
        ],
    )
    def test_an_unknown_name_is_decided_by_kind_and_prompt(self, fields: dict[str, Any], model: str) -> None:
        found = self.decided(
            Chooser(setup()), user("<system-reminder>x</system-reminder>", "Update the README"), **fields
        )
        assert found is not None
        assert found.model == model

    def test_nothing_known_is_the_default_or_nobody(self) -> None:
        assert self.decided(Chooser(setup()), user("hi"), asked="other") is None
        found = self.decided(Chooser(setup(default=decision("plain"))), user("hi"), asked="other")
        assert found is not None
        assert found.model == "plain"

    def test_the_first_prompt_of_a_conversation_decides_all_of_it(self) -> None:
        chooser = Chooser(setup(default=decision("plain")))
        first = self.decided(chooser, user("Update the README"), asked="other")
        tool = {"role": "assistant", "content": "..."}
        then = self.decided(chooser, user("Fix the bug"), tool, user("and the crash"), asked="other")
        assert [one.model for one in (first, then) if one] == ["writer", "writer"]
        alone = self.decided(chooser, user("Update the README"), tool, user("Fix it"), asked="other", session=None)
        assert alone is not None
        assert alone.model == "writer"

    @pytest.mark.parametrize(
        "before",
        [
            exchange(user("quota"), asked="claude-haiku-4-5", grant=GRANT),
            exchange(user("Perform a web search for rust"), asked="other", grant=GRANT, tools=[SEARCH]),
            replace(exchange(user("foo"), asked="other", grant=GRANT), endpoint="/v1/messages/count_tokens"),
        ],
        ids=["quota probe", "web search", "count of tokens"],
    )
    def test_what_is_no_turn_of_a_conversation_does_not_decide_it(self, before: Exchange) -> None:
        chooser = Chooser(setup({"docs": KINDS["docs"]}, default=decision("plain")))
        first, then = chooser.decide(before), self.decided(chooser, user("Update the README"), asked="other")
        assert [one.model for one in (first, then) if one] == ["plain", "writer"]

    def test_a_long_reminder_before_a_long_prompt_is_not_read(self) -> None:
        reminder = f"<system-reminder>{'Fix the bug. ' * 1000}</system-reminder>"
        prompt = "Update the README.\n" + "It was written some years ago. " * 300
        found = self.decided(Chooser(setup({"docs": KINDS["docs"]})), user(reminder, prompt), asked="other")
        assert found is not None
        assert found.model == "writer"

    def test_many_files_make_a_large_piece_of_work_as_in_a_step(self) -> None:
        chooser = Chooser(setup({"agentic_large": Way(decision=decision("big"))}))
        files = ", ".join(f"src/m{number}.py" for number in range(12))
        found = self.decided(chooser, user(f"Rename the logger in {files}"), asked="other")
        assert found is not None
        assert found.model == "big"


def test_a_conversation_that_goes_on_is_not_forgotten_for_others() -> None:
    chooser = Chooser(setup())
    chooser.decide(exchange(user(IMAGE)))
    for number in range(REMEMBERED + 10):
        chooser.decide(exchange(user(IMAGE), session=f"other-{number}"))
        found = chooser.decide(exchange(user("go on")))
    assert found is not None
    assert found.model == "seer"


def test_routes_survive_the_pipe() -> None:
    made = setup()
    assert Setup.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("field", ["messages", "tools", "thinking"])
def test_what_decides_stands_in_a_request_once(field: str) -> None:
    from gha_router.gateway.body import BadBody  # noqa: PLC0415

    with pytest.raises(BadBody, match="twice"):
        read_body(f'{{"model": "a", "{field}": [], "{field}": []}}'.encode())

"""OpenAI's dialect as OpenAI's own Python SDK meets it."""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import yaml

from gha_router.sim import PERSONALITIES, Simulation
from gha_router.sim.app import LARGEST_REQUEST
from tests.claude_code import TASKS, files_in
from tests.integration.sim import agent
from tests.integration.sim.openai_agent import TOOLS, client, opening, streamed, work
from tests.loopback import NO_TLS
from tests.unit.sim.test_classic import CLASSIC

Question = Callable[[openai.AsyncOpenAI], Awaitable[Any]]
PARALLEL = opening(yaml.safe_load((TASKS / "parallel-calls" / "task.yml").read_text("utf-8"))["prompt"], Path("/w"))
PATH = "/v1/chat/completions"


def ask(question: Question, *, key: str = "any", **how: Any) -> Any:
    """Return the answer to a question to a fresh simulation."""

    async def conversation() -> Any:
        async with (
            Simulation(agent.scripts(CLASSIC, TASKS), **({"speed": 0.0} | how)) as simulation,
            client(simulation.url, key) as sdk,
        ):
            return await question(sdk)

    return asyncio.run(conversation())


def post(body: object = None, *, path: str = PATH, headers: dict[str, str] | None = None, **raw: Any) -> httpx.Response:
    """Return the answer to a request that the SDK would not send."""

    async def conversation() -> httpx.Response:
        async with (
            Simulation(agent.scripts(CLASSIC)) as simulation,
            httpx.AsyncClient(verify=NO_TLS, base_url=simulation.url, trust_env=False) as http,
        ):
            given = {"Authorization": "Bearer any"} if headers is None else headers
            return await http.post(path, headers=given, **(raw or {"json": body}))

    return asyncio.run(conversation())


def create(**more: Any) -> Question:
    given = {"model": "sim/honest", "messages": PARALLEL, "tools": TOOLS} | more
    return lambda sdk: sdk.chat.completions.create(**given)


@pytest.mark.parametrize("interleaved", [False, True])
def test_a_stream_and_a_whole_completion_say_the_same(*, interleaved: bool) -> None:
    whole = ask(create())
    pieces = ask(lambda sdk: streamed(sdk, "sim/honest", PARALLEL), interleaved=interleaved)
    (ours,), (theirs,) = pieces.choices, whole.choices
    assert ours.finish_reason == theirs.finish_reason == "tool_calls"
    assert [call.function.name for call in theirs.message.tool_calls] == ["Write", "Write", "Write"]
    for one, other in zip(ours.message.tool_calls, theirs.message.tool_calls, strict=True):
        assert (one.function.name, one.function.arguments) == (other.function.name, other.function.arguments)
    assert pieces.usage == whole.usage
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    assert whole.usage.prompt_tokens_details.cached_tokens == 0


def test_usage_is_streamed_only_when_it_is_asked_for() -> None:
    async def question(sdk: openai.AsyncOpenAI) -> list[Any]:
        return [chunk async for chunk in await create(stream=True)(sdk)]

    chunks = ask(question)
    assert all(chunk.usage is None and len(chunk.choices) == 1 for chunk in chunks)


def test_a_stream_ends_with_its_mark_and_is_no_event_by_name() -> None:
    response = post({"model": "sim/nop", "messages": [{"role": "user", "content": "Hi"}], "stream": True})
    assert response.headers["content-type"] == "text/event-stream"
    assert response.text.endswith("\n\ndata: [DONE]\n\n")
    assert all(line.startswith("data: ") for line in response.text.split("\n\n") if line)


def test_the_reply_carries_the_model_as_it_was_asked_and_an_id_of_its_own() -> None:
    reply = ask(create(model="honest"))
    assert reply.model == "honest"
    assert re.fullmatch(r"req_[0-9a-f]{24}", reply._request_id)


def test_a_missing_key_is_refused() -> None:
    for headers in ({}, {"Authorization": "Basic k"}, {"x-api-key": "k"}):
        response = post({}, headers=headers)
        assert response.status_code == 401
        error = response.json()["error"]
        assert error["message"].startswith("You didn't provide an API key.")
        assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        ask(create(model="gpt-nine"))
    assert caught.value.code == "model_not_found"
    assert "The model `gpt-nine` does not exist" in caught.value.message


def test_a_parameter_of_the_messages_api_is_refused() -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        ask(create(extra_body={"system": "Be kind."}))
    assert (caught.value.code, caught.value.param) == ("unknown_parameter", "system")
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"\xff"], ids=str)
def test_a_broken_body_is_an_invalid_request(raw: bytes) -> None:
    response = post(content=raw)
    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [(PATH, b" " * (LARGEST_REQUEST + 1), 413), ("/v1/chat/other", b"{}", 404), ("/v1/other", b"{}", 404)],
    ids=["too large", "no such path", "no such path of any dialect"],
)
def test_what_the_server_itself_refuses_comes_in_the_same_envelope(path: str, content: bytes, status: int) -> None:
    response = post(path=path, content=content)
    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_the_models_are_the_personalities() -> None:
    page = ask(lambda sdk: sdk.models.list())
    assert [model.id for model in page.data] == sorted(PERSONALITIES)
    assert {model.object for model in page.data} == {"model"}


@pytest.mark.parametrize("model", ["sim/honest", "sim/miscounter", "sim/slow", "sim/lazy"])
@pytest.mark.parametrize("task", [CLASSIC / "stats-report", CLASSIC / "count-string", TASKS / "parallel-calls"])
def test_a_task_is_done_as_in_the_other_dialect(task: Path, model: str, tmp_path: Path) -> None:
    prompt = yaml.safe_load((task / "task.yml").read_text(encoding="utf-8"))["prompt"]
    ours, theirs = tmp_path / "openai", tmp_path / "anthropic"
    for folder in (ours, theirs):
        shutil.copytree(task / "workspace", folder)

    async def both(sdk: openai.AsyncOpenAI) -> tuple[Any, Any]:
        base = str(sdk.base_url).removesuffix("/v1/")
        async with httpx.AsyncClient(verify=NO_TLS, base_url=base, trust_env=False) as http:
            return await work(sdk, model, prompt, ours), await agent.work(http, model, prompt, theirs)

    here, there = ask(both, interleaved=True)
    assert here == there
    assert files_in(ours) == files_in(theirs)

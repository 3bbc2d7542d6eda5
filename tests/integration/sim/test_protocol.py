"""The HTTP side as a client meets it: both forms of a reply, keys, errors, the small endpoints."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from gha_router.errors import InfrastructureError
from gha_router.sim import PERSONALITIES, Script, Simulation, Step
from gha_router.sim.app import LARGEST_REQUEST
from tests.integration.sim.agent import KEY, first_request, work
from tests.loopback import NO_TLS
from tests.unit.sim.stream import assemble

SCRIPT = Script(
    prompt="Count the notes.",
    steps=(Step(tool="Bash", input={"command": "exit 3", "description": "Count"}, save="notes"),),
    final="There are ${notes} notes.",
)
BODY = first_request("sim/honest", "Count the notes.", Path("/w"))
NO_KEY: list[dict[str, str]] = [
    {},
    {"x-api-key": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic k"},
]


Question = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def ask(question: Question, *, speed: float = 0) -> httpx.Response:
    """Return the answer to one request to a fresh simulation."""

    async def conversation() -> httpx.Response:
        async with (
            Simulation([SCRIPT], speed=speed) as simulation,
            httpx.AsyncClient(verify=NO_TLS, base_url=simulation.url, trust_env=False) as client,
        ):
            return await question(client)

    return asyncio.run(conversation())


def post(body: dict[str, Any], path: str = "/v1/messages", headers: dict[str, str] = KEY) -> httpx.Response:
    return ask(lambda client: client.post(path, json=body, headers=headers))


def get(path: str, headers: dict[str, str] = KEY) -> httpx.Response:
    return ask(lambda client: client.get(path, headers=headers))


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, type and message; anything but the envelope fails."""
    assert response.headers["request-id"].startswith("req_")
    body = response.json()
    assert set(body) == {"type", "error"}
    assert set(body["error"]) == {"type", "message"}
    assert body["type"] == "error"
    return response.status_code, body["error"]["type"], body["error"]["message"]


def test_a_stream_and_a_whole_reply_say_the_same() -> None:
    streamed, whole = post(BODY), post({**BODY, "stream": False})
    assert streamed.headers["content-type"] == "text/event-stream"
    message, other = assemble(streamed.content), whole.json()
    for answer in (message, other):
        assert answer["content"][0]["input"] == {"command": "exit 3", "description": "Count"}
    assert message["usage"] == other["usage"]
    assert message["stop_reason"] == other["stop_reason"] == "tool_use"


def test_the_reply_carries_the_model_as_it_was_asked() -> None:
    assert post({**BODY, "model": "honest", "stream": False}).json()["model"] == "honest"


def test_every_reply_has_its_own_request_id() -> None:
    first, second = post(BODY).headers["request-id"], post(BODY).headers["request-id"]
    assert re.fullmatch(r"req_[0-9a-f]{24}", first)
    assert first != second


@pytest.mark.parametrize("headers", [{"x-api-key": "k"}, {"Authorization": "Bearer k"}])
def test_any_key_will_do(headers: dict[str, str]) -> None:
    assert post(BODY, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", NO_KEY, ids=str)
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
def test_without_a_key_nothing_is_answered(path: str, headers: dict[str, str]) -> None:
    assert error_of(post(BODY, path, headers)) == (
        401,
        "authentication_error",
        "x-api-key header is required",
    )


def test_the_list_of_models_needs_a_key_too() -> None:
    assert error_of(get("/v1/models", headers={"anthropic-version": "2023-06-01"}))[1] == "authentication_error"


def test_an_unknown_model_is_not_found() -> None:
    assert error_of(post({**BODY, "model": "sim/other"})) == (404, "not_found_error", "model: sim/other")


def test_an_unknown_path_is_not_found() -> None:
    assert error_of(get("/v1/other"))[:2] == (404, "not_found_error")


def test_a_wrong_method_is_an_invalid_request() -> None:
    assert error_of(get("/v1/messages"))[:2] == (405, "invalid_request_error")


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"\xff", b'"text"'], ids=str)
def test_a_broken_body_is_an_invalid_request(raw: bytes) -> None:
    response = ask(lambda client: client.post("/v1/messages", content=raw, headers=KEY))
    assert error_of(response)[:2] == (400, "invalid_request_error")


@pytest.mark.parametrize("field", ["model", "messages", "max_tokens"])
def test_a_missing_field_is_named(field: str) -> None:
    body = {key: value for key, value in BODY.items() if key != field}
    status, kind, message = error_of(post(body))
    assert (status, kind) == (400, "invalid_request_error")
    assert message.startswith(f"{field}: Field required")


def test_a_request_over_the_limit_is_too_large() -> None:
    raw = b" " * (LARGEST_REQUEST + 1)
    response = ask(lambda client: client.post("/v1/messages", content=raw, headers=KEY))
    assert error_of(response)[:2] == (413, "request_too_large")


def test_count_tokens_is_the_input_of_the_reply() -> None:
    counted = post({key: BODY[key] for key in ("model", "messages", "tools")}, "/v1/messages/count_tokens")
    assert counted.json() == {"input_tokens": assemble(post(BODY).content)["usage"]["input_tokens"]}


def test_the_models_are_the_personalities() -> None:
    page = get("/v1/models").json()
    assert [model["id"] for model in page["data"]] == sorted(PERSONALITIES)
    assert (page["has_more"], page["first_id"], page["last_id"]) == (False, "sim/clock-blind", "sim/slow")


def test_health_needs_no_key() -> None:
    assert get("/healthz", headers={}).json() == {"status": "ok"}


def test_a_prompt_without_a_script_is_answered_with_a_plain_text() -> None:
    (block,) = assemble(post(first_request("sim/honest", "Title?", Path("/w"))).content)["content"]
    assert block == {"type": "text", "text": "sim: no script for this prompt, so nothing was done."}


def test_a_plain_prompt_works_without_a_script(tmp_path: Path) -> None:
    said: list[str] = []

    async def question(client: httpx.AsyncClient) -> httpx.Response:
        prompt = "Create a file hello.txt containing 'hello world'"
        said.append((await work(client, "sim/honest", prompt, tmp_path))[0])
        return await client.get("/healthz")

    ask(question)
    assert said == ["Created `hello.txt`.\n\nDone."]
    assert (tmp_path / "hello.txt").read_text(encoding="utf-8") == "hello world\n"


def test_a_command_that_fails_ends_the_work_without_a_claim(tmp_path: Path) -> None:
    said: list[str] = []

    async def question(client: httpx.AsyncClient) -> httpx.Response:
        said.append((await work(client, "sim/honest", SCRIPT.prompt, tmp_path))[0])
        return await client.get("/healthz")

    ask(question)
    assert said[0].startswith("A tool call failed:")
    assert said[0].endswith("I stop here without a result.")


def test_delays_are_scaled_by_the_speed() -> None:
    begin = time.monotonic()
    response = ask(
        lambda client: client.post("/v1/messages", json={**BODY, "model": "sim/slow"}, headers=KEY),
        speed=0.05,
    )
    assert response.status_code == 200
    assert time.monotonic() - begin >= 1.2 * 0.05


def test_the_end_of_the_simulation_cuts_a_delay_short() -> None:
    async def conversation() -> float:
        async with httpx.AsyncClient(verify=NO_TLS, trust_env=False) as client:
            async with Simulation([SCRIPT], speed=100) as simulation:
                await client.get(f"{simulation.url}/healthz")
                body = {**BODY, "model": "sim/slow"}
                address = f"{simulation.url}/v1/messages"
                asked = asyncio.create_task(client.post(address, json=body, headers=KEY))
                await client.get(f"{simulation.url}/healthz")
                begin = time.monotonic()
            with pytest.raises(httpx.TransportError):
                await asked
            return time.monotonic() - begin

    assert asyncio.run(conversation()) < 30


def test_a_taken_port_is_an_error_that_teaches() -> None:
    async def second() -> None:
        async with Simulation([]) as first:
            port = int(first.url.rpartition(":")[2])
            async with Simulation([], port=port):
                pass

    with pytest.raises(InfrastructureError, match="port 0 picks a free one"):
        asyncio.run(second())

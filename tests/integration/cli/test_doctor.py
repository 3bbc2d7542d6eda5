"""``gha-router doctor`` as a user runs it: a process, real upstreams over HTTP, an exit code for pipelines."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from aiohttp import web

from tests.command import gha_router
from tests.ollama import PLAN, Ollama, ollama
from tests.upstream import Handler, answering, message, upstream

KEY = "sk-test-very-secret-0123456789"
LOCAL = """\
version: 1
providers:
  ollama: {{base_url: "{url}"}}
models:
  coder: {{model: "ollama/qwen2.5-coder:32b-instruct-q8_0", price: free, context: 4096}}
  fast: {{model: "ollama/qwen3-coder:30b", price: free}}
  quick: {{model: "ollama/glm-4.7", price: free}}
  long: {{model: "ollama/codestral:22b", price: free}}
  embed: {{model: "ollama/nomic-embed-text", price: free}}
default: coder
"""
LAB = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  sonnet: {{model: lab/claude-sonnet-4-5, price: {{input: 3, output: 15}}}}
"""

Result = tuple[CompletedProcess[str], dict[str, Any]]


async def doctor(config: Path, *options: str, **env: Any) -> Result:
    """Run the command beside the loop that serves its upstreams."""
    run = partial(gha_router, "doctor", "--config", config, "--json", *options, timeout=60, **env)
    done = await asyncio.to_thread(run)
    return done, json.loads(done.stdout) if done.stdout else {}


def on_ollama(tmp_path: Path, then: Callable[[Path, Ollama], Awaitable[None]], config: str = LOCAL, **how: Any) -> None:
    async def run() -> None:
        async with ollama(**how) as server:
            file = tmp_path / "gha-router.yml"
            file.write_text(config.format(url=server.url))
            await then(file, server)

    asyncio.run(run())


def on_lab(tmp_path: Path, handler: Handler, then: Callable[[Path], Awaitable[None]], config: str = LAB) -> None:
    async def run() -> None:
        async with upstream(handler) as up:
            file = tmp_path / "gha-router.yml"
            file.write_text(config.format(url=up.url))
            await then(file)

    asyncio.run(run())


def test_the_third_seeds_models_are_there_and_fit_in_memory_together(tmp_path: Path) -> None:
    async def then(file: Path, server: Ollama) -> None:
        done, found = await doctor(file, "--memory-gb", "128")
        assert done.returncode == 0, done.stdout
        (state,) = found["ollama"]
        assert state["version"] == "0.15.6"
        assert state["memory"]["needed_bytes"] == 69_300_000_000
        assert "5 models in memory together: 69.3 GB of 128 GB, 58.7 GB left" in state["memory"]["text"]
        assert "OLLAMA_MAX_LOADED_MODELS=5" in state["memory"]["parallel"]
        assert [model["installed"] for model in state["models"]] == [True] * 5
        assert [model["loaded"] for model in state["models"]] == [True] * 4 + [False]
        assert sorted(server.asked) == sorted(one["deployment"].partition("/")[2] for one in found["models"][:4])
        assert server.most_at_once == 1  # one after the other: they are loaded into one memory
        assert "takes no messages" in found["models"][4]["what"]
        assert found["cost_usd"] == "0"

    on_ollama(tmp_path, then)


def test_they_do_not_fit_into_half_of_it_which_is_a_warning(tmp_path: Path) -> None:
    async def then(file: Path, _server: Ollama) -> None:
        done, found = await doctor(file, "--memory-gb", "64", "--no-calls")
        (finding,) = found["ollama"][0]["findings"]
        assert (done.returncode, finding["health"]) == (0, "warning")
        assert "69.3 GB of 64 GB, 5.3 GB too much" in finding["what"]
        strict, _ = await doctor(file, "--memory-gb", "64", "--no-calls", "--strict")
        assert strict.returncode == 1

    on_ollama(tmp_path, then)


def test_a_model_that_is_not_pulled_is_said_with_the_command_that_pulls_it(tmp_path: Path) -> None:
    async def then(file: Path, server: Ollama) -> None:
        done, found = await doctor(file, "--memory-gb", "128", "--no-calls")
        assert (done.returncode, server.asked) == (3, [])
        mends = {model["name"]: model["mend"] for model in found["ollama"][0]["models"]}
        assert mends["glm-4.7"] == "ollama pull glm-4.7"
        assert mends["qwen3-coder:30b"] is None
        assert found["ollama"][0]["memory"]["unknown"] == ["glm-4.7", "codestral:22b"]
        assert "at least 51.3 GB" in found["ollama"][0]["memory"]["text"]

    on_ollama(tmp_path, then, models=[model for model in PLAN if not model.name.startswith(("glm", "codestral"))])


def test_an_ollama_that_cuts_the_configured_context_is_a_warning(tmp_path: Path) -> None:
    async def then(file: Path, _server: Ollama) -> None:
        done, found = await doctor(file, "--memory-gb", "128")
        (finding,) = found["ollama"][0]["findings"]
        assert (done.returncode, finding["health"]) == (0, "warning")
        assert "OLLAMA_CONTEXT_LENGTH=32768" in finding["hint"]

    on_ollama(tmp_path, then, LOCAL.replace("context: 4096", "context: 32768"))


def test_an_ollama_that_is_too_old_and_one_that_is_not_there(tmp_path: Path) -> None:
    async def then(file: Path, _server: Ollama) -> None:
        done, found = await doctor(file, "--no-calls", "--memory-gb", "128")
        assert done.returncode == 3
        assert "0.12 does not speak" in found["ollama"][0]["findings"][0]["what"]

    on_ollama(tmp_path, then, version="0.12.3")
    file = tmp_path / "gone.yml"
    file.write_text(LOCAL.format(url="http://127.0.0.1:9"))
    done, found = asyncio.run(doctor(file))
    assert done.returncode == 3
    assert "no connection" in found["ollama"][0]["findings"][0]["what"]
    assert "ollama serve" in found["ollama"][0]["findings"][0]["hint"]


def test_a_model_that_answers_is_well_and_its_cost_is_said(tmp_path: Path) -> None:
    async def then(file: Path) -> None:
        done, found = await doctor(file, LAB_KEY=KEY)
        assert done.returncode == 0, done.stdout
        (one,) = found["models"]
        assert (one["health"], one["what"], one["names"]) == ("well", "answers", ["sonnet"])
        assert one["cost_usd"] == found["cost_usd"] == "0.0006"  # 100 tokens in, 20 out: what the upstream metered
        assert one["seconds"] > 0
        assert found["keys"][0]["key"] == "set"
        assert KEY not in done.stdout + done.stderr

    on_lab(tmp_path, answering(200, message(model="claude-sonnet-4-5-20250929")), then)


def error(kind: str, words: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": words}}).encode()


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an upstream answers, and what is to be found."""

    status: int
    body: bytes
    code: int
    health: str
    what: str
    hint: str = ""


NO_SUCH = error("invalid_request_error", "x is not a valid model ID: model x unknown")
REFUSALS = {
    "wrong key": Case(
        status=401,
        body=error("authentication_error", f"bad key {KEY}"),
        code=2,
        health="mistake",
        what="the key is refused",
        hint="`lab`",
    ),
    "not allowed": Case(
        status=403, body=error("permission_error", "no"), code=2, health="mistake", what="may not use", hint="Allow"
    ),
    "unknown model": Case(
        status=404, body=error("not_found_error", "?"), code=2, health="mistake", what="unknown model", hint="list"
    ),
    "unknown model in other words": Case(status=400, body=NO_SUCH, code=2, health="mistake", what="unknown model"),
    "no credit": Case(
        status=402, body=error("billing_error", "empty"), code=3, health="down", what="no credit", hint="Add credit"
    ),
    "rate limit": Case(
        status=429, body=error("rate_limit_error", "slow"), code=0, health="warning", what="limit", hint="fallbacks"
    ),
    "overloaded": Case(
        status=529, body=error("overloaded_error", "busy"), code=3, health="down", what="provider fails. HTTP 529: busy"
    ),
    "another model": Case(
        status=200, body=message(model="claude-haiku-4-5"), code=0, health="warning", what="that it is `claude-haiku"
    ),
    "another api": Case(
        status=200, body=b"<html>hi</html>", code=2, health="mistake", what="provider's `format`", hint="base_url"
    ),
    "hostile words": Case(
        status=500, body=error("api_error", "\x1b[31m::error::x\x1b[0m"), code=3, health="down", what="500: : :error::x"
    ),
}


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_teaches(tmp_path: Path, case: Case) -> None:
    async def then(file: Path) -> None:
        done, found = await doctor(file, LAB_KEY=KEY)
        (one,) = found["models"]
        assert (done.returncode, one["health"]) == (case.code, case.health), one
        assert case.what in one["what"], one
        assert case.hint in (one["hint"] or ""), one
        assert KEY not in done.stdout + done.stderr

    on_lab(tmp_path, answering(case.status, case.body), then)


def test_what_answers_too_late_is_said_with_the_limit(tmp_path: Path) -> None:
    async def never(_request: web.Request, _body: bytes) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def then(file: Path) -> None:
        done, found = await doctor(file, "--timeout", "1", LAB_KEY=KEY)
        assert (done.returncode, found["models"][0]["what"]) == (3, "no answer within 1 s")

    on_lab(tmp_path, never, then)


def test_a_model_that_wants_more_than_one_token_is_asked_again(tmp_path: Path) -> None:
    asked: list[int] = []

    async def picky(_request: web.Request, body: bytes) -> web.StreamResponse:
        asked.append(json.loads(body)["max_tokens"])
        if asked[-1] < 16:
            return web.json_response(json.loads(error("invalid_request_error", "max_tokens: at least 16")), status=400)
        return web.Response(body=message(model="claude-sonnet-4-5"), content_type="application/json")

    async def then(file: Path) -> None:
        done, _ = await doctor(file, LAB_KEY=KEY)
        assert (done.returncode, asked) == (0, [1, 16])

    on_lab(tmp_path, picky, then)


def test_a_missing_key_is_a_line_and_the_others_are_asked_all_the_same(tmp_path: Path) -> None:
    more = LAB + "  other: openai/gpt-5\n"

    async def then(file: Path) -> None:
        done, found = await doctor(file, LAB_KEY=KEY)
        assert done.returncode == 2
        assert [one["health"] for one in found["models"]] == ["well", None]
        assert [key["missing"] for key in found["keys"]] == [[], ["OPENAI_API_KEY"]]

    on_lab(tmp_path, answering(200, message(model="claude-sonnet-4-5")), then, more)


def test_a_refused_key_is_told_of_every_model_and_keeps_none_from_being_asked(tmp_path: Path) -> None:
    more = LAB + "  opus: {{model: lab/claude-opus-4-6, price: free, rpm: 1}}\n  haiku: lab/claude-haiku-4-5\n"

    async def then(file: Path) -> None:
        done, found = await doctor(file, "--jobs", "1", LAB_KEY=KEY)
        assert done.returncode == 2
        assert ["key is refused" in one["what"] for one in found["models"]] == [True] * 3

    refusal = answering(401, error("authentication_error", "no"), **{"retry-after": "30"})
    on_lab(tmp_path, refusal, then, more)


def test_a_budget_does_not_stop_the_checkup_and_says_what_it_will_refuse(tmp_path: Path) -> None:
    more = LAB + "  nameless: lab/nobody-lists-this\nbudget: {{run_usd: 0.000001}}\n"

    async def then(file: Path) -> None:
        done, found = await doctor(file, LAB_KEY=KEY)
        assert [one["what"] for one in found["models"]] == [
            "answers",
            "answers, and says that it is `claude-sonnet-4-5`",
        ]
        assert done.returncode == 0
        assert "the price of lab/nobody-lists-this is not known" in found["findings"][0]["what"]
        assert found["cost_usd"] is None  # a part of it is not known

    on_lab(tmp_path, answering(200, message(model="claude-sonnet-4-5")), then, more)


def test_offline_asks_nobody(tmp_path: Path) -> None:
    file = tmp_path / "gha-router.yml"
    file.write_text(LAB.format(url="http://127.0.0.1:9"))
    done, found = asyncio.run(doctor(file, "--offline", LAB_KEY=KEY))
    assert (done.returncode, found["called"], found["models"][0]["health"]) == (0, False, None)
    missing, found = asyncio.run(doctor(file, "--offline"))
    assert (missing.returncode, found["keys"][0]["missing"]) == (2, ["LAB_KEY"])


def test_a_configuration_that_cannot_be_read_is_told_in_the_same_shape(tmp_path: Path) -> None:
    file = tmp_path / "gha-router.yml"
    file.write_text("models:\n  a: lab/x\n")
    done, found = asyncio.run(doctor(file))
    assert done.returncode == found["exit_code"] == 2
    assert "unknown provider `lab`" in found["findings"][0]["what"]
    assert {"keys", "models", "ollama", "findings", "ok", "called"} <= found.keys()


def test_simulated_models_answer_too(tmp_path: Path) -> None:
    file = tmp_path / "gha-router.yml"
    file.write_text("models: {honest: sim/honest}\n")
    done, found = asyncio.run(doctor(file))
    assert (done.returncode, found["models"][0]["health"]) == (0, "well"), found


def test_people_read_tables_and_progress(tmp_path: Path) -> None:
    async def then(file: Path) -> None:
        done = await asyncio.to_thread(gha_router, "doctor", "--config", file, LAB_KEY=KEY)
        assert done.returncode == 3
        assert "[1/1] ✗ lab/claude-sonnet-4-5: the provider fails" in done.stderr
        assert "To mend" in done.stdout
        assert "\x1b" not in done.stdout + done.stderr

    on_lab(tmp_path, answering(503, error("api_error", "maintenance")), then)

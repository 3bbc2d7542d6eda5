"""The examples in the gateway, each provider answered by a real HTTP upstream in its place."""

import asyncio
import json
from pathlib import Path

import httpx
import yaml
from aiohttp import web

from tests.integration.cli.test_serve import ASK, serving
from tests.loopback import NO_TLS
from tests.upstream import message, upstream

EXAMPLES = Path(__file__).parents[3] / "examples"


def at(url: str, name: str) -> str:
    """An example whose providers are all at one address and speak Anthropic's words."""
    config = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    models = [one for group in config["models"].values() for one in (group if isinstance(group, list) else [group])]
    named = [one if isinstance(one, str) else one["model"] for one in models]
    here = {"base_url": url, "api_key": "${LAB_KEY}", "format": "anthropic"}
    config["providers"] = {name.partition("/")[0]: here for name in named}
    config["router_settings"] = {"num_retries": 0}
    return yaml.safe_dump(config, sort_keys=False)


def test_the_chain_is_walked_when_a_plan_is_at_its_limit(tmp_path: Path) -> None:
    asyncio.run(walked(tmp_path))


async def walked(tmp_path: Path) -> None:
    async def only_the_last(_: web.Request, body: bytes) -> web.StreamResponse:
        if json.loads(body)["model"] == "glm-4.7":
            return web.Response(body=message(), content_type="application/json")
        error = {"type": "error", "error": {"type": "rate_limit_error", "message": "limit reached"}}
        return web.json_response(error, status=429, headers={"retry-after": "3600"})

    async with upstream(only_the_last) as up:
        with serving(tmp_path, at(up.url, "auto-switching.yml")) as (_, info):
            key = json.loads((tmp_path / "info.json").read_text())["keys"]["default"]
            async with httpx.AsyncClient(
                verify=NO_TLS, base_url=info["url"], headers={"x-api-key": key}, timeout=30
            ) as client:
                reply = await client.post("/v1/messages", json={**ASK, "model": "sonnet"})
        assert reply.status_code == 200
        assert reply.headers["x-gha-router-served"] == "ollama/glm-4.7"
        assert [one.json["model"] for one in up.sent] == [
            "claude-sonnet-4-5",
            "qwen2.5-coder:32b",
            "deepseek/deepseek-v3.2",
            "openai/gpt-oss-120b:free",
            "glm-4.7",
        ]


def test_the_second_of_a_group_answers_when_the_first_is_out_of_quota(tmp_path: Path) -> None:
    asyncio.run(second(tmp_path))


async def second(tmp_path: Path) -> None:
    async def gemini_only(_: web.Request, body: bytes) -> web.StreamResponse:
        if "gemini" in json.loads(body)["model"]:
            return web.Response(body=message(), content_type="application/json")
        return web.json_response({"type": "error", "error": {"type": "rate_limit_error", "message": "x"}}, status=429)

    async with upstream(gemini_only) as up:
        with serving(tmp_path, at(up.url, "multi-llm.yml")) as (_, info):
            key = json.loads((tmp_path / "info.json").read_text())["keys"]["default"]
            async with httpx.AsyncClient(
                verify=NO_TLS, base_url=info["url"], headers={"x-api-key": key}, timeout=30
            ) as client:
                reply = await client.post("/v1/messages", json={**ASK, "model": "primary"})
        assert reply.headers["x-gha-router-served"] == "gemini/gemini-2.5-pro"
        assert [one.json["model"] for one in up.sent] == ["claude-sonnet-4", "gemini-2.5-pro"]

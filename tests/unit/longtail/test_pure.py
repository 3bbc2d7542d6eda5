"""What needs no worker: playback, targets, secrets, and that nobody else imports LiteLLM."""

import ast
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.longtail import LongtailError, body, secrets_of, speaks_messages, target
from gha_router.gateway.playback import playback
from gha_router.gateway.setup import Setup, Upstream
from tests.unit.gateway.test_setup import SETUP
from tests.unit.test_imports import FILES, ROOT


def upstream(provider: str, model: str, *, base_url: str = "", key: str | None = None, **settings: str) -> Upstream:
    name = f"{provider}/{model}"
    return Upstream(
        name=name, model=model, provider=provider, base_url=base_url, api_key=key, price=None, settings=settings
    )


def put_together(events: list[dict[str, Any]]) -> dict[str, Any]:
    """What a client makes of a stream."""
    message: dict[str, Any] = {}
    partial = ""
    for event in events:
        match event:
            case {"type": "message_start", "message": start}:
                message = {**start, "content": []}
            case {"type": "content_block_start", "content_block": block}:
                message["content"].append(dict(block))
                partial = ""
            case {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": text}}:
                partial += text
                message["content"][-1]["input"] = json.loads(partial) if partial else {}
            case {"type": "content_block_delta", "delta": {"type": kind, **delta}}:
                name = str(kind).removesuffix("_delta")
                message["content"][-1][name] += delta[name]
            case {"type": "message_delta", "delta": delta, "usage": usage}:
                message |= delta
                message["usage"] |= usage
    return message


BLOCKS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": st.text()}),
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": st.text(), "signature": st.text()}),
    st.fixed_dictionaries({"type": st.just("redacted_thinking"), "data": st.text()}),
    st.fixed_dictionaries(
        {
            "type": st.just("tool_use"),
            "id": st.text(),
            "name": st.text(),
            "input": st.dictionaries(st.text(), st.integers() | st.text()),
        }
    ),
)


@given(st.lists(BLOCKS))
def test_a_message_played_back_is_put_together_to_itself(content: list[dict[str, Any]]) -> None:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": content,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 4, "cache_read_input_tokens": 6, "output_tokens": 9},
    }
    assert put_together(list(playback(message))) == message


@pytest.mark.parametrize(
    ("provider", "model", "settings", "expected"),
    [
        ("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", {}, True),
        ("bedrock", "converse/anthropic.claude-sonnet-4-5-20250929-v1:0", {}, False),
        ("bedrock", "qwen.qwen3-coder-480b-a35b-v1:0", {}, False),
        ("vertex_ai", "claude-sonnet-4-5@20250929", {}, True),
        ("vertex_ai", "gemini-2.5-pro", {}, False),
        ("foundry", "claude-sonnet-4-5", {"litellm_provider": "azure_ai"}, True),
        ("azure", "claude-in-name-only", {}, False),
    ],
)
def test_claude_in_a_cloud_is_asked_in_its_own_words(
    provider: str, model: str, settings: dict[str, str], *, expected: bool
) -> None:
    assert speaks_messages(upstream(provider, model, **settings)) is expected


def test_arguments_are_in_litellms_words() -> None:
    found = upstream("bedrock", "x.y", region="r", access_key_id="a", secret_access_key="b", base_url="http://h")
    assert target.arguments(found) == {
        "model": "bedrock/converse/x.y",
        "aws_bedrock_runtime_endpoint": "http://h",
        "aws_region_name": "r",
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
    }
    ours = upstream("ours", "x", litellm_provider="azure", key="k", base_url="http://h", api_version="v")
    assert target.arguments(ours) == {"model": "azure/x", "api_base": "http://h", "api_key": "k", "api_version": "v"}


def test_a_setting_of_another_cloud_reaches_no_call() -> None:
    assert target.arguments(upstream("cohere_chat", "x", region="r", key="k")) == {
        "model": "cohere_chat/x",
        "api_key": "k",
    }


def test_all_that_is_secret_is_taken_out_of_an_error() -> None:
    account = json.dumps({"private_key": "PEM-CANARY", "private_key_id": "KEY-ID-CANARY"})
    found = upstream("vertex_ai", "x", key="KEY-CANARY", credentials=account, session_token="TOKEN-CANARY")
    said = f"no: KEY-CANARY, TOKEN-CANARY, PEM-CANARY, KEY-ID-CANARY, {account}"
    error = LongtailError(401, said, retry_after="KEY-CANARY").without(secrets_of(found))
    assert "CANARY" not in f"{error} {error.message} {error.retry_after}"
    assert error.status == 401


def test_a_body_without_what_every_request_has_is_refused_before_anybody_is_asked() -> None:
    for make, given_body in (
        (lambda b: body.chat(b, "azure", "x"), {"max_tokens": 5}),
        (body.messages, {"max_tokens": 5}),
        (body.messages, {"messages": [{"role": "user", "content": "hi"}]}),
    ):
        with pytest.raises(LongtailError, match="field required") as caught:
            make(given_body)
        assert caught.value.status == 400


def test_metadata_says_who_asks_and_nothing_to_litellm() -> None:
    asked = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
    passed, _ = body.messages(asked | {"metadata": {"user_id": "u", "hidden_params": {"x": 1}}})
    assert passed["metadata"] == {"user_id": "u"}


def test_tools_that_litellm_would_run_do_not_pass() -> None:
    tools = [
        {"name": "Read", "input_schema": {}},
        {"type": "mcp", "server_url": "litellm_proxy"},
        {"type": "bash_20250124"},
    ]
    asked = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, "tools": tools}
    passed, _ = body.messages(asked)
    assert passed["tools"] == [tools[0], tools[2]]
    passed, _ = body.chat(
        asked | {"tools": [{"type": "mcp", "server_url": "litellm_proxy"}], "tool_choice": "auto"}, "azure", "x"
    )
    assert not passed.keys() & {"tools", "tool_choice"}


def test_settings_survive_the_pipe_and_are_never_printed() -> None:
    found = upstream("bedrock", "x", secret_access_key="s3cret")
    setup = Setup(ledger=SETUP.ledger, upstreams={found.name: found}, names={}, default=None)
    assert Setup.from_json(json.loads(json.dumps(setup.to_json()))) == setup
    assert "s3cret" not in repr(setup)


def test_litellm_is_imported_in_one_function_of_the_worker_only() -> None:
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if any(name.split(".")[0] == "litellm" for name in (module, *(alias.name for alias in node.names))):
                found.append((str(file.relative_to(ROOT)), node.col_offset > 0))
    assert found == [("gateway/longtail/calls.py", True)]


def test_the_driver_itself_imports_nothing_heavy() -> None:
    script = "import sys, gha_router.gateway.longtail; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert not {"litellm", "pydantic", "httpx", "openai", "boto3"} & set(ended.stdout.split())

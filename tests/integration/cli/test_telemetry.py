"""What a collector hears of a run: one tree, the receipts' figures, and nothing that anybody wrote."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.command import gha_router
from tests.integration.cli.test_run import CREATE, KEY, Scene, simulated
from tests.integration.cli.test_serve import ASK, serving
from tests.integration.cli.test_serve import CONFIG as SERVED
from tests.receiver import Heard, Receiver, receiving
from tests.upstream import answering, message, upstream

HELD = 0  # takes all and answers nothing
TOKEN = "Bearer sk-canary-otlp"
PARENT = "4bf92f3577b34da6a3ce929d0e0e4736"
STEPS = (
    f"steps:\n  - id: note\n    prompt: {CREATE}\n    tier: 2\n    on_fail: {{escalate: [0]}}\n"
    "    checks: [{fresh: note.txt}, {contains: {text: hello, in: note.txt}}]\n"
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with simulated() as address:
        yield address


def told(scene: Scene, *more: str, receiver: Receiver, **env: str) -> subprocess.CompletedProcess[str]:
    return gha_router(
        *scene.args(*more),
        cwd=scene.folder,
        timeout=60,
        LAB_KEY=KEY,
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS=f"authorization={TOKEN.replace(' ', '%20')}",
        **env,
    )


def receipts_of(folder: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
    return [line for line in lines if line["type"] == "receipt"]


def kind(span: Heard) -> str:
    return span.name.split()[0]


def test_a_run_is_one_tree_with_the_receipts_figures(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, STEPS)
    with receiving() as receiver:
        ended = told(scene, receiver=receiver, TRACEPARENT=f"00-{PARENT}-00f067aa0ba902b7-01")
    assert ended.returncode == 0, ended.stderr
    spans = {span.id: span for span in receiver.spans}
    above = {"step": "invoke_workflow", "invoke_agent": "step", "chat": "invoke_agent", "check": "invoke_agent"}
    for span in spans.values():
        assert span.trace.hex() == PARENT
        if kind(span) == "invoke_workflow":
            assert span.parent.hex() == "00f067aa0ba902b7"
        else:
            assert kind(spans[span.parent]) == above[kind(span)]
            assert spans[span.parent].start - 2_000_000 <= span.start <= span.end  # a receipt has milliseconds
    attempts = [span for span in receiver.spans if kind(span) == "invoke_agent"]
    assert [(one.attributes["gen_ai.request.model"], one.attributes["gha_router.verdict"]) for one in attempts] == [
        ("lazy", "failed"),
        ("honest", "verified"),
    ]
    assert [one.failed for one in attempts] == [True, False]
    assert sum(kind(span) == "check" for span in spans.values()) == 4

    receipts = receipts_of(scene.out)
    requests = [span for span in spans.values() if kind(span) == "chat"]
    assert {one.attributes["gha_router.receipt.id"] for one in requests} == {one["id"] for one in receipts}
    read = sum(sum(one["usage"][name] for name in ("input", "cache_read", "cache_write")) for one in receipts)
    written = sum(one["usage"]["output"] for one in receipts)
    assert sum(one.attributes["gen_ai.usage.input_tokens"] for one in requests) == read
    assert sum(one.attributes["gen_ai.usage.output_tokens"] for one in requests) == written
    assert receiver.sums("gen_ai.client.token.usage", "gen_ai.token.type") == {"input": read, "output": written}
    seconds = sum(receiver.sums("gen_ai.client.operation.duration", "gen_ai.operation.name").values())
    assert seconds == pytest.approx(sum(one["seconds"] for one in receipts))
    cost = sum(receiver.sums("gha_router.cost", "gen_ai.provider.name").values())
    assert cost == pytest.approx(sum(float(one["cost_usd"]) for one in receipts))
    assert receiver.sums("gha_router.attempts", "gha_router.verdict") == {"failed": 1, "verified": 1}
    assert receiver.sums("gha_router.checks", "gen_ai.evaluation.score.label") == {"failed": 2, "passed": 2}
    assert "gen_ai.server.time_to_first_token" in receiver.metrics


def test_nothing_that_somebody_wrote_is_told_and_no_key(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    with receiving() as receiver:
        assert told(scene, "--prompt", CREATE, receiver=receiver).returncode == 0
    assert receiver.headers[0]["authorization"] == TOKEN
    everything = b"".join(receiver.bodies)
    for word in ("note.txt", "hello", "containing", "canary", str(tmp_path), "ghar-", "authorization"):
        assert word.encode() not in everything, word
    written = [file for file in scene.folder.rglob("*") if file.is_file() and "sk-canary" in file.read_text("utf-8")]
    assert written == []


def test_the_agent_is_told_nothing_of_it(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url, "checks: [{command: 'env; exit 1'}]\n")
    with receiving() as receiver:
        told(scene, "--prompt", "Run env", receiver=receiver, OTEL_SERVICE_NAME="ours")
    [transcript] = (scene.out / "transcripts").iterdir()
    seen = transcript.read_text() + (scene.out / "report.json").read_text()
    assert "ANTHROPIC_BASE_URL" in seen
    assert "OTEL_" not in seen
    assert "TRACEPARENT" not in seen


def refusing() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    ("status", "why"), [(503, "not taken in time"), (401, "HTTP 401"), (HELD, "not taken in time")]
)
def test_a_collector_that_fails_costs_one_warning(tmp_path: Path, url: str, status: int, why: str) -> None:
    scene = Scene(tmp_path, url)
    with receiving(status) as receiver:
        ended = told(scene, "--prompt", CREATE, receiver=receiver, OTEL_EXPORTER_OTLP_TIMEOUT="0.5")
    assert ended.returncode == 0, ended.stderr
    warnings = [line for line in ended.stderr.splitlines() if "warning" in line]
    assert warnings == [
        f"warning: telemetry did not arrive at {receiver.url} ({why}); the run is as it was, and so is its report"
    ]
    assert "Traceback" not in ended.stderr


def test_a_collector_that_is_not_there_holds_nobody_up(tmp_path: Path, url: str) -> None:
    scene = Scene(tmp_path, url)
    started = time.monotonic()
    ended = told(scene, "--prompt", CREATE, receiver=Receiver(url=refusing()), OTEL_EXPORTER_OTLP_TIMEOUT="3600")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("warning: telemetry did not arrive") == 1
    assert time.monotonic() - started < 30  # closing takes five seconds at most


def test_a_gateway_alone_tells_its_requests(tmp_path: Path) -> None:
    async def run(env: dict[str, str]) -> None:
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, SERVED.format(url=up.url), **env) as (process, info):
                async with httpx.AsyncClient(trust_env=False) as client:
                    headers = {"x-api-key": info["keys"]["default"]}
                    reply = await client.post(f"{info['url']}/v1/messages", json=ASK, headers=headers)
                    assert reply.status_code == 200
                process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(process.wait, 20)

    with receiving() as receiver:
        asyncio.run(run({"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url}))
    request, root = sorted(receiver.spans, key=lambda span: span.name)
    assert (request.name, root.name) == ("chat sonnet", "invoke_workflow gha-router")
    assert request.parent == root.id
    assert request.attributes["gen_ai.response.model"] == "real-name"

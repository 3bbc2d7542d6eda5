"""``gha-router serve`` as a process: its info file, its keys, its ledger, and what it keeps to itself."""

import asyncio
import json
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.command import COMMAND, environment, gha_router
from tests.loopback import NO_TLS
from tests.processes import wait_until
from tests.upstream import answering, message, upstream

CONFIG = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  sonnet: {{model: lab/real-name, price: {{input: 3, output: 15}}}}
  haiku: {{model: lab/small, price: free}}
tiers: {{1: [sonnet]}}
default: haiku
"""
KEY = "sk-canary-4711"
ASK = {"model": "sonnet", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}


@contextmanager
def serving(folder: Path, config: str, **env: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    (folder / "c.yml").write_text(config)
    info = folder / "info.json"
    options = ("--config", "c.yml", "--port", "0", "--info-file", "info.json", "--ledger", "ledger.jsonl")
    process = subprocess.Popen(
        [*COMMAND, "serve", *options],
        cwd=folder,
        env=environment(LAB_KEY=KEY, **env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: info.exists() or process.poll() is not None)
        assert info.exists(), process.communicate()[1]
        yield process, json.loads(info.read_text())
    finally:
        process.kill()
        process.communicate()


def test_it_serves_until_it_is_told_to_stop_and_prints_the_head(tmp_path: Path) -> None:
    async def run() -> None:
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, CONFIG.format(url=up.url)) as (process, info):
                assert set(info) == {"url", "pid", "keys", "run_key"}
                assert str(process.pid) == str(info["pid"])
                assert stat.S_IMODE((tmp_path / "info.json").stat().st_mode) == 0o600
                key = json.loads((tmp_path / "info.json").read_text())["keys"]["default"]
                async with httpx.AsyncClient(verify=NO_TLS, base_url=info["url"], headers={"x-api-key": key}) as client:
                    for asked, served in (("sonnet", "real-name"), ("tier-1", "real-name"), ("other", "small")):
                        reply = await client.post("/v1/messages", json={**ASK, "model": asked})
                        assert reply.headers["x-gha-router-served"] == f"lab/{served}"
                assert [one.headers["x-api-key"] for one in up.sent] == [KEY] * 3
                process.send_signal(signal.SIGTERM)
                stdout, stderr = await asyncio.to_thread(process.communicate, timeout=20)
        head = json.loads(stdout)["head"]
        assert process.returncode == 0
        assert KEY not in stdout + stderr
        verified = gha_router("ledger", "verify", tmp_path / "ledger.jsonl", "--head", head)
        assert (verified.returncode, "3 receipts" in verified.stdout) == (0, True)

    asyncio.run(run())
    assert not any(KEY in file.read_text() for file in tmp_path.iterdir())


def test_the_provider_key_is_in_no_environment_of_the_process(tmp_path: Path) -> None:
    with serving(tmp_path, CONFIG.format(url="http://127.0.0.1:9")) as (process, _info):
        own = Path(f"/proc/{process.pid}/environ").read_text()
        assert "LANG=C.UTF-8" in own
        assert KEY not in own


def test_what_was_written_before_a_kill_verifies_and_a_cut_does_not(tmp_path: Path) -> None:
    async def run() -> None:
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, CONFIG.format(url=up.url)) as (process, info):
                key = json.loads((tmp_path / "info.json").read_text())["keys"]["default"]
                async with httpx.AsyncClient(verify=NO_TLS, base_url=info["url"], headers={"x-api-key": key}) as client:
                    for _ in range(3):
                        await client.post("/v1/messages", json=ASK)
                process.kill()
                await asyncio.to_thread(process.wait, 20)
        ledger = tmp_path / "ledger.jsonl"
        verified = gha_router("ledger", "verify", ledger)
        assert (verified.returncode, "3 receipts" in verified.stdout) == (0, True)
        ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-1]))
        cut = gha_router("ledger", "verify", ledger)
        assert cut.returncode == 1
        assert "Records were cut or rewritten" in cut.stderr

    asyncio.run(run())


def test_a_pipelines_steps_have_keys_of_their_own(tmp_path: Path) -> None:
    pipeline = "pipelines:\n  mend:\n    steps:\n      - {id: fix, prompt: x, model: sonnet, checks: [{exists: a}]}\n"

    async def run() -> None:
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, CONFIG.format(url=up.url) + pipeline) as (_process, info):
                assert set(info["keys"]) == {"default", "mend/fix"}
                async with httpx.AsyncClient(verify=NO_TLS, base_url=info["url"]) as client:
                    key = info["keys"]["mend/fix"]
                    ask = {**ASK, "model": "haiku"}
                    answer = await client.post("/v1/messages", json=ask, headers={"x-api-key": key})
                    assert answer.status_code == 200, answer.text
                    assert answer.headers["x-gha-router-served"] == "lab/real-name"

    asyncio.run(run())


def test_a_step_has_a_key_of_its_own_and_its_model_decides(tmp_path: Path) -> None:
    async def run() -> None:
        steps = "steps:\n  - {id: fix, prompt: x, model: sonnet}\n  - {id: doc, prompt: y}\n"
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, CONFIG.format(url=up.url) + steps) as (_process, info):
                keys = json.loads((tmp_path / "info.json").read_text())["keys"]
                assert keys.keys() == {"fix", "doc"}
                async with httpx.AsyncClient(verify=NO_TLS, base_url=info["url"]) as client:
                    asked = (("fix", "haiku", "real-name"), ("doc", "sonnet", "real-name"), ("doc", "other", "small"))
                    for step, model, served in asked:  # a step that names nobody leaves it to the request
                        reply = await client.post(
                            "/v1/messages", json={**ASK, "model": model}, headers={"x-api-key": keys[step]}
                        )
                        assert reply.headers["x-gha-router-served"] == f"lab/{served}"
                    receipts = (await client.get("/receipts", headers={"x-api-key": info["run_key"]})).json()[
                        "receipts"
                    ]
                    assert [receipt["step"] for receipt in receipts] == ["fix", "doc", "doc"]

    asyncio.run(run())


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with serving(tmp_path, CONFIG.format(url="http://127.0.0.1:9")) as (_process, info):
        port = info["url"].rpartition(":")[2]
        ended = gha_router(
            *("serve", "--config", "c.yml", "--port", port, "--info-file", "other.json", "--ledger", "other.jsonl"),
            cwd=tmp_path,
            LAB_KEY=KEY,
        )
        assert (ended.returncode, f"cannot listen on 127.0.0.1:{port}" in ended.stderr) == (3, True)
        assert not (tmp_path / "other.jsonl").exists()
        assert "Traceback" not in ended.stderr

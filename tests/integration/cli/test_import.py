"""``gha-router import``, and the gateway on another program's configuration as it stands."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.command import gha_router
from tests.golden import check_golden
from tests.integration.cli.test_serve import ASK, KEY, serving
from tests.loopback import NO_TLS
from tests.upstream import answering, message, upstream

FIXTURES = Path(__file__).parents[2] / "fixtures" / "configs"
LITELLM = """\
model_list:
  - model_name: sonnet
    litellm_params: {{model: anthropic/real-name, api_base: "{url}/v1/messages", api_key: os.environ/LAB_KEY}}
  - model_name: haiku
    litellm_params: {{model: anthropic/small, api_base: "{url}", api_key: sk-written-out}}
general_settings: {{master_key: sk-written-out-too}}
"""
CCR = """\
{{ // as it stands
  "Providers": [
    {{ "name": "lab", "api_base_url": "{url}/v1/messages", "api_key": "$LAB_KEY", "models": ["real-name"] }},
  ],
  "Router": {{ "default": "lab,real-name" }},
}}
"""


@pytest.mark.parametrize(
    ("kind", "file"),
    [("litellm", "litellm-credentials.yaml"), ("ccr", "ccr-example.json"), ("ccr", "ccr-article.json")],
)
def test_the_file_goes_to_standard_output_and_what_was_left_out_beside_it(kind: str, file: str) -> None:
    ended = gha_router("import", kind, file, cwd=FIXTURES)
    assert ended.returncode == 0
    assert ended.stdout == (FIXTURES.parents[1] / "golden" / "imported" / f"{file}.yml").read_text(encoding="utf-8")
    check_golden(f"imported/command-{file}.txt", ended.stderr)
    assert "written-out" not in ended.stdout + ended.stderr


def test_a_file_is_written_once(tmp_path: Path) -> None:
    arguments = ("import", "ccr", FIXTURES / "ccr-article.json", "--out", "gha-router.yml")
    assert gha_router(*arguments, cwd=tmp_path).returncode == 0
    before = (tmp_path / "gha-router.yml").read_bytes()
    ended = gha_router(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "gha-router.yml exists" in ended.stderr
    assert (tmp_path / "gha-router.yml").read_bytes() == before


def test_a_machine_reads_all_of_it() -> None:
    ended = gha_router("import", "litellm", "litellm-credentials.yaml", "--json", cwd=FIXTURES)
    found = json.loads(ended.stdout)
    assert set(found) == {"config", "not_carried_over", "notes", "variables"}
    assert found["variables"] == {"OPENAI_2_API_KEY": "litellm-credentials.yaml:15:16"}
    assert {"file", "line", "what"} == set(found["not_carried_over"][0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "portkey", "x.json"), "`litellm` and `ccr`"),
        (("import", "ccr", "none.json"), "no such file"),
        (("import", "litellm", "ccr-example.json"), "a configuration of claude-code-router, not of LiteLLM"),
        (("import", "ccr"), "Missing argument"),
        (("import", "ccr", "litellm-minimal.yaml"), "a configuration of LiteLLM, not of claude-code-router"),
    ],
)
def test_a_wrong_import_is_told(arguments: tuple[str, ...], words: str) -> None:
    ended = gha_router(*arguments, cwd=FIXTURES)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("config", [LITELLM, CCR], ids=["litellm", "ccr"])
def test_the_gateway_runs_on_it_as_it_stands(tmp_path: Path, config: str) -> None:
    async def run() -> None:
        async with upstream(answering(200, message())) as up:
            with serving(tmp_path, config.format(url=up.url)) as (_, info):
                key = json.loads((tmp_path / "info.json").read_text())["keys"]["default"]
                async with httpx.AsyncClient(verify=NO_TLS, base_url=info["url"], headers={"x-api-key": key}) as client:
                    asked = "sonnet" if config is LITELLM else "real-name"
                    reply = await client.post("/v1/messages", json={**ASK, "model": asked})
                    assert reply.headers["x-gha-router-served"].endswith("/real-name")
            assert up.sent[0].headers["x-api-key"] == KEY

    asyncio.run(run())


def test_the_parts_of_an_environment_that_it_reads_are_hidden_from_what_runs_later(tmp_path: Path) -> None:
    text = LITELLM.format(url="http://127.0.0.1:9").replace("LAB_KEY", "PLAIN_NAME")
    (tmp_path / "config.yaml").write_text(text)
    from gha_router.cli.vault import hidden_variables  # noqa: PLC0415

    given = ["serve", "--config", str(tmp_path / "config.yaml")]
    assert hidden_variables({"PLAIN_NAME": "x", "HOME": "/"}, given) == {"PLAIN_NAME": "x"}

"""What an agent made is put into prompts and records, however it is made."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gha_router.agent import transcript
from gha_router.config import Written
from gha_router.errors import ConfigError, Position
from gha_router.pipeline.bench import REDACTED, Bench
from gha_router.pipeline.gateway_process import GatewayProcess
from gha_router.pipeline.journal import Journal
from gha_router.pipeline.template import Names, condition_of, prompt_of

NAMES = Names(inputs=("n", "text", "list"))
BOMBS = (
    "{{ '-' * inputs.n }}",
    "{{ inputs.n * inputs.list }}",
    "{{ 'a\\nb' | indent(inputs.n) }}",
    "{{ inputs.text | center(inputs.n) }}",
    "{{ inputs.text.ljust(inputs.n) }}",
    "{{ inputs.list | slice(inputs.n) | list | length }}",
    "{{ inputs.list | batch(inputs.n, 'x') | list | length }}",
    "{{ inputs.list | join(inputs.text) }}",
    "{{ inputs.text.join(inputs.list) }}",
    "{{ inputs.text | replace('', inputs.text) }}",
    "{{ inputs.text.replace('x', inputs.text) }}",
    "{% for one in inputs.list %}{{ inputs.text }}{% endfor %}",
    "{{ '%*d' | format(inputs.n, 1) }}",
    "{{ '%*d' % (inputs.n, 1) }}",
    "{{ '{:{}}'.format(1, inputs.n) }}",
    "{{ '%999999999d' | format(1) }}",
)


def values(**inputs: Any) -> dict[str, Any]:
    return {"inputs": inputs, "steps": {}}


def written(text: str) -> Written:
    return Written(text=text, where=Position("gha-router.yml", 1))


@pytest.mark.parametrize("text", BOMBS)
def test_nothing_grows_beyond_a_prompt(text: str) -> None:
    with pytest.raises(ConfigError, match="more than 1,000,000 characters"):
        prompt_of(written(text), NAMES)(values(n=10**12, text="x" * 100_000, list=[1] * 50_000))


def test_no_power_becomes_a_number_that_nobody_can_write() -> None:
    with pytest.raises(ConfigError, match="more than"):
        condition_of(written("inputs.n ** inputs.n > 1"), NAMES)(values(n=10**9))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ '-' * inputs.n }}", "---"),
        ("{{ inputs.n ** 2 }}", "9"),
        ("{{ '%.2f' | format(inputs.n) }}", "3.00"),
        ("{{ 'In 2024: %s' % inputs.n }}", "In 2024: 3"),
        ("{{ inputs.list | join(', ') }}", "a, b"),
        ("{{ ', '.join(inputs.list) }}", "a, b"),
        ("{{ inputs.text | replace('x', 'y') | center(5) }}", "  y  "),
        ("{{ 'a\\nb' | indent(2) }}", "a\n  b"),
        ("{% for row in inputs.list | batch(1) %}{{ row[0] }}{% endfor %}", "ab"),
    ],
)
def test_what_people_write_is_worked_out(text: str, found: str) -> None:
    assert prompt_of(written(text), NAMES)(values(n=3, text="x", list=["a", "b"])) == found


@pytest.mark.parametrize("text", ["{{ inputs.list | dictsort }}", "{{ inputs.list | xmlattr }}"])
def test_a_filter_on_a_value_it_was_not_written_for_is_a_mistake_of_the_prompt(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be worked out"):
        prompt_of(written(text), NAMES)(values(list=[1]))


def test_half_a_character_goes_into_no_prompt_and_into_the_journal_as_its_escape(tmp_path: Path) -> None:
    text = prompt_of(written("{{ inputs.text }}"), NAMES)(values(text="\ud800"))
    assert text == "\\ud800"
    journal = Journal.created(tmp_path / "journal.jsonl")
    journal.write("ended", step="a", attempt={"final_message": "\ud800"})
    journal.close()
    assert json.loads((tmp_path / "journal.jsonl").read_text())["attempt"]["final_message"] == "\ud800"


def test_an_answer_that_is_nested_too_deep_is_none() -> None:
    deep: Any = 1
    for _ in range(600):
        deep = [deep]
    assert transcript.read([{"type": "result", "structured_output": {"a": deep}}]).structured is None
    assert transcript.read([{"type": "result", "structured_output": {"a": [1]}}]).structured == {"a": [1]}


def test_a_secret_that_an_agent_makes_a_key_of_its_answer_is_cleaned(tmp_path: Path) -> None:
    async def cleaned() -> object:
        process = await asyncio.create_subprocess_exec("true")
        await process.wait()
        gateway = GatewayProcess(process)
        bench = Bench(gateway=gateway, ledger=tmp_path, environ={}, out=tmp_path, secrets=("sk-canary",))
        return bench.cleaned({"sk-canary": {"is sk-canary": 1}})

    assert asyncio.run(cleaned()) == {REDACTED: {f"is {REDACTED}": 1}}

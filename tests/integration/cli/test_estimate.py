"""``gha-router estimate`` as a user runs it: without keys, in tables or JSON, and mistakes that teach."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import gha_router
from tests.unit.estimate.test_estimate import MODELS, SEED

SIZE = ("--requests", "100000", "--input-tokens", "1000", "--output-tokens", "500")
KEYED = 'providers: {anthropic: {api_key: "${MY_SECRET}"}, gemini: {api_key: "${GOOGLE_API_KEY}"}}\n'


def estimate(tmp_path: Path, text: str, *options: str) -> tuple[int, str, str]:
    (tmp_path / "gha-router.yml").write_text(text)
    done = gha_router("estimate", "--config", "gha-router.yml", *options, cwd=tmp_path)
    return done.returncode, done.stdout, done.stderr


def found(tmp_path: Path, text: str, *options: str) -> dict[str, Any]:
    code, out, err = estimate(tmp_path, text, "--json", *options)
    assert (code, err) == (0, "")
    return dict(json.loads(out))


def test_the_guides_bill_without_any_key(tmp_path: Path) -> None:
    code, out, err = estimate(tmp_path, KEYED + SEED, *SIZE)
    assert (code, err) == (0, "")
    for figure in ("$5,250.00", "$625.00", "$632.00", "88 %"):
        assert figure in out
    machine = found(tmp_path, KEYED + SEED, *SIZE)
    assert [one["total_usd"] for one in machine["strategies"]] == ["5250.00", "625.00", "632.00"]
    assert [one["saving_percent"] for one in machine["strategies"]] == ["0", "88.1", "88"]


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    text = MODELS + "estimate: {requests: 100000, input_tokens: 1000, output_tokens: 500, cache: {read: 50%}}\n"
    assert found(tmp_path, text)["strategies"][0]["total_usd"] == "5250.00"  # no rate for cache reads: as input
    less = found(tmp_path, text, "--requests", "1000", "--baseline", "gemini", "--cache-read", "0")
    assert (less["requests"], less["baseline"], less["cache"]["read"]) == (1000, "gemini", "0")


EXAMPLES = Path(__file__).parents[3] / "examples"


def test_the_examples_say_what_their_guides_say() -> None:
    done = gha_router("estimate", "--config", EXAMPLES / "multi-llm.yml", *SIZE)
    assert done.returncode == 0, done.stderr
    for figure in ("$5,250.00", "$625.00", "$632.00", "88 %"):
        assert figure in done.stdout
    done = gha_router("estimate", "--config", EXAMPLES / "auto-switching.yml", "--json")
    api, ours = json.loads(done.stdout)["strategies"]
    assert (api["total_usd"], ours["fixed_usd"], round(float(ours["saving_percent"]))) == ("3650.00", "400.00", 89)
    assert 402 <= float(ours["total_usd"]) <= 404
    assert float(ours["api_equivalent_usd"]) > 1900


def test_another_programs_file_is_estimated_as_it_stands(tmp_path: Path) -> None:
    text = """\
model_list:
  - {model_name: strong, litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: os.environ/ANTHROPIC_API_KEY}}
  - {model_name: weak, litellm_params: {model: gemini/gemini-2.5-flash, api_key: os.environ/GOOGLE_API_KEY}}
"""
    (tmp_path / "config.yaml").write_text(text)
    done = gha_router("estimate", "--config", "config.yaml", "--json", *SIZE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {one["name"]: one["total_usd"] for one in json.loads(done.stdout)["strategies"]} == {
        "strong": "1050.00",
        "weak": "155.00",
    }


def test_without_a_file_the_models_of_the_keys_that_are_there_are_compared(tmp_path: Path) -> None:
    done = gha_router("estimate", *SIZE, "--json", cwd=tmp_path, ANTHROPIC_API_KEY="k")
    assert [one["name"] for one in json.loads(done.stdout)["strategies"]] == ["opus", "sonnet", "haiku"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--requests", "1"), "--input-tokens is missing"),
        ((*SIZE, "--baseline", "ops"), "Did you mean `opus`?"),
        ((*SIZE, "--cache-read", "90%", "--cache-write", "20%"), "the shares of the cache do not fit"),
        ((*SIZE, "--cache-read", "most"), "the shares of the cache do not fit"),
        (("--requests", "0"), "--requests"),
    ],
)
def test_mistakes_teach(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    code, out, err = estimate(tmp_path, MODELS, *options)
    assert (code, out) == (2, "")
    assert told in err

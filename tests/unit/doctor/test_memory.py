"""Memory is summed once a model, unknown sizes are said, and what does not fit is a warning."""

import pytest

from gha_router.doctor.findings import OllamaModel, OllamaServer
from gha_router.doctor.memory import GB, findings_of, gigabytes, machine_memory, parallel_text, plan_of, plan_text


def server(*models: tuple[str, int | None], memory: int | None, version: str = "0.15.6") -> OllamaServer:
    found = tuple(OllamaModel(name=name, installed=size is not None, size=size) for name, size in models)
    return OllamaServer(provider="ollama", address="x", version=version, models=found, others=(), memory=memory)


SEED = (
    ("qwen2.5-coder:32b-instruct-q8_0", 33 * GB),
    ("qwen3-coder:30b", 18 * GB),
    ("glm-4.7", 3 * GB),
    ("codestral:22b", 15 * GB),
    ("nomic-embed-text", 3 * GB // 10),
)


def test_the_third_seeds_plan() -> None:
    plan = plan_of(server(*SEED, memory=128 * GB))
    assert plan_text(plan) == "5 models in memory together: 69.3 GB of 128 GB, 58.7 GB left; contexts come on top"
    assert "OLLAMA_MAX_LOADED_MODELS=5" in (parallel_text(plan) or "")
    assert list(findings_of(server(*SEED, memory=128 * GB), {}, messages=True)) == []


def test_a_model_under_two_names_is_in_memory_once() -> None:
    plan = plan_of(server(("glm-4.7", 3 * GB), ("glm-4.7:latest", 3 * GB), memory=None))
    assert (plan.models, plan.needed) == (1, 3 * GB)
    assert "--memory-gb" in plan_text(plan)


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        (128, None),
        (69.3, None),
        (69.2, "do not fit together"),
        (33, "do not fit together"),
        (32.9, "alone needs 33 GB"),
    ],
)
def test_what_does_not_fit_is_a_warning(memory: float, said: str | None) -> None:
    found = [one.what for one in findings_of(server(*SEED, memory=int(memory * GB)), {}, messages=True)]
    assert (said is None and not found) or (said is not None and said in found[0])


def test_a_size_that_is_not_known_makes_it_a_lower_bound() -> None:
    plan = plan_of(server(("a", 10 * GB), ("b", None), memory=16 * GB))
    assert plan_text(plan).startswith("2 models in memory together: at least 10 GB of 16 GB")
    assert plan.unknown == ("b",)


@pytest.mark.parametrize(
    ("version", "messages", "old"),
    [
        ("0.13.9", True, True),
        ("0.14.0", True, False),
        ("1.0", True, False),
        ("0.1", False, False),
        ("dev", True, False),
    ],
)
def test_an_ollama_before_messages_is_down_when_it_is_asked_in_them(version: str, *, messages: bool, old: bool) -> None:
    found = list(findings_of(server(("a", GB), memory=2 * GB, version=version), {}, messages=messages))
    assert bool(found) is old


def test_the_machines_memory_is_ours_on_loopback_told_or_unknown() -> None:
    assert (machine_memory("http://localhost:11434", None) or 0) > GB // 10
    assert machine_memory("http://10.0.0.5:11434", None) is None
    assert machine_memory("http://10.0.0.5:11434", 128) == 128 * GB


@pytest.mark.parametrize(("size", "text"), [(69_300_000_000, "69.3 GB"), (128 * GB, "128 GB"), (None, "unknown")])
def test_sizes_are_said_as_ollama_does(size: int | None, text: str) -> None:
    assert gigabytes(size) == text

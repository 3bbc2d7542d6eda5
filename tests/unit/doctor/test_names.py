"""Names of one model in its providers' spellings are one; another model's are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.doctor.names import same_model


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
        ("anthropic/claude-sonnet-4.5", "anthropic/claude-4.5-sonnet-20250929"),
        ("gpt-5", "gpt-5-2025-08-07"),
        ("qwen2.5-coder:32b", "qwen2.5-coder:32b"),
        ("glm-4.7", "glm-4.7:latest"),
        ("openai/gpt-oss-120b:free", "openai/gpt-oss-120b"),
        ("deepseek/deepseek-chat-v3-0324", "deepseek-chat-v3"),
        ("gemini-2.5-pro", "models/gemini-2.5-pro"),
    ],
)
def test_one_model(asked: str, answered: str) -> None:
    assert same_model(asked, answered)
    assert same_model(answered, asked)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("gpt-5", "gpt-5-mini"),
        ("claude-sonnet-4-5", "claude-sonnet-4-6"),
        ("claude-opus-4-6", "claude-haiku-4-5-20251001"),
        ("qwen3-coder:30b", "qwen3-coder:480b"),
        ("openrouter/auto", "anthropic/claude-sonnet-4.5"),
        ("x", ""),
    ],
)
def test_two_models(asked: str, answered: str) -> None:
    assert not same_model(asked, answered)


@given(st.text(max_size=60))
def test_every_name_is_its_own(name: str) -> None:
    assert same_model(name, name)

"""What a deployment takes: the configuration's word before the price list's, and unknown is not unable."""

import pytest

from gha_router.config import Config, Deployment
from gha_router.config.models import Supports
from gha_router.pipeline.setup import unable
from gha_router.pricing import SUPPORTS, Prices


@pytest.mark.parametrize(
    ("model", "supports", "expected"),
    [
        ("anthropic/claude-sonnet-4-5", {}, ()),
        ("ollama/any:7b", {}, ()),
        ("ollama/any:7b", {"tools": False, "vision": False}, ("tools", "vision")),
        ("ollama/any:7b", {"tools": True}, ()),
        ("deepseek/deepseek-reasoner", {}, ("tools",)),
        ("deepseek/deepseek-reasoner", {"tools": True}, ()),
        ("deepseek/deepseek-reasoner", {"pdf": False}, ("tools", "pdf")),
        ("anthropic/claude-sonnet-4-5", {"vision": False}, ("vision",)),
    ],
)
def test_the_configuration_decides_before_the_price_list(
    model: str, supports: dict[str, bool], expected: tuple[str, ...]
) -> None:
    deployment = Deployment(model=model, supports=Supports(**supports) if supports else None)
    assert unable(Config(), deployment, Prices.load()) == expected


def test_the_configuration_has_the_words_of_the_price_list() -> None:
    assert set(Supports.model_fields) == set(SUPPORTS)

"""An account without money is told from a request that is wrong and from a provider that is busy."""

import subprocess
import sys

import orjson
import pytest

from gha_router.gateway.dialect import is_used_up
from gha_router.redis_client import place_of


def envelope(words: str) -> bytes:
    return orjson.dumps({"type": "error", "error": {"type": "invalid_request_error", "message": words}})


@pytest.mark.parametrize(
    ("status", "words", "used_up"),
    [
        (400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing", True),
        (400, "You have reached your specified API usage limits. You will regain access on 2026-04-01", True),
        (400, "You're out of extra usage. Add more at claude.ai/settings/usage and keep going.", True),
        (400, "Third-party apps now draw from your extra usage, not your plan limits. Claim it at", True),
        (429, "You exceeded your current quota, please check your plan and billing details.", True),
        (429, "Error code: insufficient_quota", True),
        (402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits", True),
        (402, "Insufficient Balance", True),
        (429, "This request would exceed your account's rate limit. Please try again later.", False),
        (529, "Your credit balance is too low", False),
        (400, "messages: text content blocks must be non-empty", False),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", False),
        (401, "invalid x-api-key", False),
    ],
)
def test_only_what_speaks_of_money_is_used_up(status: int, words: str, used_up: bool) -> None:  # noqa: FBT001
    assert is_used_up(status, envelope(words)) is used_up
    assert is_used_up(status, words.encode()) is used_up


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://user:secret@cache.example:6380/2", "cache.example:6380/2"),
        ("rediss://:secret@cache.example", "cache.example"),
        ("redis://:secret@[::1]:6379/0", "[::1]:6379/0"),
        ("unix:///run/redis.sock", "/run/redis.sock"),
        ("unix://:secret@/run/redis.sock?db=1", "/run/redis.sock"),
    ],
)
def test_an_address_is_named_without_its_password(url: str, place: str) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize("package", ["redis", "sqlite3"])
def test_what_nobody_configured_is_not_imported(package: str) -> None:
    code = f"import sys, gha_router.gateway.child, gha_router.cli.serve; sys.exit('{package}' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_address_without_the_package_says_what_to_install() -> None:
    code = """
import sys
sys.modules["redis"] = None  # as if it were not there
from gha_router.errors import GatewayError
from gha_router.gateway.shared.redis import RedisStore
try:
    RedisStore("redis://:canary@h")
except GatewayError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "pip install 'gha-router[redis]'" in told
    assert "canary" not in told

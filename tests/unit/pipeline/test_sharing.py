"""What of the configuration several gateways keep together, and where."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.cli.session import _keys
from gha_router.config import Config, parse
from gha_router.errors import ConfigError
from gha_router.gateway.setup import Pool, Setup, Sharing
from gha_router.pipeline.setup import gateway_setup, names_of, sharing_of

TEXT = """\
models:
  opus: anthropic/claude-opus-4-6
  sonnet: anthropic/claude-sonnet-4-5
  other: sim/honest
budget:
  day_usd: 20
  credits:
    max: {usd: 100, covers: [anthropic], reset_day: 15, low_at: 0.1}
    team: {usd: 20, covers: [anthropic/claude-opus-4-6]}
"""
REDIS = 'router_settings: {redis_url: "${REDIS_URL}"}\n'
KEYS = {"ANTHROPIC_API_KEY": "k" * 20}


def config(text: str = TEXT, **env: str) -> Config:
    return parse(text, name="c.yml", env=KEYS | env)


def setup(text: str = TEXT, **env: str) -> Setup:
    read = config(text, **env)
    return gateway_setup(read, names_of(read), ledger=Path("l"), sim_url="http://127.0.0.1:9")


def test_a_deployment_draws_on_its_own_credit_before_its_providers() -> None:
    made = setup(HOME="/home/me")
    assert {name: one.pool for name, one in made.upstreams.items()} == {
        "anthropic/claude-opus-4-6": "team",
        "anthropic/claude-sonnet-4-5": "max",
        "sim/honest": None,
    }
    assert made.sharing == Sharing(
        day_usd=Decimal(20),
        pools={
            "max": Pool(name="max", usd=Decimal(100), reset_day=15, low_at=Decimal("0.1")),
            "team": Pool(name="team", usd=Decimal(20)),
        },
        folder=Path("/home/me/.local/state/gha-router"),
    )


@pytest.mark.parametrize(
    ("env", "folder"),
    [
        ({"HOME": "/h", "XDG_STATE_HOME": "/s"}, "/s/gha-router"),
        ({"HOME": "/h", "XDG_STATE_HOME": "s"}, "/h/.local/state/gha-router"),
        ({"HOME": "/h", "XDG_STATE_HOME": ""}, "/h/.local/state/gha-router"),
    ],
)
def test_sums_are_kept_where_programs_keep_their_state(env: dict[str, str], folder: str) -> None:
    assert sharing_of(config(**env)).folder == Path(folder)
    named = TEXT.replace("day_usd: 20", "day_usd: 20\n  state_folder: /srv/state")
    assert sharing_of(config(named, **env)).folder == Path("/srv/state")


def test_the_documented_configuration_loads() -> None:
    text = (Path(__file__).parents[3] / "docs/budgets.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    read = config(block, REDIS_URL="redis://h")
    assert read.budget.day_usd == Decimal(20)
    assert read.budget.credits["max"].reset_day == 15


def test_sums_without_a_place_are_a_mistake_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"c\.yml:5:1.*no place"):
        sharing_of(config())
    assert not sharing_of(config("models: {a: sim/a}\n")).money
    assert sharing_of(config(TEXT + REDIS, REDIS_URL="redis://h")).money


def test_the_password_of_redis_is_one_of_the_secrets_that_no_file_holds() -> None:
    url = "redis://me:p%40ss-canary@cache.example:6379/0"
    made = setup(TEXT + REDIS, REDIS_URL=url)
    assert made.sharing.redis_url == url
    assert {url, "p%40ss-canary", "p@ss-canary"} <= set(_keys(made))
    assert "canary" not in repr(made) + repr(config(TEXT + REDIS, REDIS_URL=url))


def test_a_password_in_the_file_is_warned_of() -> None:
    written = TEXT + "router_settings: {redis_url: 'redis://:canary@h'}\n"
    [warning] = config(written).warnings
    assert "c.yml:10:30: the password of Redis is written in the file" in warning
    assert config(TEXT + REDIS, REDIS_URL="redis://:canary@h").warnings == ()
    assert config(TEXT + "router_settings: {redis_url: 'redis://h'}\n").warnings == ()

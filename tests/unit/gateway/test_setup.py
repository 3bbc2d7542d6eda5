import json
from decimal import Decimal
from pathlib import Path

from gha_router.gateway.budget import worst_case
from gha_router.gateway.keys import PREFIX, Grant, Keyring
from gha_router.gateway.setup import Pool, Setup, Sharing, Upstream
from gha_router.pricing import FREE, LongPrompt, Price
from gha_router.records import Decision

LONG = LongPrompt(input=Decimal(6), output=Decimal("22.5"), over=200_000)
PRICE = Price(input=Decimal("0.1"), output=Decimal(15), source="configured", digest="d", long_prompt=LONG)
UPSTREAM = Upstream(
    name="lab/x", model="x", provider="lab", base_url="http://127.0.0.1:1", api_key="sk-canary", price=PRICE, idle_s=5.0
)
DECISION = Decision(asked="a", model="a", deployments=("lab/x",), reason="r", tier=1, rejected=("b: dearer",))
SETUP = Setup(
    ledger=Path("ledger.jsonl"),
    upstreams={"lab/x": UPSTREAM},
    names={"a": DECISION},
    default=DECISION,
    run_usd=Decimal("2.50"),
    sharing=Sharing(
        day_usd=Decimal("20.5"),
        pools={"max": Pool(name="max", usd=Decimal(100), reset_day=15, low_at=Decimal("0.1"))},
        folder=Path("/state"),
        redis_url="rediss://:sk-canary@h",
    ),
)


def test_a_setup_survives_the_pipe_exactly() -> None:
    assert Setup.from_json(json.loads(json.dumps(SETUP.to_json()))) == SETUP


def test_a_key_is_never_printed() -> None:
    assert "sk-canary" not in repr(SETUP) + repr(UPSTREAM)


def test_the_worst_case_errs_high_and_is_unknown_without_a_price() -> None:
    assert worst_case(60_000, 100, UPSTREAM) == Decimal("0.1") * 2 * 30_000 / 10**6 + Decimal(15) * 100 / 10**6
    nameless = Upstream(name="lab/x", model="x", provider="lab", base_url="http://h", api_key=None, price=None)
    assert worst_case(60_000, 100, nameless) is None
    free = Upstream(name="lab/x", model="x", provider="lab", base_url="http://h", api_key=None, price=FREE)
    assert worst_case(60_000, None, free) == 0


def test_keys_are_long_different_and_known_by_their_prefix() -> None:
    ring = Keyring()
    keys = {ring.mint(Grant(step="s")) for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith(PREFIX) and len(key) >= len(PREFIX) + 43 for key in keys)


def test_a_revoked_key_is_forgotten() -> None:
    ring = Keyring()
    key = ring.mint(Grant(step="s"))
    assert ring.find(key) is not None
    assert ring.revoke(key) is not None
    assert (ring.find(key), ring.revoke(key), ring.find(None), ring.find("")) == (None, None, None, None)

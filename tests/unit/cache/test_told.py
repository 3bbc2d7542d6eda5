"""What people read of kept replies: the command's words, the report's lines, and the setup on its way to the child."""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gha_router.cache import Ground, seal_key
from gha_router.cache.sqlite import FILE, SqliteStore
from gha_router.config import parse
from gha_router.gateway.setup import Caching, Setup
from gha_router.ledger import receipts
from gha_router.pipeline.bill_lines import cache_use
from gha_router.pipeline.setup import caching_of
from gha_router.records import CacheUse, Receipt, dumps
from gha_router.report.of_run import run_view
from tests.command import gha_router
from tests.golden import check_golden
from tests.unit.report import sample

AT = 1_795_262_400.0  # 2026-11-21, 12:00 UTC; `until` lies beyond any day on which this is run
LATER = 10**11
NEW = {"saved_usd", "similarity", "source"}  # names of a receipt
CONFIG = "models: {{m: {{model: sim/honest}}}}\ncache: {{{on}path: {folder}}}\n"
RECEIPT = Receipt(
    id="r1", at="2026-11-21T12:00:00.000Z", endpoint="/v1/messages", run="run", step="s", attempt=1, session=None,
    agent=None, asked="m", model="m", reason="", tries=(), served="lab/m", status=200, stop_reason="end_turn",
    complete=True, usage=None, price_source=None, price_digest=None, cost_usd=Decimal(0), ttfb_s=None, seconds=0.0,
)  # fmt: skip


def made(tmp_path: Path, *, on: str = "exact: true, ") -> Path:
    (tmp_path / "c.yml").write_text(CONFIG.format(on=on, folder=tmp_path / "c"))
    return tmp_path / "c.yml"


def fill(folder: Path, count: int) -> None:
    async def run() -> None:
        store = SqliteStore(folder, 10**8)
        await store.open()
        for number in range(count):
            await store.put(f"n{number}", bytes(1024 * 1024), at=AT + number, until=LATER)
        await store.close()

    asyncio.run(run())


def test_the_command_s_words(tmp_path: Path) -> None:
    config = made(tmp_path)
    said = []
    for count in (0, 3, 1):
        if count:
            fill(tmp_path / "c", count)
        for args in (("stats",), ("stats", "--json"), ("clear",)):
            done = gha_router("cache", *args, "--config", config)
            said.append(f"$ gha-router cache {' '.join(args)}\n{done.stdout}{done.stderr}")
            assert done.returncode == 0
    check_golden("cache/command.txt", "".join(said).replace(str(tmp_path), "/srv"))


def test_a_broken_file_is_named_and_taken_away(tmp_path: Path) -> None:
    config = made(tmp_path)
    (tmp_path / "c").mkdir(mode=0o700)
    (tmp_path / "c" / FILE).write_bytes(b"no database " * 100)
    broken = gha_router("cache", "stats", "--config", config)
    assert broken.returncode == 3
    check_golden("cache/broken.txt", broken.stderr.replace(str(tmp_path), "/srv"))
    assert gha_router("cache", "clear", "--config", config).returncode == 0
    assert gha_router("cache", "stats", "--config", config).returncode == 0


def test_where_it_is_off_the_command_says_so(tmp_path: Path) -> None:
    done = gha_router("cache", "stats", "--config", made(tmp_path, on=""))
    assert "`cache: {exact: true}` in the configuration turns it on" in done.stdout
    assert not (tmp_path / "c").exists()


def test_the_setup_arrives_at_the_child_as_it_was() -> None:
    caching = Caching(
        ground=Ground(trust="untrusted:pull/1", repository="o/r", commit="c", scope="s"),
        seal=seal_key(["a"]).hex(),
        exact_ttl_s=5.0,
        folder=Path("/srv"),
        redis_url="redis://:canary@h",
        routes={"docs": {"no_store": True}},
    )
    setup = Setup(ledger=Path("l"), upstreams={}, names={}, default=None, caching=caching)
    assert Setup.from_json(json.loads(json.dumps(setup.to_json()))) == setup
    assert "canary" not in repr(setup)
    assert caching.seal not in repr(setup)


def test_the_configuration_becomes_what_the_gateway_is_told() -> None:
    text = """
providers: {lab: {base_url: "http://h", api_key: "${LAB}", format: anthropic}}
models: {m: lab/x}
routes: {docs: {to: m, cache: no-store}, test: {to: m, cache: {ttl: 9}}, review: m}
cache: {exact: {ttl: 60, max_mb: 3}, store: "${REDIS}", path: /srv/c, scope: s}
"""
    config = parse(text, name="c", env={"LAB": "sk-1", "REDIS": "redis://:pw@h:1/2"})
    found = caching_of(config, Ground(repository="o/r"))
    assert found == Caching(
        ground=Ground(repository="o/r", scope="s"),
        seal=seal_key(["sk-1"]).hex(),
        exact_ttl_s=60,
        max_bytes=3 * 1024 * 1024,
        folder=Path("/srv/c"),
        redis_url="redis://:pw@h:1/2",
        routes={"docs": {"no_store": True}, "test": {"no_store": False, "ttl": 9.0}},
    )


@pytest.mark.parametrize(
    ("use", "line"),
    [
        (
            CacheUse(asked=8, hits=3, near=0, saved_usd=Decimal("0.0123")),
            "Cache: 3 of 8 requests (38 %): $0.012 saved.",
        ),
        (CacheUse(asked=1, hits=0, near=0, saved_usd=Decimal(0)), "Cache: 0 of 1 request (0 %)."),
        (
            CacheUse(asked=8, hits=4, near=1, saved_usd=Decimal("1.5")),
            "Cache: 4 of 8 requests (50 %), 1 of them by meaning: $1.50 saved.",
        ),
        (
            CacheUse(asked=2, hits=1, near=0, saved_usd=None),
            "Cache: 1 of 2 requests (50 %): what that saved is not known.",
        ),
    ],
)
def test_the_report_says_what_it_saved(use: CacheUse, line: str) -> None:
    assert line in run_view(replace(sample.run(), cached=use)).lead


def test_receipts_are_counted_by_what_became_of_them() -> None:
    hit = replace(RECEIPT, cache="hit", saved_usd=Decimal("0.5"))
    others = [replace(RECEIPT, cache=word) for word in ("miss", "bypass", "no-store", None)]
    assert cache_use(others[1:]) is None
    assert cache_use([hit, hit, *others]) == CacheUse(asked=3, hits=2, near=0, saved_usd=Decimal(1))
    near = replace(hit, similarity=0.97)
    assert cache_use([near]) == CacheUse(asked=1, hits=1, near=1, saved_usd=Decimal("0.5"))
    assert cache_use([replace(hit, saved_usd=None), hit]) == CacheUse(asked=2, hits=2, near=0, saved_usd=None)


def test_a_ledger_of_before_is_read_as_it_was(tmp_path: Path) -> None:
    old = {name: value for name, value in json.loads(dumps(RECEIPT)).items() if name not in NEW}
    file = tmp_path / "ledger.jsonl"
    file.write_text(json.dumps({"seq": 1, "type": "receipt", **old, "prev": "", "mac": "", "hash": ""}) + "\n")
    [receipt] = receipts(file)
    assert (receipt.saved_usd, receipt.similarity, receipt.source) == (None, None, None)

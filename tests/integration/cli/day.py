"""Several ``gha-router serve`` processes that keep one day's budget together."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from gha_router.ledger import receipts
from gha_router.records import now
from tests.loopback import NO_TLS

CONFIG = """\
version: 1
providers:
  lab: {{base_url: "{url}", api_key: "${{LAB_KEY}}", format: anthropic}}
models:
  sonnet: {{model: lab/real-name, price: {{input: 3, output: 15}}}}
default: sonnet
budget: {{day_usd: {day_usd}}}
"""
ASK = {"model": "sonnet", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]}
WORST = Decimal("0.0018")  # of one such request
REQUESTS = 32  # of each process, at once


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What several gateways answered, and what it cost by their ledgers."""

    statuses: set[int]
    spent: Decimal
    refusal: str


@contextmanager
def days() -> Iterator[set[date]]:
    """Yield the days that pass: a test that runs over midnight has two budgets."""
    passed = {now().date()}
    yield passed
    passed.add(now().date())


async def ask_all(folders: Sequence[Path], infos: Sequence[Mapping[str, Any]]) -> Asked:
    """Ask every gateway at once, again and again until nothing fits any more."""
    replies: list[httpx.Response] = []
    async with httpx.AsyncClient(verify=NO_TLS, timeout=30, limits=httpx.Limits(max_connections=None)) as client:
        for _ in range(6):
            replies += await asyncio.gather(
                *(
                    client.post(f"{info['url']}/v1/messages", json=ASK, headers={"x-api-key": info["keys"]["default"]})
                    for info in infos
                    for _ in range(REQUESTS)
                )
            )
    costs = [one.cost_usd or Decimal(0) for folder in folders for one in receipts(folder / "ledger.jsonl")]
    refusal = next((reply.json()["error"]["message"] for reply in replies if reply.status_code != 200), "")
    return Asked(statuses={reply.status_code for reply in replies}, spent=sum(costs, Decimal(0)), refusal=refusal)

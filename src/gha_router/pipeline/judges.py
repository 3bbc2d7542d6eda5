"""Asks models for their opinion through our own gateway: each judge has a key of its own, receipts and a price."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gha_router.checks import Check, Question
from gha_router.checks.judge import Judge
from gha_router.config import Config
from gha_router.errors import ConfigError, InfrastructureError
from gha_router.pipeline.gateway_process import GatewayProcess
from gha_router.records import Attempt, Decision, Judging, Receipt, total_cost, total_usage
from gha_router.routing import resolve

REPLY_LIMIT = 256 * 1024  # bytes of a reply
HTTP_OK, PAYMENT_REQUIRED = 200, 402


def name_of(judge: Judge | Question) -> str:
    """Return by which name the gateway's decisions know who judges."""
    return f"judge {judge.model}" if judge.model is not None else f"judge tier-{judge.tier}"


def judges_of(config: Config, checks: Iterable[Check]) -> dict[str, Decision]:
    """Return who is asked for an opinion by these checks. Raises ``ConfigError`` for a judge that is not configured."""
    found: dict[str, Decision] = {}
    for check in checks:
        if isinstance(check, Judge):
            try:
                found[name_of(check)] = resolve(config, model=check.model, tier=check.tier)
            except ConfigError as error:
                raise ConfigError(f"judge: {error.what}", where=check.at, hint=error.hint) from None
    return found


def step_of(step: str) -> str:
    """Return what the receipts of a step's judges name as their step."""
    return f"{step} judge"


class Judges:
    """Who judges one attempt. ``receipts`` are those of all that was asked so far."""

    def __init__(
        self, gateway: GatewayProcess, decisions: Mapping[str, Decision], *, run: str, step: str, attempt: int
    ) -> None:
        self._gateway, self._decisions = gateway, decisions
        self._run, self._step, self._attempt = run, step_of(step), attempt
        self.receipts: list[Receipt] = []

    async def ask(self, question: Question) -> str:
        """Return the answer's text. Raises ``InfrastructureError`` when there is none."""
        import httpx  # noqa: PLC0415  0.1 s, and most runs have no judge

        decision, seconds = self._decisions[name_of(question)], question.time_limit_s
        key = await self._gateway.mint(
            run=self._run, step=self._step, attempt=self._attempt, decision=decision, steady=True
        )
        body = {
            "model": decision.model,
            "max_tokens": question.max_tokens,
            "system": question.system,
            "messages": [{"role": "user", "content": question.text}],
        }
        try:
            async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False, timeout=seconds) as client:
                reply = await client.post(f"{self._gateway.url}/v1/messages", json=body, headers={"x-api-key": key})
            if reply.status_code == PAYMENT_REQUIRED:
                raise InfrastructureError(f"the budget leaves nothing for the judge {decision.model}")
            if reply.status_code != HTTP_OK or len(reply.content) > REPLY_LIMIT:
                raise InfrastructureError(f"the judge {decision.model} did not answer (HTTP {reply.status_code})")
            return _text(reply.json())
        except (TimeoutError, httpx.TimeoutException):
            raise InfrastructureError(f"the judge {decision.model} did not answer within {seconds:g} s") from None
        except (httpx.HTTPError, ValueError) as error:
            raise InfrastructureError(f"the judge {decision.model} did not answer ({type(error).__name__})") from None
        finally:
            self.receipts += await self._gateway.revoke(key)


def with_judges(attempt: Attempt, receipts: Sequence[Receipt]) -> Attempt:
    """Return the attempt with what its judges cost: on its bill, and as a line of its own."""
    if not receipts:
        return attempt
    cost = total_cost(receipts)
    judging = Judging(
        requests=len(receipts),
        usage=total_usage(receipts),
        cost_usd=cost,
        served=tuple(dict.fromkeys(receipt.served for receipt in receipts if receipt.served)),
    )
    total = None if attempt.cost_usd is None or cost is None else attempt.cost_usd + cost
    return replace(attempt, judging=judging, cost_usd=total)


def _text(reply: object) -> str:
    content = reply.get("content") if isinstance(reply, dict) else None
    blocks = content if isinstance(content, list) else []
    texts = [one.get("text") for one in blocks if isinstance(one, dict) and one.get("type") == "text"]
    return "".join(text for text in texts if isinstance(text, str))

"""Asks the configured small model which kind of work a prompt is, through our own gateway, so that it has a receipt.

Each prompt is asked about once while the process lives; nothing is kept on disk, where a prompt does not belong.
Whatever goes wrong, the default decides and the reason says why.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from gha_router.config import Classifier as Settings
from gha_router.config import Config
from gha_router.pipeline.gateway_process import GatewayProcess
from gha_router.pipeline.plan import StepPlan
from gha_router.pipeline.plans import context_of, decided
from gha_router.records import Decision, Receipt
from gha_router.routing import Ask, Said, needs_word, resolve, target_of
from gha_router.routing.classifier import answer, offered, question
from gha_router.routing.learned import policy_of

STEP = "classifier"  # as receipts name it
REPLY_LIMIT = 64 * 1024  # bytes of a reply
HTTP_OK = 200


def decisions_for(config: Config, settings: Settings) -> dict[str, Decision]:
    """Return who may have to answer when a model classifies: itself, and whoever a kind of work goes to."""
    routed = (resolve(config, route=str(kind)) for kind in offered(frozenset(config.routes)) if kind in config.routes)
    policy = policy_of(config)
    learnt = [target_of(config, name) for name in (policy.strong, policy.weak)] if policy else []
    decisions = [resolve(config, model=settings.model), *routed, *learnt]
    return {f"{STEP} {number}": decision for number, decision in enumerate(decisions)}


def booked(receipts: Sequence[Receipt]) -> tuple[str, ...]:
    """Return a note of what classifying cost, none when nobody was asked."""
    if not receipts:
        return ()
    costs = [receipt.cost_usd for receipt in receipts]
    known = sum((cost for cost in costs if cost is not None), Decimal(0))
    unknown = f", and {costs.count(None)} without a known price" if None in costs else ""
    times = "once" if len(receipts) == 1 else f"{len(receipts)} times"
    return (f"the classifier was asked {times} for ${known:f}{unknown}",)


class Classifier:
    """One classifying model behind a running gateway."""

    def __init__(self, config: Config, settings: Settings, gateway: GatewayProcess, *, run: str | None = None) -> None:
        """``run`` is what its receipts are booked on."""
        self._config, self._settings, self._gateway, self._run = config, settings, gateway, run
        self._said: dict[str, Said] = {}
        self.receipts: list[Receipt] = []

    async def settled(self, plan: StepPlan) -> StepPlan:
        """Return the plan, its first attempts where this model's word sends them when the rules are not sure."""
        ask = Ask(prompt=plan.prompt)
        if not plan.open or not needs_word(self._config, ask):
            return plan
        first = decided(self._config, ask, said=await self.say(plan.prompt))
        attempts = (*([first] * (1 + plan.retries)), *plan.attempts[1 + plan.retries :])
        return replace(plan, attempts=attempts, context=context_of(self._config, first))

    async def say(self, prompt: str) -> Said:
        """Return which kind of work the model says that a prompt is. Never raises but ``GatewayError``."""
        digest = hashlib.sha256(prompt.encode(errors="replace")).hexdigest()
        if digest not in self._said:
            self._said[digest] = await self._ask(prompt)
        return self._said[digest]

    async def _ask(self, prompt: str) -> Said:
        import httpx  # noqa: PLC0415  0.1 s, and most runs ask nobody

        model, seconds = self._settings.model, self._settings.timeout_s
        kinds = offered(frozenset(self._config.routes))
        decision = resolve(self._config, model=model)
        key = await self._gateway.mint(run=self._run, step=STEP, attempt=1, decision=decision, steady=True)
        body = question(prompt, kinds, model=model, mark=secrets.token_hex(8))
        try:
            async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False, timeout=seconds) as client:
                reply = await client.post(f"{self._gateway.url}/v1/messages", json=body, headers={"x-api-key": key})
            if reply.status_code != HTTP_OK or len(reply.content) > REPLY_LIMIT:
                return Said(task_type=None, why=f"{model} did not answer (HTTP {reply.status_code})")
            return answer(reply.json(), kinds, model=model)
        except (TimeoutError, httpx.TimeoutException):
            return Said(task_type=None, why=f"{model} did not answer within {seconds:g} s")
        except (httpx.HTTPError, ValueError) as error:
            return Said(task_type=None, why=f"{model} did not answer ({type(error).__name__})")
        finally:
            self.receipts += await self._gateway.revoke(key)

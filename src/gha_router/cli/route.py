"""``gha-router route``: which model a prompt goes to, and why. Nobody is called, unless the classifier is asked for."""

import asyncio
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from gha_router.cli.simulation import simulation
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.pipeline.classify import Classifier, decisions_for
from gha_router.pipeline.gateway_process import gateway_process
from gha_router.pipeline.plans import decided
from gha_router.pipeline.setup import gateway_setup, price_of
from gha_router.pricing import Prices
from gha_router.records import Decision, Json
from gha_router.routing import Ask, Said, deployments_of
from gha_router.routing.alternatives import shown
from gha_router.routing.decision import tokens_of

LIMIT = 32 * 1024 * 1024  # characters, as many as a request may have bytes
WIDTH = 11


def prompt_of(text: str, stdin: TextIO) -> str:
    """Return the prompt that was given; ``-`` is standard input."""
    prompt = stdin.read(LIMIT + 1) if text == "-" else text
    if len(prompt) > LIMIT:
        raise UsageError(f"the prompt is longer than {LIMIT:,} characters", hint="No request may be that long.")
    return prompt


def route(config: Config, ask: Ask, *, classify: bool = False) -> Json:
    """Return the decision and what it was made of, as JSON values."""
    said = asyncio.run(_said(config, ask.prompt)) if classify else None
    decision = decided(config, ask, said=said)
    price = price_of(config, deployments_of(config, decision)[0], Prices.load())
    return {
        "task_type": decision.task_type,
        "model": decision.model,
        "tier": decision.tier,
        "deployments": list(decision.deployments),
        "reason": decision.reason,
        "rejected": list(decision.rejected),
        "price": {"input": str(price.input), "output": str(price.output), "source": price.source} if price else None,
        "price_text": shown(price),
        "tokens": tokens_of(ask.prompt) if ask.tokens is None else ask.tokens,
        "classifier": {"task_type": said.task_type, "why": said.why} if said else None,
    }


def as_text(found: Json) -> str:
    """Return the decision for people."""
    first, *others = found["deployments"]
    then = f", then {', '.join(others)}" if others else ""
    lines = [
        ("task type", found["task_type"] or "not read: somebody named who answers"),
        ("model", f"{found['model']}: {first}{then}"),
        ("tier", "none" if found["tier"] is None else str(found["tier"])),
        ("price", found["price_text"]),
        ("why", found["reason"]),
        *(("cheaper" if not index else "", line) for index, line in enumerate(found["rejected"])),
    ]
    return "\n".join(f"{name:<{WIDTH}}{value}" for name, value in lines)


async def _said(config: Config, prompt: str) -> Said:
    """Return what the configured classifier says, asked through a gateway of its own that ends with it."""
    settings = config.classifier
    if settings is None:
        raise UsageError("there is no `classifier` in the configuration", hint="Name its `model`, or drop --classify.")
    decisions: dict[str, Decision] = decisions_for(config, settings)
    async with simulation(config, decisions, ()) as sim_url:
        with tempfile.TemporaryDirectory(prefix="gha-router-route-") as folder:
            setup = gateway_setup(config, decisions, ledger=Path(folder) / "ledger.jsonl", sim_url=sim_url)
            async with gateway_process(replace(setup, port=0), environ=os.environ) as gateway:
                said = await Classifier(config, settings, gateway).say(prompt)
                await gateway.close()
                return said

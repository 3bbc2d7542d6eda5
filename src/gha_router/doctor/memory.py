"""Do the configured Ollama models fit into the machine's memory, together? Sizes are of the weights, in bytes.

A context (its KV cache) comes on top of each loaded model, and depends on how long it is and how many requests run at
once, so what is said here is the least that is needed.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from gha_router.config import Deployment
from gha_router.doctor.findings import Finding, Health, OllamaModel, OllamaServer
from gha_router.doctor.ollama import canonical

GB = 1_000_000_000  # as Ollama prints sizes
# Ollama speaks Anthropic's Messages from here on: https://ollama.com/blog/claude
MESSAGES_SINCE = (0, 14)
# OLLAMA_MAX_LOADED_MODELS, when nobody sets it: https://docs.ollama.com/faq, "concurrent requests"
LOADED_AT_ONCE = 3
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All configured models of one server in memory at once."""

    models: int
    needed: int  # of those whose size is known
    unknown: tuple[str, ...]  # those that are not installed: their size is not known
    largest: OllamaModel | None
    machine: int | None

    @property
    def left(self) -> int | None:
        """Return what is left for everything else; negative: they do not fit."""
        return None if self.machine is None else self.machine - self.needed


def plan_of(server: OllamaServer) -> Plan:
    """Return a server's plan. A model under two names is in memory once."""
    models = {canonical(model.name): model for model in server.models}.values()
    sized = [(model.size, model) for model in models if model.size is not None]
    return Plan(
        models=len(models),
        needed=sum(size for size, _ in sized),
        unknown=tuple(model.name for model in models if model.size is None),
        largest=max(sized, key=lambda pair: pair[0])[1] if sized else None,
        machine=server.memory,
    )


def machine_memory(base_url: str, told_gb: float | None) -> int | None:
    """Return the memory of the machine that a server is on: what was told, else ours when it is on ours."""
    if told_gb is not None:
        return int(told_gb * GB)
    if urlsplit(base_url).hostname not in LOOPBACK:
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def gigabytes(size: int | None) -> str:
    """Return ``69.3 GB``, ``58.7 GB``, ``128 GB``."""
    if size is None:
        return "unknown"
    text = f"{size / GB:.1f}".removesuffix(".0")
    return f"{text} GB"


def plan_text(plan: Plan) -> str:
    """Return the plan in one sentence."""
    least = "at least " if plan.unknown else ""
    together = f"{plan.models} models in memory together: {least}{gigabytes(plan.needed)}"
    if plan.machine is None:
        return f"{together}; the machine's memory is not known (--memory-gb says it)"
    left = plan.left or 0
    rest = f"{gigabytes(left)} left" if left >= 0 else f"{gigabytes(-left)} too much"
    return f"{together} of {gigabytes(plan.machine)}, {rest}; contexts come on top"


def findings_of(server: OllamaServer, deployments: dict[str, Deployment], *, messages: bool) -> Iterator[Finding]:
    """Yield what is wrong on a server that answers. ``messages``: it is asked in Anthropic's words."""
    if messages and (found := _too_old(server.version)):
        yield found
    for model in server.models:
        yield from _context(model, deployments.get(model.name))
    yield from _fits(plan_of(server))


def _too_old(version: str | None) -> Finding | None:
    numbers = re.match(r"(\d+)\.(\d+)", version or "")
    if numbers is None or (int(numbers[1]), int(numbers[2])) >= MESSAGES_SINCE:
        return None
    return Finding(
        health=Health.DOWN,
        what=f"Ollama {numbers[0]} does not speak Anthropic's Messages",
        hint="0.14 and newer do: update it, or set `format: openai` and a `base_url` that ends with /v1.",
    )


def _context(model: OllamaModel, deployment: Deployment | None) -> Iterator[Finding]:
    configured = deployment.context if deployment else None
    if configured and model.loaded_context and configured > model.loaded_context:
        yield Finding(
            health=Health.WARNING,
            what=f"`{model.name}` is loaded with a context of {model.loaded_context:,} tokens, configured are "
            f"{configured:,}: Ollama cuts longer prompts in silence",
            hint=f"Start Ollama with OLLAMA_CONTEXT_LENGTH={configured}, or lower `context` of the deployment.",
        )
    if configured and model.context and configured > model.context:
        yield Finding(
            health=Health.WARNING,
            what=f"`{model.name}` takes {model.context:,} tokens at most, configured are {configured:,}",
            hint="Lower `context` of the deployment.",
        )


def _fits(plan: Plan) -> Iterator[Finding]:
    if plan.machine is None or plan.largest is None or plan.largest.size is None:
        return
    if plan.largest.size > plan.machine:
        yield Finding(
            health=Health.WARNING,
            what=f"`{plan.largest.name}` alone needs {gigabytes(plan.largest.size)}, the machine has "
            f"{gigabytes(plan.machine)}",
            hint="Take a smaller model or a stronger quantisation, such as a tag with `q4_K_M`.",
        )
    elif plan.needed > plan.machine:
        yield Finding(
            health=Health.WARNING,
            what=f"the models do not fit together: {plan_text(plan)}",
            hint="Ollama unloads one to load another, which takes seconds at each change: name fewer or smaller ones.",
        )


def parallel_text(plan: Plan) -> str | None:
    """Return what keeps them all loaded, ``None`` when they cannot be or Ollama does so by itself."""
    fits = plan.left is None or plan.left >= 0
    if plan.models <= LOADED_AT_ONCE or not fits:
        return None
    return (
        f"Ollama keeps at most {LOADED_AT_ONCE} models loaded (for each GPU) unless it is told otherwise: "
        f"OLLAMA_MAX_LOADED_MODELS={plan.models} keeps all."
    )

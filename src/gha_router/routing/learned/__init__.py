"""Routers learnt from one's own history: what a text says of how much better the strong model would do.

The family of RouteLLM (I. Ong et al., arXiv:2406.18665): ``sw_ranking``, ``mf``, an encoder classifier (``bert``), and
an LLM that classifies (``causal_llm``), which is somebody else's call and takes part through ``Predictor``. All
predict a gain and say when a text is none that the history speaks of. Importing this brings in nothing heavy; numpy
is loaded by ``load_policy`` for a learnt policy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gha_router.config import Config, suggest
from gha_router.errors import ConfigError
from gha_router.routing.cascade import Stage

KINDS = ("ensemble", "bert", "mf", "sw_ranking", "causal_llm", "prior")
_NAME = re.compile(r"router-(?P<kind>[A-Za-z_]+)-(?P<rate>[0-9]*\.?[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What the strong model is expected to be better by: P(strong right) - P(weak right), -1 to 1."""

    value: float
    in_domain: bool  # False: the text resembles nothing that was learnt; the value is then the history's mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The strong or the weak model, why, and the chain that was calibrated for this kind of task."""

    model: str
    reason: str  # one line for people
    abstains: str | None = None  # why the router has nothing to say, and the prior chose; None: it has
    gain: Gain
    chain: tuple[str, ...] = ()  # verify, then escalate: cheapest first; empty: none pays


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterName:
    """RouteLLM's name for a router and its threshold, as a client sends it for a model: ``router-mf-0.116``."""

    kind: str
    win_rate: float  # P(strong beats weak), ties as half: a gain of 2 * win_rate - 1


class Predictor(Protocol):
    """Whatever can say a gain of a text."""

    @property
    def kind(self) -> str:
        """Return the name in ``KINDS``."""
        ...

    def gain(self, text: str) -> Gain:
        """Return the gain; time is linear in the text and bounded."""
        ...


class Policy(Predictor, Protocol):
    """A calibrated choice between two models."""

    @property
    def strong(self) -> str:
        """Return the model that is better and dearer."""
        ...

    @property
    def weak(self) -> str:
        """Return the other."""
        ...

    @property
    def threshold(self) -> float:
        """Return the gain from which on the strong model answers."""
        ...

    def choose(self, text: str, task_type: str | None = None) -> Choice:
        """Return the model for a text."""
        ...

    def named(self, target: str) -> "Policy":
        """Return this policy as RouteLLM names it; the same for another name. Raises ``ConfigError`` as ``at`` does."""
        ...

    def stages(self, models: Sequence[str]) -> tuple[Stage, ...]:
        """Return models as the stages of a chain, by the history's figures; nothing where one is not in them."""
        ...

    def at(self, router: RouterName) -> "Policy":
        """Return this policy with another router and threshold.

        Raises ``ConfigError`` for a kind that was not fitted.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a router is asked about, and the policy that has it; ``None``: none is configured."""

    text: str
    policy: Policy | None


def router_name(model: str) -> RouterName | None:
    """Return what RouteLLM's model name asks for, ``None`` for another name.

    Raises ``ConfigError`` with the nearest kind for a router that there is not, and for a threshold outside of 0 to 1.
    """
    found = _NAME.fullmatch(model)
    if found is None:
        return None
    kind, rate = found["kind"], float(found["rate"])
    if kind not in KINDS:
        raise ConfigError(f"`{model}` names no router that there is: `{kind}`", hint=suggest(kind, KINDS))
    if rate > 1:
        raise ConfigError(f"the threshold of `{model}` is {rate:g}", hint="It is a win rate, from 0 to 1.")
    return RouterName(kind=kind, win_rate=rate)


def policy_of(config: Config) -> Policy | None:
    """Return the policy that a configuration names, ``None`` without one. Raises ``ConfigError`` where it is unfit."""
    if config.learned is None:
        return None
    from gha_router.routing.learned.configured import configured_policy  # noqa: PLC0415  as below

    return configured_policy(config)


def load_policy(path: Path) -> Policy:
    """Return a policy that ``calibrate`` wrote. Raises ``ConfigError`` with file and line for what does not fit."""
    from gha_router.routing.learned.policyfile import read_policy  # noqa: PLC0415  here, numpy may be loaded

    return read_policy(path)

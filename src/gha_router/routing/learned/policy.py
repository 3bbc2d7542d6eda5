"""A calibrated policy: it asks a router for the gain and holds it against the threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zlib import crc32

from gha_router.errors import ConfigError
from gha_router.routing.cascade import USUAL_CHECK, Check, Stage
from gha_router.routing.learned import Choice, Gain, Predictor, RouterName, router_name

if TYPE_CHECKING:  # both load numpy, which a policy without weights does without
    from gha_router.routing.learned.encoder import Floats
    from gha_router.routing.learned.learner import Learned
    from gha_router.routing.learned.minilm import MiniLM


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A verify-then-escalate chain and what it is expected to give, with the check's rates that this holds for."""

    stages: tuple[Stage, ...]
    quality: float  # as a share of the strong model's
    cost: float  # as a share of the strong model's
    alone_usd: float  # the strong model on every task
    tasks: int
    alpha: float
    beta: float

    @property
    def models(self) -> tuple[str, ...]:
        """Return the names in the order in which they are tried."""
        return tuple(stage.model for stage in self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one model did on the history."""

    solves: float  # share of tasks
    cost_usd: float  # a task
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Routers and what was seen of them on held-out tasks."""

    learned: "Learned"
    home: float  # a nearness below is out of domain
    quantiles: Mapping[str, "Floats"]  # of held-out gains by kind, 101 rising numbers
    embed: "MiniLM | None" = None  # None: words are hashed


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedPolicy:
    """Strong when the gain reaches the threshold.

    Where the router abstains (text out of domain, or nothing was learnt), the prior decides: nothing tells
    one such text from another, so a fair coin sends the calibrated share to the strong model. The coin is the text's
    hash: the same text gets the same answer.
    """

    strong: str
    weak: str
    kind: str
    threshold: float  # on the gain, -1 to 1
    share: float  # of strong calls that the threshold was set for
    prior: float  # the history's mean gain
    trained: Trained | None = None
    predictor: Predictor | None = None  # asked instead, such as an LLM that classifies (`causal_llm`)
    chain: Chain | None = None
    fitted_on: str | None = None  # SHA-256 of the outcomes
    outcomes: str | None = None  # their file's name
    chains: Mapping[str, Chain] = field(default_factory=dict)  # by task type
    check: Check = USUAL_CHECK
    tried: Mapping[str, Tried] = field(default_factory=dict)  # by model, where costs are known

    def called(self, *, strong: str, weak: str) -> "CalibratedPolicy":
        """Return this policy with other names for its two models, also in what is told of them."""
        names = {self.strong: strong, self.weak: weak}
        tried = {names.get(model, model): figures for model, figures in self.tried.items()}
        return replace(self, strong=strong, weak=weak, tried=tried)

    def stages(self, models: Sequence[str]) -> tuple[Stage, ...]:
        """Return models as stages, each as if all tasks came to it; nothing where one of them was not tried."""
        if not all(model in self.tried for model in models):
            return ()
        found = [(model, self.tried[model]) for model in models]
        return tuple(
            Stage(model=model, cost_usd=tried.cost_usd, reached=1, accepts=self.check.accepts(tried.solves))
            for model, tried in found
        )

    def gain(self, text: str) -> Gain:
        """Return the gain; at most a few thousand characters of the text are read."""
        if self.predictor is not None and self.kind == self.predictor.kind:
            return self.predictor.gain(text)
        if self.trained is None or not self._learnt:
            return Gain(value=self.prior, in_domain=False)
        from gha_router.routing.learned.encoder import count  # noqa: PLC0415  as above

        by_kind, near = self.trained.learned.gains([count(text, self.trained.embed)])
        if near[0] < self.trained.home:
            return Gain(value=self.prior, in_domain=False)
        return Gain(value=float(by_kind[self.kind][0]), in_domain=True)

    def choose(self, text: str, task_type: str | None = None) -> Choice:
        """Return the model, why, and the chain of the task type or else of all."""
        gain = self.gain(text)
        strong = gain.value >= self.threshold if gain.in_domain else _coin(text) < self.share
        model = self.strong if strong else self.weak
        chain = self.chains.get(task_type or "", self.chain)
        return Choice(
            model=model,
            reason=self._reason(gain, model, strong=strong),
            abstains=None if gain.in_domain else self._why_not(),
            gain=gain,
            chain=chain.models if chain else (),
        )

    def named(self, target: str) -> "CalibratedPolicy":
        """Return this policy with the router and threshold of RouteLLM's name, itself for another name."""
        router = router_name(target)
        return self if router is None else self.at(router)

    def at(self, router: RouterName) -> "CalibratedPolicy":
        """Return this policy with another router and threshold; its share is what held-out tasks had above it."""
        threshold = 2 * router.win_rate - 1
        if self.predictor is not None and router.kind == self.predictor.kind:
            return replace(self, kind=router.kind, threshold=threshold)
        if self.trained is None or router.kind not in self.trained.quantiles:
            fitted = ", ".join(f"`{kind}`" for kind in (self.trained.quantiles if self.trained else ())) or "none"
            raise ConfigError(f"the policy has no router `{router.kind}`", hint=f"Fitted were: {fitted}.")
        share = float((self.trained.quantiles[router.kind] >= threshold).mean())
        return replace(self, kind=router.kind, threshold=threshold, share=share)

    @property
    def _learnt(self) -> bool:
        """Return whether the kind is one of the routers that were fitted: `prior` is none, whatever lies beside it."""
        return self.trained is not None and self.kind in self.trained.quantiles

    def _reason(self, gain: Gain, model: str, *, strong: bool) -> str:
        if gain.in_domain:
            sign = ">=" if strong else "<"
            return f"{self.kind}: gain {gain.value:+.3f} {sign} {self.threshold:+.3f} -> {model}"
        share = f"{self.share:.0%} of such texts go to {self.strong}"
        return f"{self.kind} abstains ({self._why_not()}): {share} -> {model}"

    def _why_not(self) -> str:
        return "out of domain" if self._learnt or self.predictor else "nothing learnt"


def _coin(text: str) -> float:
    return crc32(text.encode("utf-8", "surrogatepass")) / 2**32

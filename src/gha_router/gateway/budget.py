"""Money is reserved before a request leaves and settled by its receipt, so that the cap holds for parallel requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from gha_router.gateway.keys import Grant
from gha_router.gateway.needs import NOTHING, Needs
from gha_router.gateway.setup import LITELLM, Upstream
from gha_router.pricing import most

# Errs high: what agents send has three to four bytes a token.
BYTES_PER_TOKEN = 2
DEFAULT_MAX_OUTPUT = 32_000
# An image at the largest size that any Claude model takes, 2,576 pixels: docs.claude.com, "Vision".
TOKENS_PER_IMAGE = 5_000
# What one search's results add to the prompt. Not published; ten results of 2,000 tokens.
TOKENS_PER_SEARCH = 20_000
# The longest prompt that a listed model takes: for PDFs and fetched pages, where the model's own limit is not known.
LONGEST_PROMPT = 1_050_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not sent, for people."""

    message: str


def worst_case(size: int, max_tokens: int | None, upstream: Upstream, needs: Needs = NOTHING) -> Decimal | None:
    """Return the most that a request of ``size`` bytes can cost, in USD; ``None`` without a known price."""
    output = max_tokens or upstream.max_output or DEFAULT_MAX_OUTPUT
    if upstream.max_output and upstream.format != LITELLM:  # the others are sent with no more: ``Body.asking_for``
        output = min(output, upstream.max_output)
    prompt = (size - needs.image_bytes) // BYTES_PER_TOKEN + unseen(needs, upstream)
    return most(prompt, output, upstream.price, web_searches=needs.searches)


def unseen(needs: Needs, upstream: Upstream) -> int:
    """Return the tokens of a prompt, at most, that its bytes do not show: of media and of what the provider fetches.

    A few kilobytes of PDF, an address or a file's id may be hundreds of pages. All that bounds them is the context.
    """
    if needs is NOTHING:
        return 0
    longest = upstream.context or upstream.max_input or LONGEST_PROMPT
    counted = needs.images * TOKENS_PER_IMAGE + needs.searches * TOKENS_PER_SEARCH
    return longest if needs.unbounded else min(counted, longest)


class Budget:
    """Caps in USD for the whole run and for each step's attempts; ``None`` is no cap.

    A step's own cap (``Grant.usd``) takes the place of the one for every step. ``spent`` is what an earlier life of the
    run has spent, by ``run/step``.
    """

    def __init__(
        self, run_usd: Decimal | None, step_usd: Decimal | None, spent: Mapping[str, Decimal] = MappingProxyType({})
    ) -> None:
        self.run_usd = run_usd
        self.step_usd = step_usd
        self._run = sum(spent.values(), Decimal(0))
        self._steps = dict(spent)

    def caps(self, grant: Grant) -> bool:
        """Return whether there is any cap for these requests."""
        return not (self.run_usd is None and self.step_usd is None and grant.usd is None)

    def reserve(self, grant: Grant, worst: Decimal | None, deployment: str) -> Decimal | Refusal:
        """Set ``worst`` aside and return it, or say why the request must not be sent."""
        if not self.caps(grant):
            return Decimal(0)
        if worst is None:
            return Refusal(
                f"{deployment} has no known price, and there is a budget. Give it a `price` (or `price: free`) in the"
                " configuration."
            )
        step = self._steps.get(scope_of(grant.run, grant.step), Decimal(0))
        step_usd = self.step_usd if grant.usd is None else grant.usd
        for cap, used, what in ((self.run_usd, self._run, "run"), (step_usd, step, "step")):
            if cap is not None and used + worst > cap:
                return Refusal(
                    f"the {what}'s budget of ${cap} could be passed: ${used:.4f} is spent or reserved, and this request"
                    f" can cost up to ${worst:.4f}."
                )
        self._book(grant, worst)
        return worst

    def settle(self, grant: Grant, reserved: Decimal, spent: Decimal | None) -> None:
        """Put what was spent in the place of what was reserved; an unknown cost keeps the reservation."""
        if self.caps(grant) and spent is not None:
            self._book(grant, spent - reserved)

    def _book(self, grant: Grant, amount: Decimal) -> None:
        self._run += amount
        scope = scope_of(grant.run, grant.step)
        self._steps[scope] = self._steps.get(scope, Decimal(0)) + amount


def scope_of(run: str | None, step: str) -> str:
    """Return what the money of a step's attempts is booked on."""
    return f"{run or ''}/{step}"

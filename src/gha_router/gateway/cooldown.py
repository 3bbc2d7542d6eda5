"""Deployments that rest after failures, by what their quota is counted on.

Words and defaults as LiteLLM's router has them (docs.litellm.ai, "Router: cooldowns"): a refused key and a full quota
rest at once, other failures when there were more than ``allowed_fails`` within a minute.
"""

from collections import deque

from gha_router.gateway.answer import FINAL
from gha_router.gateway.setup import Policy, Upstream

WINDOW_S = 60.0
TOO_MANY = 429


def scope_of(upstream: Upstream, status: int | None) -> str:
    """Return what a failure says something of: one deployment, or all that share its quota or its key.

    OpenRouter counts its ``:free`` models together, 20 a minute and 50 a day for an account (openrouter.ai, "Limits").
    """
    if status in FINAL:
        return f"key of {upstream.provider}"
    if upstream.kind == "openrouter" and upstream.model.endswith(":free") and status == TOO_MANY:
        return f"free models of {upstream.provider}"
    return upstream.name


def scopes_of(upstream: Upstream) -> tuple[str, ...]:
    """Return every scope whose rest is the deployment's too."""
    return tuple({scope_of(upstream, status): None for status in (None, TOO_MANY, *FINAL)})


class Cooldowns:
    """Who rests until when, in the clock's seconds."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._until: dict[str, float] = {}
        self._fails: dict[str, deque[float]] = {}

    def ready_at(self, upstream: Upstream, now: float) -> float:
        """Return from when on a deployment may be asked; not after ``now``: at once."""
        if not self._until:
            return now
        return max(self._until.get(scope, now) for scope in scopes_of(upstream))

    def answered(self, upstream: Upstream) -> None:
        """Forget a deployment's earlier failures."""
        self._fails.pop(upstream.name, None)

    def failed(self, upstream: Upstream, status: int | None, retry_after_s: float | None, now: float) -> str | None:
        """Book a failure and return the scope that rests now, if one does.

        ``retry_after_s`` is how long the upstream wants to be left alone.
        """
        scope = scope_of(upstream, status)
        if status == TOO_MANY or status in FINAL:
            return self.rest(scope, now + (self._policy.cooldown_s if retry_after_s is None else retry_after_s))
        fails = self._fails.setdefault(scope, deque())
        fails.append(now)
        while fails[0] + WINDOW_S <= now:
            fails.popleft()
        return self.rest(scope, now + self._policy.cooldown_s) if len(fails) > self._policy.allowed_fails else None

    def rest(self, scope: str, until: float) -> str | None:
        """Let a scope rest, not shorter than it does already; return it, ``None`` where nobody ever rests."""
        if self._policy.cooldown_s <= 0:
            return None
        self._until[scope] = max(until, self._until.get(scope, 0.0))
        return scope

    def until(self, scope: str) -> float:
        """Return until when a scope rests that does."""
        return self._until[scope]

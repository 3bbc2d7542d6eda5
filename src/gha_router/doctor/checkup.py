"""The whole checkup: configuration, keys, Ollama, and one request to each deployment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gha_router.config import KNOWN_PROVIDERS, Config, Keyless
from gha_router.doctor.agents import installed, missing_agents
from gha_router.doctor.calls import Limits, call_all
from gha_router.doctor.entries import entries_of, keys_of, listed, missing_keys, shown_address, unpriced
from gha_router.doctor.findings import Checked, Checkup, Entry, Finding, Health, KeyState, OllamaServer
from gha_router.doctor.judge import SUBSCRIPTION_TOKEN, Circumstances, Reply, judged
from gha_router.doctor.servers import Server, servers_of, states_of, with_ollamas_word
from gha_router.pricing import Prices

OnChecked = Callable[[Checked], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be looked at: the deployments and the providers behind them."""

    config: Config
    entries: tuple[Entry, ...]
    keys: tuple[KeyState, ...]
    redis: tuple[str, ...]  # variables of its address that are not set
    prices: Prices

    @classmethod
    def of(cls, config: Config, keyless: Keyless, prices: Prices) -> "Plan":
        """Return the plan for a configuration."""
        entries = entries_of(config)
        keys = keys_of(config, entries, keyless)
        return cls(config=config, entries=entries, keys=keys, redis=keyless.redis, prices=prices)

    @property
    def with_keys(self) -> tuple[Entry, ...]:
        """Return the deployments whose provider has its key."""
        lacking = {key.provider for key in self.keys if key.missing}
        return tuple(entry for entry in self.entries if entry.deployment.provider not in lacking)

    def own_findings(self) -> tuple[Finding, ...]:
        """Return what is wrong before anybody is asked."""
        warned = (Finding(health=Health.WARNING, what=warning) for warning in self.config.warnings)
        lacking = (*missing_keys(self.keys, self.redis), *missing_agents(self.config))
        return (*warned, *lacking, *unpriced(self.config, self.entries, self.prices))

    def result(self, checked: Mapping[Entry, Checked], ollama: Sequence[OllamaServer], *, called: bool) -> Checkup:
        """Return what was found, every deployment in its place."""
        lacking = {key.provider for key in self.keys if key.missing}
        every = [checked.get(entry) or listed(self.config, entry, self.prices) for entry in self.entries]
        unasked = [
            replace(one, unasked="not asked: no key") if one.entry.deployment.provider in lacking else one
            for one in every
        ]
        return Checkup(
            configuration=self.config.position(()).file,
            called=called,
            keys=self.keys,
            checked=tuple(with_ollamas_word(one, ollama) for one in unasked),
            ollama=tuple(ollama),
            findings=self.own_findings(),
            agents=installed(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a checkup works with. ``memory_gb``: of the machine that Ollama is on, when it was told."""

    sim_url: str | None
    environ: Mapping[str, str]
    limits: Limits
    memory_gb: float | None
    on_checked: OnChecked


def offline(plan: Plan) -> Checkup:
    """Return a checkup that asks nobody."""
    return plan.result({}, (), called=False)


async def without_calls(plan: Plan, effects: Effects) -> Checkup:
    """Return a checkup that asks no model: Ollama servers say what they have, which costs nothing."""
    servers = await servers_of(plan.config, plan.with_keys)
    checked = _not_asked(plan, servers)
    return plan.result(checked, await states_of(servers, effects.memory_gb), called=False)


async def checkup(plan: Plan, effects: Effects) -> Checkup:
    """Return a checkup that asks each deployment once for one token."""
    servers = await servers_of(plan.config, plan.with_keys)
    checked = _not_asked(plan, servers)
    for one in checked.values():
        effects.on_checked(one)

    def replied(entry: Entry, reply: Reply) -> None:
        around = _circumstances(plan, entry, effects.limits.seconds, ollama=entry.deployment.provider in servers)
        checked[entry] = replace(
            listed(plan.config, entry, plan.prices),
            finding=judged(entry, reply, around),
            seconds=reply.seconds,
            answered_by=reply.model,
            cost_usd=reply.receipt.cost_usd if reply.receipt else None,
        )
        effects.on_checked(checked[entry])

    await call_all(
        plan.config,
        [entry for entry in plan.with_keys if entry not in checked],
        sim_url=effects.sim_url,
        environ=effects.environ,
        limits=effects.limits,
        alone=frozenset(servers),
        on_reply=replied,
    )
    return plan.result(checked, await states_of(servers, effects.memory_gb), called=True)


def _not_asked(plan: Plan, servers: Mapping[str, Server]) -> dict[Entry, Checked]:
    """Return the deployments that are not worth a call, and why."""
    reasons = {entry: server.not_asked(entry) for server in servers.values() for entry in server.entries}
    return {
        entry: replace(listed(plan.config, entry, plan.prices), finding=reason)
        for entry, reason in reasons.items()
        if reason
    }


def _circumstances(plan: Plan, entry: Entry, limit_s: float, *, ollama: bool) -> Circumstances:
    name = entry.deployment.provider
    provider, known = plan.config.provider(name), KNOWN_PROVIDERS.get(name)
    key = provider.api_key.get_secret_value() if provider and provider.api_key else ""
    subscription = key.startswith(SUBSCRIPTION_TOKEN)
    variable = known.token if known and subscription else known.variable if known else None
    return Circumstances(
        limit_s=limit_s,
        ollama=ollama,
        address=shown_address(provider.base_url) if provider else None,
        variables=(variable,) if variable else (),
        subscription=subscription,
        known=tuple(one for one in plan.prices.models if one.startswith(f"{name}/")),
    )

"""Who answers what in claude-code-router's settings: its scenarios become routes, its chains fallbacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gha_router.config.document import Trail
from gha_router.config.importers.ccr_providers import Providers
from gha_router.config.importers.draft import Draft, Entry
from gha_router.config.words import TaskType
from gha_router.errors import ConfigError

_OVER_TOKENS = "60000"  # its own default
_SCENARIOS = {
    "background": TaskType.BACKGROUND,
    "bg": TaskType.BACKGROUND,
    "think": TaskType.THINK,
    "longContext": TaskType.LONG_CONTEXT,
    "webSearch": TaskType.WEB_SEARCH,
    "image": TaskType.IMAGE,
    "quick": TaskType.QUICK_FIX,
    **{kind.value: kind for kind in TaskType},
}
_RULES = {
    "long-context": TaskType.LONG_CONTEXT,
    "thinking": TaskType.THINK,
    "web-search": TaskType.WEB_SEARCH,
    "image": TaskType.IMAGE,
    "subagent": TaskType.SUBAGENT,
}
_PROFILE = {"opusModel": "opus", "sonnetModel": "sonnet", "haikuModel": "haiku"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """Who answers a kind of request, in the file's words, and from how many tokens on."""

    reference: str
    origin: Trail
    over: Entry | None = None


class Router:
    """Reads them; ``finish`` once all of the file has been seen."""

    def __init__(self, draft: Draft, providers: Providers) -> None:
        self._draft = draft
        self._providers = providers
        self._targets: dict[TaskType, _Target] = {}
        self._each: dict[Trail, Any] = {}  # fallbacks of one scenario, by where they stand
        self._chain: list[Entry] = []  # what stands in for everybody
        self._last: Entry | None = None

    def read(self, key: str) -> None:
        """Read ``Router``: scenarios, rules and what happens on failure."""
        section = self._section(key)
        threshold = section.get("longContextThreshold")
        over = Entry(value=threshold, origin=(key, "longContextThreshold")) if threshold else None
        for name, value in section.items():
            origin: Trail = (key, name)
            if value in (None, "", [], {}) or name == "longContextThreshold":
                continue
            if name == "rules" and isinstance(value, list):
                self._rules(origin, value)
            elif name == "fallback":
                self.fallbacks(*origin)
            elif name in _SCENARIOS and isinstance(value, str):
                self._route(_SCENARIOS[name], _Target(reference=value, origin=origin, over=over))
            else:
                self._draft.leave(origin, f"`{name}` of `{key}`")

    def article(self, key: str) -> None:
        """Read ``routerConfig``: roles that name provider, model, address and key on the spot."""
        for name, value in self._section(key).items():
            origin: Trail = (key, name)
            match value:
                case {"provider": str(provider), "model": str(model)}:
                    reference = f"{self._providers.add(provider, origin, {**value, 'models': [model]})},{model}"
                case str() as reference:
                    pass
                case _:
                    self._draft.leave(origin, f"`{name}` of `{key}`")
                    continue
            if name == "fallback":
                target = self._providers.target(reference, origin)
                self._last = Entry(value=reference, origin=origin) if target else None
            elif name in _SCENARIOS:
                self._route(_SCENARIOS[name], _Target(reference=reference, origin=origin))
            else:
                self._draft.leave(origin, f"the role `{name}`, for which there is no task type")

    def _route(self, kind: TaskType, target: _Target) -> None:
        """Note who answers a kind of request; models get their names when all are known."""
        if kind in self._targets:
            self._draft.leave(target.origin, f"`{target.origin[-1]}`: `{kind}` has its model already")
        else:
            self._targets[kind] = target

    def _rules(self, origin: Trail, rules: list[Any]) -> None:
        """Read version 3's rules: those that are a scenario; conditions, patterns and scripts are not ours."""
        for index, rule in enumerate(rules):
            trail = (*origin, index)
            if not isinstance(rule, dict) or str(rule.get("enabled", "true")).lower() == "false":
                self._draft.leave(trail, "a rule that is switched off")
                continue
            kind, target = _RULES.get(str(rule.get("type"))), rule.get("target")
            if kind is not None and isinstance(target, str) and target:
                over = rule.get("threshold")
                limit = Entry(value=over, origin=(*trail, "threshold")) if over else None
                self._route(kind, _Target(reference=target, origin=trail, over=limit))
                self._draft.leave_keys(
                    trail, "the rule", rule, ("id", "name", "enabled", "type", "target", "threshold")
                )
            else:
                self._draft.leave(trail, f"a rule of type `{rule.get('type')}`")

    def fallbacks(self, *origin: str | int) -> None:
        """Read who stands in: for everybody, for each scenario, or as version 3 says it."""
        value: Any = self._draft.source.data
        for part in origin:
            value = value.get(part) if isinstance(value, dict) else None
        match value:
            case str() as reference if reference:
                self._chain.append(Entry(value=reference, origin=origin))
            case dict() if "mode" in value:
                self._mode(str(value["mode"]), value, origin)
            case dict():
                self._each |= {(*origin, name): item for name, item in value.items()}
            case list():
                self._chain += [Entry(value=item, origin=(*origin, i)) for i, item in enumerate(value) if item]

    def _mode(self, mode: str, rest: Mapping[str, Any], origin: Trail) -> None:
        models, retries = rest.get("models"), rest.get("retryCount")
        if mode == "model-chain" and isinstance(models, list):
            self._chain += [Entry(value=item, origin=(*origin, "models", i)) for i, item in enumerate(models) if item]
        elif mode == "retry" and retries is not None:
            self._draft.put(("router_settings", "num_retries"), retries, (*origin, "retryCount"))
        elif mode != "off":
            self._draft.leave(origin, "a fallback in a mode that is not known")

    def chain(self, key: str) -> None:
        """Read ``fallbackChain``: for whoever is in it, what follows; for everybody else, all of it."""
        listed = self._draft.source.data.get(key)
        if isinstance(listed, list):
            self._chain += [
                Entry(value=item, origin=(key, i)) for i, item in enumerate(listed) if isinstance(item, str)
            ]

    def profile(self, origin: Trail, profile: Mapping[str, Any]) -> None:
        """Read the models that a profile of version 3 sets for Claude Code."""
        for key in ("model", "smallFastModel", "haikuModel"):
            kind = TaskType.DEFAULT if key == "model" else TaskType.BACKGROUND
            if isinstance(profile.get(key), str) and profile[key] and kind not in self._targets:
                self._route(kind, _Target(reference=profile[key], origin=(*origin, key)))
        for key, name in _PROFILE.items():
            if isinstance(profile.get(key), str) and profile[key]:
                self._draft.leave((*origin, key), f"what `{name}` means to the agent: name the model in `models`")
        read = ("id", "name", "agent", "enabled", "model", "smallFastModel", *_PROFILE)
        self._draft.leave_keys(origin, "the profile", profile, read)

    def finish(self) -> None:
        """Write routes and fallbacks, whose names are known now."""
        answering: dict[TaskType, str] = {}
        for kind, target in self._targets.items():
            name = self._providers.target(target.reference, target.origin)
            if name is None:
                continue
            answering[kind] = name
            if kind == TaskType.DEFAULT:
                self._draft.put(("default",), name, target.origin)
            elif kind == TaskType.LONG_CONTEXT:
                over = target.over or Entry(value=_OVER_TOKENS, origin=target.origin)
                self._draft.put(("routes", kind.value, "to"), name, target.origin)
                self._draft.put(("routes", kind.value, "over_tokens"), over.value, over.origin)
            else:
                self._draft.put(("routes", kind.value), name, target.origin)
        if TaskType.DEFAULT not in answering:
            self._draft.tell((), "nothing says which model answers when none is named: set `default`")
        self._scenario_chains(answering)
        self._common_chain(answering)

    def _scenario_chains(self, answering: Mapping[TaskType, str]) -> None:
        for origin, listed in self._each.items():
            kind = _SCENARIOS.get(str(origin[-1]))
            references = listed if isinstance(listed, list) else [listed]
            if kind is None or kind not in answering:
                self._draft.leave(origin, f"fallbacks of `{origin[-1]}`, which nobody answers")
                continue
            entries = [Entry(value=item, origin=(*origin, index)) for index, item in enumerate(references)]
            self._draft.fall_back(answering[kind], self._resolved(entries))

    def _common_chain(self, answering: Mapping[TaskType, str]) -> None:
        chain = list(self._resolved(self._chain))
        last = list(self._resolved([self._last] if self._last else []))
        names = [entry.value for entry in chain]
        for target in dict.fromkeys(answering.values()):
            after = names.index(target) + 1 if target in names else 0
            self._draft.fall_back(target, [*chain[after:], *last])

    def _resolved(self, entries: list[Entry]) -> Iterator[Entry]:
        for entry in entries:
            target = self._providers.target(entry.value, entry.origin) if isinstance(entry.value, str) else None
            if target is not None:
                yield Entry(value=target, origin=entry.origin)

    def _section(self, key: str) -> dict[str, Any]:
        section = self._draft.source.data.get(key)
        if section is None:
            return {}
        if not isinstance(section, dict):
            raise ConfigError(f"`{key}` must be a mapping", where=self._draft.source.place((key,)))
        return section

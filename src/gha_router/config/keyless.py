"""An environment for commands that do without keys: an estimate calls nobody, the doctor tells what is missing."""

from collections.abc import Iterator, Mapping

from gha_router.config.document import Document
from gha_router.config.models import Provider
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.variables import variables_in

UNSET = '{"unset": true}'  # in the place of a key; JSON, because Google's keys are
SECRETS = ("api_key", "credentials")


class Keyless(Mapping[str, str]):
    """The environment, with a placeholder for each key that it lacks, and for Redis' address, which may hold one.

    Other variables stay missing.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        unkeyed = (known.variable for known in KNOWN_PROVIDERS.values() if not known.key(env))
        self._stand_ins = {variable: UNSET for variable in unkeyed if variable}
        self.lacking: dict[str, tuple[str, ...]] = {}  # provider -> the variables that its description reads in vain
        self.redis: tuple[str, ...] = ()  # the variables that Redis' address reads in vain

    def standing_in(self, document: Document) -> "Keyless":
        """Take note of the variables that a file reads its keys from."""
        providers = document.data.get("providers")
        for name, provider in providers.items() if isinstance(providers, dict) else ():
            read = [text for key in SECRETS if isinstance(provider, dict) for text in _texts(provider.get(key))]
            if missing := self._missing(" ".join(read)):
                self.lacking[name] = missing
                self._stand_ins |= dict.fromkeys(missing, UNSET)
        for section, key in (("router_settings", "redis_url"), ("cache", "store")):
            settings = document.data.get(section)
            url = settings.get(key) if isinstance(settings, dict) else None
            if isinstance(url, str) and (missing := self._missing(url)):
                self.redis = tuple(dict.fromkeys((*self.redis, *missing)))
                self._stand_ins |= dict.fromkeys(missing, "redis://unset" if url.startswith("${") else "unset")
        return self

    def missing(self, name: str, provider: Provider) -> tuple[str, ...]:
        """Return the variables that a provider's key is looked for in and that are not set; empty: it has its key."""
        secrets = list(provider.settings.values())
        secrets += [provider.api_key.get_secret_value()] if provider.api_key else []
        if not any(UNSET in secret for secret in secrets):
            return ()
        known = KNOWN_PROVIDERS.get(name)
        return self.lacking.get(name) or ((known.variable,) if known and known.variable else ())

    def _missing(self, text: str) -> tuple[str, ...]:
        found = (one for one in variables_in(text) if not self._env.get(one, "").strip())
        return tuple(dict.fromkeys(found))

    def __getitem__(self, name: str) -> str:
        if self._env.get(name, "").strip() or name not in self._stand_ins:
            return self._env[name]
        return self._stand_ins[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._env, **self._stand_ins})

    def __len__(self) -> int:
        return len({**self._env, **self._stand_ins})


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for text in value.values() if isinstance(text, str))

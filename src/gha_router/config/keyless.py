"""An environment for commands that do without keys: an estimate calls nobody, the doctor tells what is missing."""

from collections.abc import Iterator, Mapping

from gha_router.config.document import Document
from gha_router.config.models import Provider
from gha_router.config.variables import variables_in
from gha_router.config.words import KNOWN_PROVIDERS

UNSET = '{"unset": true}'  # in the place of a key; JSON, because Google's keys are
SECRETS = ("api_key", "credentials")


class Keyless(Mapping[str, str]):
    """The environment, with ``UNSET`` in the place of each key that it lacks. Other variables stay missing."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._stand_ins = {
            known.variable for known in KNOWN_PROVIDERS.values() if known.variable and not known.key(env)
        }
        self.lacking: dict[str, tuple[str, ...]] = {}  # provider -> the variables that its description reads in vain

    def standing_in(self, document: Document) -> "Keyless":
        """Take note of the variables that a file's providers read their keys from."""
        providers = document.data.get("providers")
        for name, provider in providers.items() if isinstance(providers, dict) else ():
            read = [text for key in SECRETS if isinstance(provider, dict) for text in _texts(provider.get(key))]
            missing = [one for text in read for one in variables_in(text) if not self._env.get(one, "").strip()]
            if missing:
                self.lacking[name] = tuple(dict.fromkeys(missing))
                self._stand_ins |= set(missing)
        return self

    def missing(self, name: str, provider: Provider) -> tuple[str, ...]:
        """Return the variables that a provider's key is looked for in and that are not set; empty: it has its key."""
        secrets = [provider.settings.get(key, "") for key in provider.settings]
        secrets += [provider.api_key.get_secret_value()] if provider.api_key else []
        if not any(UNSET in secret for secret in secrets):
            return ()
        known = KNOWN_PROVIDERS.get(name)
        return self.lacking.get(name) or ((known.variable,) if known and known.variable else ())

    def __getitem__(self, name: str) -> str:
        if self._env.get(name, "").strip() or name not in self._stand_ins:
            return self._env[name]
        return UNSET

    def __iter__(self) -> Iterator[str]:
        return iter({**self._env, **dict.fromkeys(self._stand_ins)})

    def __len__(self) -> int:
        return len(set(self._env) | self._stand_ins)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for text in value.values() if isinstance(text, str))

"""What a provider that LiteLLM asks has to say of itself, and which settings mean something where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gha_router.config.document import Document
from gha_router.config.models import AwsKeys, Config, Provider
from gha_router.config.words import Format
from gha_router.errors import ConfigError

_AWS = "credentials: {access_key_id: ${AWS_ACCESS_KEY_ID}, secret_access_key: ${AWS_SECRET_ACCESS_KEY}}"
_SETTINGS = ("litellm_provider", "region", "project", "api_version", "credentials")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """Something without which a cloud cannot be asked."""

    key: str
    met: Callable[[Provider], bool]
    hint: str


_NEEDS = {
    "azure": (
        _Need(key="base_url", met=lambda p: p.base_url is not None, hint="`https://NAME.openai.azure.com`."),
        _Need(key="api_key", met=lambda p: p.api_key is not None, hint="`api_key: ${AZURE_API_KEY}`."),
    ),
    "bedrock": (
        _Need(key="region", met=lambda p: p.region is not None, hint="For example `region: eu-central-1`."),
        _Need(
            key="credentials",
            met=lambda p: isinstance(p.credentials, AwsKeys) or p.api_key is not None,
            hint=f"`{_AWS}`, or a Bedrock key: `api_key: ${{AWS_BEARER_TOKEN_BEDROCK}}`.",
        ),
    ),
    "vertex_ai": (
        _Need(key="project", met=lambda p: p.project is not None, hint="The id of the Google Cloud project."),
        _Need(key="region", met=lambda p: p.region is not None, hint="For example `region: europe-west1`."),
        _Need(
            key="credentials",
            met=lambda p: p.credentials is not None and not isinstance(p.credentials, AwsKeys),
            hint="The text of a service account's JSON key: `credentials: ${GOOGLE_CREDENTIALS}`.",
        ),
    ),
}


def unmet(name: str, provider: Provider) -> tuple[str, str] | None:
    """Return what a provider has to say of itself and does not, and how it is said."""
    if provider.format is not Format.LITELLM:
        return None
    needs = _NEEDS.get(provider.litellm_provider or provider.like or name, ())
    return next(((need.key, need.hint) for need in needs if not need.met(provider)), None)


def check_clouds(config: Config, document: Document) -> Iterator[ConfigError]:
    """Yield what is missing at, or means nothing for, the providers of a configuration."""
    for name, provider in config.providers.items():
        if missing := unmet(name, provider):
            key, hint = missing
            where = document.place(("providers", name) if "providers" in document.data else ())
            yield ConfigError(f"provider `{name}` needs `{key}`", where=where, hint=hint)
        if provider.format is not Format.LITELLM:
            yield from _meaningless(name, provider, document)


def _meaningless(name: str, provider: Provider, document: Document) -> Iterator[ConfigError]:
    for key in _SETTINGS:
        if getattr(provider, key) is not None:
            yield ConfigError(
                f"`{key}` means nothing for provider `{name}`, which speaks `{provider.format}`",
                where=document.keys.get(("providers", name, key)),
                hint="It is for `format: litellm`. Remove one of the two.",
            )

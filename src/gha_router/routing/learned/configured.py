"""The learned policy that a configuration names: read from where the configuration came from, held against its names.

For a pull request that is the base commit, for the policy as for the weights beside it: whatever reads the
configuration's files (``Config.beside``) reads these.
"""

import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gha_router.config import Beside, Config, is_deployment, sibling, suggest
from gha_router.config.references import names_router
from gha_router.config.uses import targets
from gha_router.errors import ConfigError, GhaRouterError, Position
from gha_router.routing.cascade import Trial
from gha_router.routing.learned.policy import CalibratedPolicy
from gha_router.routing.learned.policyfile import WRITTEN, parse_policy
from gha_router.routing.outcomes import Outcomes, parse_outcomes


def configured_policy(config: Config) -> CalibratedPolicy | None:
    """Return the configured policy with this configuration's names for its models; ``None`` where none is configured.

    Raises ``ConfigError`` with file and line for one that cannot be read or does not fit.
    """
    settings = config.learned
    if settings is None:
        return None
    where = config.position(("learned", "policy"))
    if config.beside is None:
        raise ConfigError(
            "a learned policy is a file beside the configuration, and this one came from no file",
            where=where,
            hint="Put both into files, the policy in the configuration's folder.",
        )
    policy = _read(config.beside, settings.policy, settings.encoder_folder, where)
    named = policy.called(strong=settings.strong or policy.strong, weak=settings.weak or policy.weak)
    for role in ("strong", "weak"):
        _check_model(config, role, getattr(named, role), settings.policy)
    return named


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcomes that the configured policy was fitted on, and what they call this configuration's models."""

    outcomes: Outcomes
    names: Mapping[str, str]

    def trials(self, chain: Sequence[str]) -> list[dict[str, Trial]]:
        """Return, of each task on which every model of a chain was tried at a known cost, their trials."""
        found = []
        for row in self.outcomes.cells.values():
            cells = {model: row.get(self.names.get(model, model)) for model in chain}
            trials = {
                model: Trial(right=cell.quality, cost=cell.cost)
                for model, cell in cells.items()
                if cell is not None and cell.cost is not None
            }
            found += [trials] if len(trials) == len(cells) else []
        return found


def recorded_outcomes(config: Config) -> Recorded | None:
    """Return the outcomes where they lie beside the policy under the name, and with the digest, that it gives.

    ``None`` where they do not: another file of that name says nothing of this policy.
    """
    policy, settings, beside = configured_policy(config), config.learned, config.beside
    if policy is None or settings is None or beside is None or policy.outcomes is None or policy.fitted_on is None:
        return None
    outcomes = _outcomes(beside, sibling(settings.policy, posixpath.basename(policy.outcomes)), policy.fitted_on)
    own = _read(beside, settings.policy, settings.encoder_folder, config.position(("learned", "policy")))
    names = {policy.strong: own.strong, policy.weak: own.weak}
    return None if outcomes is None else Recorded(outcomes, names)


@lru_cache(maxsize=4)
def _outcomes(beside: Beside, path: str, digest: str) -> Outcomes | None:
    try:
        content = beside.read(path)
    except (OSError, GhaRouterError):
        return None
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        return None
    return parse_outcomes(content, Path(path))


def check_routers(config: Config) -> None:
    """Check that the policy is there and has every router that the configuration names. Raises ``ConfigError``."""
    policy = configured_policy(config)
    for use in targets(config):
        if policy is not None and names_router(config, use.name):
            try:
                policy.named(use.name)
            except ConfigError as error:
                raise ConfigError(error.what, where=config.position(use.trail), hint=error.hint) from None


@lru_cache(maxsize=4)
def _read(beside: Beside, path: str, encoder: Path | None, where: Position) -> CalibratedPolicy:
    """Return the policy in a file; the last few are kept, as each step asks for its own."""
    try:
        content = beside.read(sibling("", path))
        if content is not None:
            return parse_policy(
                content, name=path, beside=lambda name: beside.read(sibling(path, name)), encoder=encoder
            )
    except OSError as error:
        raise ConfigError(f"the policy `{path}` cannot be read: {error.strerror}", where=where, hint=WRITTEN) from None
    except ConfigError:
        raise
    except GhaRouterError as error:
        raise ConfigError(f"the policy cannot be read: {error.what}", where=where, hint=error.hint) from None
    raise ConfigError(
        f"there is no policy `{path}`",
        where=where,
        hint="Its path begins in the configuration's folder; `gha-router calibrate` writes one. For a pull request it "
        "has to be in the base commit, with its weights: merge them first.",
    )


def _check_model(config: Config, role: str, name: str, path: str) -> None:
    if name in config.models or (is_deployment(name) and config.provider(name.partition("/")[0]) is not None):
        return
    raise ConfigError(
        f"the {role} model of {path} is `{name}`, which is not configured",
        where=config.position(("learned", "policy")),
        hint=f"{suggest(name, config.models)} Say what it is called here: `learned: {{{role}: NAME}}`.",
    )

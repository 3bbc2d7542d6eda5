"""Which entries a request may be answered from: those of its own trust, its own place, its own model and instructions.

Nothing crosses a partition. What a fork's run asked for never answers a run of the repository itself, and the other way
round a fork never reads what the repository was told.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

TRUSTED = "trusted"
UNTRUSTED = "untrusted"  # behind it whose: ``untrusted:pull/12``, else ``:commit/SHA``, else ``:run/ID``


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where a run takes place, and how far it is trusted."""

    trust: str = TRUSTED
    repository: str = ""  # owner/name; empty on a machine of one's own
    commit: str | None = None  # what the workspace has checked out
    scope: str | None = None  # the configuration's word in the place of repository and commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Who was decided on: another model, tier or list of deployments gives another answer."""

    name: str
    tier: int | None
    deployments: tuple[str, ...]


def exact_partition(ground: Ground, model: Model) -> str:
    """Return the partition in which the very same request may be answered: the repository's, whatever its commit.

    What a request says of the files is in the request itself.
    """
    return digest_of(["exact", ground.trust, ground.scope or ground.repository, *_parts(model)])


def near_partition(ground: Ground, model: Model, system: Any, language: str) -> str | None:
    """Return the partition in which a request that means the same may be answered; ``None``: nobody knows the commit.

    ``system`` is the request's, without what is left out of it.
    """
    place = ground.scope or ground.commit
    if place is None:
        return None
    return digest_of(["near", ground.trust, ground.repository, place, *_parts(model), system, language])


def digest_of(parts: Any) -> str:
    """Return the SHA-256 of JSON values, written with sorted keys, as 64 hex digits."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _parts(model: Model) -> list[Any]:
    return [model.name, model.tier, model.deployments]

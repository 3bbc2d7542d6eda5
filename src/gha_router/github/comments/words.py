"""The words that a comment may use: what the configuration names, and what we do ourselves."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gha_router.config import BY_FORM, Config, TaskType, suggest
from gha_router.experiment.task import SUITES

SHOWN = 60  # characters of a word that was not understood


class Activity(StrEnum):
    """What a comment asks for."""

    RUN = "run"
    HELP = "help"
    STATUS = "status"
    EXPLAIN = "explain"
    RETRY = "retry"
    STOP = "stop"
    APPROVE = "approve"
    EXPERIMENT = "experiment"
    NOTHING = "nothing"
    ERROR = "error"  # something, in words that are none


ALONE = (Activity.HELP, Activity.STATUS, Activity.EXPLAIN, Activity.RETRY, Activity.STOP)
WITH_WORDS = (Activity.APPROVE, Activity.EXPERIMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What may be named. ``cap``: what a run may cost, in USD; a comment may only lower it."""

    models: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()  # provider/model, of the models above
    tiers: tuple[int, ...] = ()
    task_types: tuple[str, ...] = tuple(kind.value for kind in TaskType if kind not in BY_FORM)
    pipelines: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    cap: Decimal | None = None

    @classmethod
    def of(cls, config: Config) -> "Words":
        """Return a configuration's words."""
        deployments = (one.model for group in config.models.values() for one in group)
        return cls(
            models=tuple(config.models),
            deployments=tuple(dict.fromkeys(deployments)),
            tiers=tuple(sorted(config.tiers)),
            pipelines=tuple(config.pipelines),
            suites=tuple(sorted(folder.name for folder in SUITES.iterdir() if folder.is_dir())),
            cap=config.budget.run_usd,
        )

    def has_model(self, name: str) -> bool:
        """Return whether the configuration names it, by its own name or as one of its deployments."""
        return name in self.models or name in self.deployments


def nearest(wrong: str, valid: Iterable[str]) -> str:
    """Return the hint that names the nearest word, full-width letters read as plain ones."""
    return suggest(plain(wrong), valid)


def plain(word: str) -> str:
    """Return a word in ordinary letters: full-width ones (NFKC) made narrow, invisible characters left out."""
    narrow = unicodedata.normalize("NFKC", word[:1000])
    return "".join(char for char in narrow if unicodedata.category(char) not in {"Cf", "Cc"})


def shown(word: str) -> str:
    """Return a word for a message: in backquotes, on one line, without what nobody would see."""
    visible = plain(word).replace("`", "'") or "?"
    return f"`{visible if len(visible) <= SHOWN else visible[: SHOWN - 1] + '…'}`"

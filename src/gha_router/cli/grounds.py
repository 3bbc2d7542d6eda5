"""What a step of a workflow stands on: the commit that is trusted, and the configuration of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gha_router.cli.vault import DEFAULT_CONFIG
from gha_router.config import Config, Folder, Keyless, defaults, load, parse, sibling
from gha_router.errors import UsageError
from gha_router.github import trusted
from gha_router.github.cleaners import Inline
from gha_router.github.context import Context, PullRequest
from gha_router.github.core import Core
from gha_router.github.git import Git
from gha_router.github.inputs import Inputs
from gha_router.github.restore import restore, told
from gha_router.pipeline.bench import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commit of a pull request's base: what steers the agent and its checks comes from there."""

    commit: str
    workspace: Path
    git: Git

    def read(self, path: str) -> str | None:
        """Return a file of the base, ``None`` when it has none."""
        content = trusted.read_trusted(self.workspace, self.commit, path, run_git=self.git)
        return None if content is None else content.decode("utf-8", "replace")

    def beside(self, config: str) -> "OfBase":
        """Return what reads the files that a configuration at this path names."""
        return OfBase(base=self, config=config)

    def prepare(self, copy: Path) -> Prepared:
        """Give the agent's copy the base's steering files; return what that changed."""
        done = restore(copy, self.workspace, self.commit, run_git=self.git)
        return Prepared(notes=told(done, self.commit), restored=frozenset(replaced.path for replaced in done))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfBase:
    """Reads the base's files by their paths from its configuration's folder, never the workspace's."""

    base: Base
    config: str

    def read(self, path: str) -> bytes | None:
        """Return a file's content at the base commit. Raises ``UsageError`` for a path that leaves the repository."""
        base, place = self.base, sibling(self.config, path)
        return trusted.read_trusted(base.workspace, base.commit, place, run_git=base.git)


def base_of(pull: PullRequest | None, context: Context, core: Core) -> Base | None:
    """Return where trusted files come from when a pull request is behind the event; tell it what it cannot change."""
    if pull is None:
        return None
    if pull.base_sha is None:
        raise UsageError(
            f"a pull request is behind this event (`{context.event}`), and nothing names its base commit",
            hint="Use `pull_request`, `pull_request_target`, their reviews, or comments, which name it.",
        )
    base = Base(commit=pull.base_sha, workspace=context.workspace, git=Git(env=os.environ))
    found = trusted.trust(context.workspace, base.commit, run_git=base.git)
    other = trusted.elsewhere(context.workspace, pull, run_git=base.git)
    for sentence in ((other,) if other else ()) + trusted.told(found, other=other):
        core.notice(sentence)
    return base


def pull_behind(inputs: Inputs, context: Context) -> PullRequest | None:
    """Return the pull request behind the event. GitHub's API is asked where the payload does not name its base."""
    pull = context.pull_request
    if pull is None or pull.base_sha is not None or pull.number is None:
        return pull
    from gha_router.github.api import Api  # noqa: PLC0415  most events do without

    with Api(context, inputs.github_token) as api:
        return api.pull_request(pull.number)


def config_of(
    inputs: Inputs, context: Context, base: Base | None, env: Mapping[str, str], *, keyless: bool = False
) -> Config:
    """Return the configuration: of the base where there is one, else of the workspace, else what holds without.

    ``keyless``: a key that is not set is no mistake; who runs nothing needs none.
    """
    config = _written(inputs, context, base, Keyless(env) if keyless else env) or defaults(env)
    if keyless and not config.models and config.default is None:  # not a key is here: then all that keys would bring
        config = defaults(Keyless(env))
    config = config.by_agent(inputs.agent)
    if inputs.budget_usd is None:
        return config
    return config.model_copy(update={"budget": config.budget.model_copy(update={"run_usd": inputs.budget_usd})})


def _written(inputs: Inputs, context: Context, base: Base | None, env: Mapping[str, str]) -> Config | None:
    if isinstance(inputs.config, Inline):  # in the workflow file, which GitHub itself takes from a trusted commit
        beside = base.beside("") if base else Folder(context.workspace)
        return parse(inputs.config.text, name=inputs.config.name, env=env, beside=beside)
    named = inputs.config or DEFAULT_CONFIG
    if base is not None:
        text = base.read(str(named))
        if text is None and inputs.config:
            raise UsageError(f"input `config`: the base commit has no {named}", hint="Merge it first.")
        return parse(text, name=str(named), env=env, beside=base.beside(str(named))) if text is not None else None
    file = context.workspace / named
    return load(file, env) if inputs.config or file.exists() else None

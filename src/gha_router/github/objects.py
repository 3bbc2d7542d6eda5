r"""Git as an object store: commits, trees and contents by name.

Only three commands are used: ``cat-file`` (which applies no attribute, filter or hook), ``rev-parse`` of HEAD, and
``fetch`` where the checkout is shallow. Paths never reach a command line: trees are read as objects. What is read is
hashed again (``git hash-object``: "type size\0content"), so that it hangs together with the commit that GitHub named,
whatever stands in the checkout's ``.git``.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gha_router.errors import InfrastructureError, WorkspaceError
from gha_router.github.git import FETCH_HINT, RunGit
from gha_router.github.steering import shown

OBJECT_NAME = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")  # SHA-1 or SHA-256
WHOLE_HINT = (
    "Let actions/checkout fetch whole commits: without `filter`, and without `sparse-checkout`, which sets one."
)
_FETCH = (
    "fetch",
    "--quiet",
    "--depth=1",
    "--no-filter",  # a sparse checkout fetches no contents, and reading must not
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--upload-pack=git-upload-pack",
    "--",
    "origin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """An object's kind and content (``tree``: as git stores it)."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """The objects of a checkout, each read by its name and hashed again."""

    workspace: Path
    run_git: RunGit
    _known: dict[str, Blob] = field(default_factory=dict, repr=False)

    def holds(self, name: str) -> bool:
        """Return whether the object is here. Raises ``InfrastructureError`` when the workspace is no checkout."""
        return self.sizes([name])[name] is not None

    def sizes(self, names: Iterable[str]) -> dict[str, int | None]:
        """Return the objects' sizes in bytes, ``None`` for those that are not here."""
        asked = list(dict.fromkeys(_required(name) for name in names))
        if not asked:
            return {}
        out = self._cat("--batch-check", asked)
        lines = [line.split() for line in out.decode("ascii").splitlines()]
        return {name: int(line[2]) if len(line) == 3 else None for name, line in zip(asked, lines, strict=True)}  # noqa: PLR2004 - "name kind size", or "name missing"

    def read(self, names: Iterable[str]) -> dict[str, Blob]:
        """Return objects by name. Raises ``WorkspaceError`` for one that is missing, or is not what its name says."""
        asked = list(dict.fromkeys(_required(name) for name in names))
        fresh = [name for name in asked if name not in self._known]
        if fresh:
            self._known.update(_parsed(fresh, self._cat("--batch", fresh)))
        return {name: self._known[name] for name in asked}

    def head(self) -> str | None:
        """Return the commit that is checked out; ``None``: no commit yet."""
        answer = self.run_git(self.workspace, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
        name = answer.out.decode("ascii", "replace").strip()
        return name if answer.status == 0 and OBJECT_NAME.fullmatch(name) else None

    def fetch(self, commit: str) -> None:
        """Fetch one commit with the checkout's own credentials. Raises ``InfrastructureError`` when that fails."""
        answer = self.run_git(self.workspace, [*_FETCH, _required(commit)])
        if answer.status != 0 or not self.holds(commit):
            said = f": {answer.error}" if answer.error else ""
            raise InfrastructureError(f"the commit {commit} cannot be fetched from origin{said}", hint=FETCH_HINT)

    def _cat(self, how: str, names: list[str]) -> bytes:
        answer = self.run_git(self.workspace, ["cat-file", how], given="".join(f"{name}\n" for name in names).encode())
        if "promisor" in answer.error:
            raise WorkspaceError("the checkout lacks contents: it was made with a filter", hint=WHOLE_HINT)
        if answer.status != 0:
            raise InfrastructureError(
                f"git cannot read the checkout in {shown(str(self.workspace))}: {answer.error}",
                hint="Let the job check the repository out first: `uses: actions/checkout`.",
            )
        return answer.out


def _required(name: str) -> str:
    """Return an object's name if it is one: nothing else may reach git."""
    if not OBJECT_NAME.fullmatch(name):
        raise InfrastructureError(f"{name!a} is no commit's SHA", hint="A SHA has 40 or 64 hex digits.")
    return name


def _parsed(names: list[str], out: bytes) -> dict[str, Blob]:
    r"""Return the answers of ``cat-file --batch``: "name kind size\n", the content, "\n"."""
    found: dict[str, Blob] = {}
    at = 0
    for name in names:
        end = out.index(b"\n", at)
        _, kind, *size = out[at:end].decode("ascii").split()
        if not size:
            raise WorkspaceError(f"the object {name} is not in the checkout", hint=WHOLE_HINT)
        content = out[end + 1 : end + 1 + int(size[0])]
        at = end + 1 + int(size[0]) + 1
        if _name_of(kind, content, len(name)) != name:
            hint = "Something wrote into .git before this step. Check the repository out anew."
            raise WorkspaceError(f"the object {name} of the checkout is not what its name says", hint=hint)
        found[name] = Blob(kind=kind, content=content)
    return found


def _name_of(kind: str, content: bytes, digits: int) -> str:
    digest = hashlib.sha1 if digits == 40 else hashlib.sha256  # noqa: PLR2004 - hex digits of SHA-1, git's own choice
    return digest(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()

"""The check of an answer that lists a folder: listing."""

from dataclasses import dataclass
from typing import ClassVar, Self

from gha_router.checks.answer import Place
from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.names import clean, names_in, presented
from gha_router.checks.say import counted, some
from gha_router.checks.spec import Params
from gha_router.records import CheckStatus, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(PureCheck):
    """The answer names every visible entry of the folder as the agent found it, and no file that is nowhere."""

    kind: ClassVar = "listing"
    summary: ClassVar = "the answer names all visible entries of a folder and invents none"
    parameters: ClassVar = {
        "dir": "the folder, as it was before the step; `.` is the workspace",
        "answer": "`message` (default), or a path in the workspace",
    }
    example: ClassVar = "listing: {dir: src, answer: message}"

    dir: str
    place: Place

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of this folder."""
        return cls(**params.common, dir=params.path("dir"), place=Place.read_from(params, "answer"))

    @property
    def expected(self) -> str:
        """The folder; its entries are known when it is looked at."""
        folder = "the workspace" if self.dir == "." else self.dir
        return f"{self.place} names all visible entries of {folder}, and none that does not exist"

    @property
    def where(self) -> str | None:
        """The file with the answer, if it is one."""
        return self.place.file

    def look(self, evidence: Evidence) -> Sight:
        """Compare the names in the answer with the snapshots."""
        entries = self._entries(evidence)
        if entries is None:
            return Sight(status=CheckStatus.ERROR, found=f"no folder {self.dir} before the step")
        read = self.place.read_start(evidence)
        if read.empty:
            return sight(holds=False, found=read.empty)
        answer = read.text
        for root in filter(None, (str(evidence.workspace), evidence.seen_as)):
            answer = answer.replace(f"{root}/", "")
        named = {self._below(name) for name in names_in(answer)}
        missed = sorted(entry for entry in entries if clean(entry) not in named)
        invented = sorted(name for name in presented(answer) if not _is_known(name, evidence))
        told = [f"all {counted(len(entries), 'name')}" if not missed else f"not named: {some(missed)}"]
        if invented:
            told.append(f"does not exist: {some(invented)}")
        return sight(holds=not missed and not invented, found=read.remark("; ".join(told)))

    def _entries(self, evidence: Evidence) -> set[str] | None:
        """Return the visible names in the folder, ``None`` when there was no such folder."""
        paths = evidence.before.entries
        if self.dir == ".":
            inside = set(paths)
        else:
            inside = {path.removeprefix(f"{self.dir}/") for path in paths if path.startswith(f"{self.dir}/")}
            if not inside and self.dir not in paths:
                return None
        return {first for path in inside if not (first := path.split("/")[0]).startswith(".")}

    def _below(self, name: str) -> str:
        """Return the entry that ``src/app/main.py`` names in src: app."""
        inside = name if self.dir == "." else name.removeprefix(f"{self.dir}/")
        return inside.split("/")[0]


def _is_known(name: str, evidence: Evidence) -> bool:
    """Return whether a path of the workspace, before or after the step, is this name or ends with it."""
    tail = f"/{name}"
    paths = (*evidence.before.entries, *evidence.after.entries, ".git")
    return any(f"/{path}".endswith(tail) for path in paths) or name.startswith(".git/")

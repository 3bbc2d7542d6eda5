"""The one comment of a configuration on a pull request: found again among all, and written anew.

It is ours when GitHub says that we wrote it and its first line is a marker of this configuration; a marker in anybody
else's comment is only text. What became of a run never depends on it: who calls this catches its errors and says them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from gha_router.config import bot_name
from gha_router.github.api import Api
from gha_router.github.comment import Comment
from gha_router.github.report.marker import Figures, Marker, marked_for, read_marker
from gha_router.report.fit import fitting

BUDGET = 60_000  # characters of a body, of the 65,536 that GitHub takes
Render = Callable[[Figures | None], Sequence[str]]  # the lengths of a text, told what the run before came to


class Posted(Enum):
    """What became of it, in words for the log."""

    CREATED = "the comment was written"
    UPDATED = "the comment was written anew"
    UNCHANGED = "the comment says so already"
    OUTDATED = "a newer run's report stands there, and stays"


@dataclass(slots=True, kw_only=True)
class Sticky:
    """The comment of one configuration for one run. ``api`` raises ``GhaRouterError`` for what GitHub refuses."""

    api: Api
    number: int  # of the pull request, or the issue
    config: str
    run: int
    attempt: int
    _known: Comment | None = field(default=None, repr=False)
    _we: str | None = None

    def finish(self, now: Figures, render: Render) -> Posted:
        """Write what the run came to."""
        return self._post(now, render)

    def progress(self, text: str) -> Posted:
        """Write how far the run is."""
        return self._post(None, lambda _was: (text,))

    def last(self) -> Marker | None:
        """Return what the comment says of the run that wrote it last; ``None``: nothing that can be believed."""
        found = self._find()
        return read_marker(found.body) if found else None

    def _post(self, now: Figures | None, render: Render) -> Posted:
        found = (self.api.one(self._known.id) if self._known else None) or self._find()
        before = read_marker(found.body) if found else None
        if before and before.is_newer_than(self.run, self.attempt):
            return Posted.OUTDATED
        was = self._before(before)
        marker = Marker(config=self.config, run=self.run, attempt=self.attempt, now=now, was=was)
        room = BUDGET - len(marker.signed(""))
        body = marker.signed(fitting(render(was), room, len))
        if found is None:
            self._known = self.api.comment(self.number, body)
            return Posted.CREATED
        if _same(found.body, body):
            return Posted.UNCHANGED
        self._known = self.api.rewrite(found.id, body)
        return Posted.UPDATED

    def _before(self, before: Marker | None) -> Figures | None:
        """Return what the finished run before came to: another run's figures, or what its own comment keeps of it."""
        if before is None:
            return None
        other = (before.run, before.attempt) != (self.run, self.attempt)
        return before.now or before.was if other else before.was

    def _find(self) -> Comment | None:
        """Return our comment, the oldest where there are several; one of a newer run goes first."""
        marked = (one for one in self.api.comments(self.number) if marked_for(one.body, self.config))
        ours = list(filter(self._is_ours, marked))
        return next(filter(self._is_newer, ours), ours[0] if ours else None)

    def _is_newer(self, comment: Comment) -> bool:
        marker = read_marker(comment.body)
        return marker is not None and marker.is_newer_than(self.run, self.attempt)

    def _is_ours(self, comment: Comment) -> bool:
        if self._we is None:
            self._we = self.api.viewer()
        if comment.is_bot:  # GitHub's two interfaces write a bot's name with and without `[bot]`
            return self._we.lower().endswith("[bot]") and bot_name(self._we) == bot_name(comment.author)
        return self._we.lower() == comment.author.lower()


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").rstrip() == other.replace("\r\n", "\n").rstrip()

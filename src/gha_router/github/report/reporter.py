"""The report of one run on its pull request or issue, from "queued" to the verdict.

Nothing here fails a run: what GitHub refuses is returned as a sentence, for the log and the job summary.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from gha_router.errors import Cancelled, GhaRouterError
from gha_router.github.report.delta import since
from gha_router.github.report.live import Live
from gha_router.github.report.marker import Figures
from gha_router.github.report.sticky import Posted, Sticky
from gha_router.pipeline.run import Stage
from gha_router.records import RunResult
from gha_router.report.markdown import markdown
from gha_router.report.of_run import lengths
from gha_router.report.origin import Origin
from gha_router.report.progress import broken, progress

REFUSED = "The report was not posted as a comment: "


class Reporter:
    """Writes one comment. ``say`` gets what is to be read in the log."""

    def __init__(self, sticky: Sticky, origin: Origin, say: Callable[[str], None], *, live: bool) -> None:
        self._sticky, self._origin, self._say = sticky, origin, say
        self._live = Live(sticky.progress, say) if live else None

    def __enter__(self) -> Self:
        self.begun(None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, GhaRouterError) and not isinstance(error, Cancelled):  # who cancelled it does not wait
            self.failed(error)
        if self._live:
            self._live.stop()

    def begun(self, stage: Stage | None) -> None:
        """Show how far the run is, where that was asked for."""
        if self._live:
            self._live.show(progress(stage, self._origin))

    def finish(self, result: RunResult) -> str | None:
        """Write the report; return why it was not written."""
        now = Figures.of(result)

        def render(was: Figures | None) -> list[str]:
            return [markdown(view) for view in lengths(result, origin=self._origin, told=since(was, now))]

        return self._written(lambda: self._sticky.finish(now, render))

    def failed(self, error: GhaRouterError) -> None:
        """Write that there was no run, and why: the report of another one must not be taken for its."""
        untold = self._written(lambda: self._sticky.progress(broken(error.what, self._origin)))
        if untold:
            self._say(untold)

    def _written(self, write: Callable[[], Posted]) -> str | None:
        if not self._ended():
            return f"{REFUSED}what was said of its progress is still on its way."
        try:
            posted = write()
        except GhaRouterError as error:
            return f"{REFUSED}{error.what}." + (f" {error.hint}" if error.hint else "")
        self._say(f"Report on #{self._sticky.number}: {posted.value}.")
        return None

    def _ended(self) -> bool:
        return self._live.close() if self._live else True

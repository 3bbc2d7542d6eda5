"""How a run differs from the one before, in one sentence."""

from collections.abc import Iterator

from gha_router.github.report.marker import Figures
from gha_router.report import format as fmt

SAME = 0.05  # a share of the time before: less is the weather


def since(was: Figures | None, now: Figures) -> tuple[str, ...]:
    """Return the sentence, nothing where there is no run before."""
    if was is None:
        return ()
    return (f"Since the run before: {' · '.join(_parts(was, now))}.",)


def _parts(was: Figures, now: Figures) -> Iterator[str]:
    before, after = (f"{fmt.WORDS[one.verdict].lower()} {one.verified}/{one.steps}" for one in (was, now))
    yield f"{before} → {after}" if before != after else f"{after} again"
    if was.cost_usd is not None and now.cost_usd is not None:
        change = now.cost_usd - was.cost_usd
        sign = "+" if change > 0 else "-"
        yield f"{sign}{fmt.money(abs(change))}" if change else "the same cost"
    slower = now.seconds - was.seconds
    if abs(slower) > SAME * max(was.seconds, 1):
        yield f"{fmt.duration(abs(slower))} {'longer' if slower > 0 else 'shorter'}"
    if was.contradicted != now.contradicted:
        yield f"{fmt.plural(now.contradicted, 'claim')} that did not hold, before {was.contradicted}"

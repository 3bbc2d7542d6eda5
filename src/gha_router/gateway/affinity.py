"""Which of several deployments of one model a session is sent to first.

A provider's prompt cache belongs to one deployment: what is read there at a tenth of the price is paid in full
elsewhere, and thinking that another deployment signed is taken out of the request. So a session keeps its deployment;
different sessions are spread over those of equal ``order``.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby

from gha_router.gateway.setup import Upstream
from gha_router.pricing.price import CACHE_WRITE_FACTOR

# How long an unused entry lives: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
CACHE_S = 300.0


def in_turn(
    upstreams: Sequence[Upstream], session: str | None, served: Mapping[str, float], now: float
) -> list[Upstream]:
    """Return the deployments in the order in which a session asks them.

    ``served`` has the names of those that have answered in the session's conversation, the latest last, and when, in
    the seconds of ``now``. Without a session the order is the configuration's.
    """
    if session is None or len(upstreams) == 1:
        return list(upstreams)
    groups = groupby(upstreams, key=lambda one: one.group or one.name)
    return [one for _, group in groups for one in _of_group(list(group), session, served, now)]


def _of_group(group: Sequence[Upstream], session: str, served: Mapping[str, float], now: float) -> Sequence[Upstream]:
    if len(group) == 1:
        return group
    spread = list(_spread(group, session, served))
    members = {one.name: one for one in group}
    last = next((members[name] for name in reversed(list(served)) if name in members), None)
    if last is None or last is spread[0] or not _keeps(last, spread[0], served, now):
        return spread
    return [last, *(one for one in spread if one is not last)]


def _spread(group: Sequence[Upstream], session: str, served: Mapping[str, float]) -> Iterator[Upstream]:
    """Yield a group by ``order``; of equals first who served last, then by the session's own ranking.

    The ranking is rendezvous hashing: the same wherever and whenever it is computed, and who leaves or joins moves no
    session but its own.
    """
    place = {name: -number for number, name in enumerate(served, 1)}
    for _, equals in groupby(group, key=lambda one: one.order):
        yield from sorted(equals, key=lambda one: (place.get(one.name, 0), _rank(session, one.name)))


def _rank(session: str, name: str) -> bytes:
    return blake2b(f"{session} {name}".encode(), digest_size=8).digest()


def _keeps(last: Upstream, better: Upstream, served: Mapping[str, float], now: float) -> bool:
    """Return whether a session stays with who served it ``last`` although one of a better ``order`` may be ready.

    It stays as long as its cache is warm here and cold there, and a prompt that is read here costs less than one that
    is written there. Else the order is the configuration's word.
    """
    here, there = (now - served.get(one.name, float("-inf")) < CACHE_S for one in (last, better))
    if not here or there or last.price is None or better.price is None:
        return False
    read = last.price.input if last.price.cache_read is None else last.price.cache_read
    written = better.price.cache_write
    return read < (better.price.input * CACHE_WRITE_FACTOR if written is None else written)

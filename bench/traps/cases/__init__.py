"""All cases, in the order of their numbers.

Not here: the scope of cool-downs (16), the semantic cache (19); and what a URL alone does not show: a key that is
revoked, a budget that refuses (24). ``bench.traps.retold`` has Gemini's schemas (14) and OpenAI's Responses API (28).
"""

from bench.traps.case import Case
from bench.traps.cases import failures, history, limits, money, relaying, requests, terminal, tools

_ROOMS = (tools, history, requests, limits, failures, terminal, money, relaying)


def _of(room: object) -> list[Case]:
    made = [value for value in vars(room).values() if isinstance(value, tuple)]
    return [case for cases in made for case in cases if isinstance(case, Case)]


CASES: tuple[Case, ...] = tuple(sorted((case for room in _ROOMS for case in _of(room)), key=lambda case: case.name))

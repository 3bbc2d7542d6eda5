"""Whether one answer can serve two texts that an embedding holds for alike.

An embedding says that two texts speak of the same; ``15% of 240`` and ``15% of 204`` do. So everything that an answer
may depend on has to agree: numbers, negation, names, paths, versions, code, quotations, units, languages, directions,
what is wanted, who does it to whom. What is neither known to carry nothing nor known to mean the same counts as a
difference: where nothing is known, a model is asked.
"""

from collections import Counter
from collections.abc import Iterator

from gha_router.cache.semantic.labels import label
from gha_router.cache.semantic.reading import Part, Reading, read
from gha_router.cache.semantic.scan import Kind

Key = tuple[Kind, str]
LITERAL = (
    Kind.CODE,
    Kind.QUOTED,
    Kind.PATH,
    Kind.VERSION,
    Kind.FLAG,
    Kind.IDENTIFIER,
    Kind.NUMBER,
    Kind.SYMBOL,
)
# Two ways to say one thing (`lines of a file`, `lines in a file`); any other two roles of one word are two things.
_ALIKE = {
    frozenset(pair)
    for pair in (
        ("place", "of"),
        ("object", "of"),
        ("subject", "of"),
        ("topic", "subject"),
        ("topic", "of"),
        ("for", "of"),
        ("for", "place"),
        ("for", "target"),
    )
}
_COMPARED = {(Kind.WORD, "differ"), (Kind.WORD, "相違"), (Kind.WORD, "比較")}
_FEW = 6  # parts; of a short comparison it does not matter which of the two goes first
_WORDS = 2  # of a phrase behind a preposition
_RESPECTIVELY = {"respectively", "order", "それぞれ", "順"}
_FREE = {"place", "of", "for", "object", "subject", "target", "source", "limit", "than"}


def disagreement(one: str, other: str) -> str | None:
    """Return what two texts differ in, in one or two words; ``None``: one answer serves both."""
    return differs(read(one), read(other))


def differs(one: Reading, other: Reading) -> str | None:
    """Return what two readings differ in; symmetric."""
    if one.script != other.script:
        return "language"
    if said := _literally(one, other):
        return said
    keys, others = {part.key for part in one.parts}, {part.key for part in other.parts}
    if keys != others:
        return label(text for _, text in sorted(keys ^ others))
    if one.mood is not other.mood:
        return "what is asked"
    if _same_roles(one, other):
        return None if _same_order(one, other) else "order"
    return "direction"


def _literally(one: Reading, other: Reading) -> str | None:
    """Return what of the things that are taken as they stand differs, or is denied by one text alone."""
    for kind in LITERAL:
        if _of(one, kind) != _of(other, kind):
            return kind.value
    return None if Counter(one.denied) == Counter(other.denied) else Kind.NOT.value


def _of(reading: Reading, kind: Kind) -> list[str]:
    return [part.text for part in reading.parts if part.kind is kind]


def _comparison(reading: Reading) -> bool:
    return len(reading.parts) <= _FEW and any(part.key in _COMPARED for part in reading.parts)


def _by_role(reading: Reading) -> dict[str, set[Key]]:
    found: dict[str, set[Key]] = {}
    for part in reading.parts:
        if part.role is not None:
            found.setdefault(part.role, set()).add(part.key)
    return found


def _same_roles(one: Reading, other: Reading) -> bool:
    """Return whether nothing that both texts name is the one's source and the other's target, or the like."""
    mine, theirs = _by_role(one), _by_role(other)
    if _comparison(one) and _comparison(other):
        return True
    for role in mine.keys() & theirs.keys():
        if mine[role] - theirs[role] and theirs[role] - mine[role]:
            return False
    given, also = _roles(one), _roles(other)
    return all(_alike(given[key], also[key]) for key in given.keys() & also.keys())


def _roles(reading: Reading) -> dict[Key, set[str]]:
    """Return the roles of what has one wherever it stands."""
    found: dict[Key, set[str]] = {}
    bare = set()
    for part in reading.parts:
        if part.role is None or part.role == "with":
            bare.add(part.key)
        else:
            found.setdefault(part.key, set()).add(part.role)
    return {key: roles for key, roles in found.items() if key not in bare}


def _alike(mine: set[str], theirs: set[str]) -> bool:
    return bool(mine & theirs) or any(frozenset((a, b)) in _ALIKE for a in mine for b in theirs)


def _same_order(one: Reading, other: Reading) -> bool:
    """Return whether what both name stands in one order, but for phrases that say by themselves what they are."""
    if _comparison(one) and _comparison(other):
        return True
    free = set(_free(one)) | set(_free(other))
    if free and not (_single(one) and _single(other)):
        free = set()
    ordered = any(part.text in _RESPECTIVELY for part in one.parts)
    loose = set() if ordered else _joined(one) | _joined(other)
    mine, theirs = _order(one, free), _order(other, free)
    if mine == theirs:
        return True
    place = {key: index for index, key in enumerate(theirs)}
    if set(mine) != set(theirs):
        return False
    return all(
        place[first] < place[second] or frozenset((first, second)) in loose
        for index, first in enumerate(mine)
        for second in mine[index + 1 :]
    )


def _order(reading: Reading, free: set[Key]) -> list[Key]:
    """Return what stands in a text in its order, each once; ``free`` is left out."""
    return list(dict.fromkeys(part.key for part in reading.parts if part.key not in free))


def _free(reading: Reading) -> Iterator[Key]:
    """Yield what says by its preposition or particle what it is; a long phrase may have a verb in it, and is none."""
    sizes = Counter(part.phrase for part in reading.parts if part.role)
    return (part.key for part in reading.parts if part.role in _FREE and sizes[part.phrase] <= _WORDS)


def _single(reading: Reading) -> bool:
    """Return whether no role is given twice: with two it matters which belongs to what."""
    phrases: dict[str, set[int]] = {}
    for part in reading.parts:
        if part.role is not None:
            phrases.setdefault(part.role, set()).add(part.phrase)
    return all(len(numbers) == 1 for numbers in phrases.values())


def _joined(reading: Reading) -> set[frozenset[Key]]:
    """Return the pairs that a text names side by side, with nothing but `and` or a comma between."""
    found = set()
    before: Part | None = None
    for part in reading.parts:
        if before is not None and part.joined:
            found.add(frozenset((before.key, part.key)))
        before = part
    return found

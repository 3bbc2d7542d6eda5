"""What was asked before and means the same: the threshold first, then the guard.

Where anything fails, a model answers.
"""

import hashlib
import hmac
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gha_router.cache.partition import near_partition
from gha_router.cache.semantic.asked import Asked, asked
from gha_router.cache.semantic.embedders import Embedder, EmbedderDown
from gha_router.cache.semantic.guard import differs
from gha_router.cache.semantic.reading import read
from gha_router.cache.similar import Match, Question
from gha_router.cache.store import Index, StoreDown

THRESHOLD = 0.85
CANDIDATES = 8  # that the guard looks at
REST_S = 30.0  # what did not answer is not waited for again so soon
REMEMBERED = 64  # vectors of questions that are being answered
SEAL = 32  # bytes
log = logging.getLogger("gha_router.cache")


class OpenIndex(Index, Protocol):
    """An index that is got ready in the store's file or server."""

    async def open(self) -> None:
        """Get ready. Raises ``StoreDown``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How near is near enough (a cosine), and for how many seconds an answer holds."""

    threshold: float = THRESHOLD
    ttl_s: float = 86_400.0


class NearCache:
    """Answers that may be told again to who asks the same in other words. A ``gha_router.cache.Similar``."""

    def __init__(
        self, index: OpenIndex, embedder: Embedder, settings: Settings, *, seal: bytes, clock: Callable[[], float]
    ) -> None:
        """``seal`` is the entries' own (``entry.seal_key``); ``clock`` is monotonic seconds."""
        self._index = index
        self._embedder = embedder
        self._settings = settings
        self._seal = seal
        self._clock = clock
        self._rests_until = float("-inf")
        self._told = False
        self._vectors: OrderedDict[str, bytes] = OrderedDict()  # by the request's digest, until it is kept

    async def open(self) -> None:
        """Get the index ready."""
        try:
            await self._index.open()
        except StoreDown as down:
            self._lost(down)

    async def close(self) -> None:
        """Let go of the embedder; the index' store is somebody else's."""
        await self._embedder.close()

    async def find(self, question: Question) -> Match | None:
        """Return the nearest request that one answer serves as well as this one."""
        if (placed := self._placed(question)) is None:
            return None
        said, partition = placed
        try:
            vector = await self._embedder.embed(said.text)
            self._remember(question.asked.digest, vector)
            near = await self._index.near(partition, vector, limit=CANDIDATES, at=question.at)
        except (EmbedderDown, StoreDown) as down:
            self._lost(down)
            return None
        threshold = float(question.route.get("threshold") or self._settings.threshold)
        for one in near:
            if one.similarity < threshold:
                break
            text = self._opened(partition, one.name, one.note)
            if text is not None and differs(said.reading, read(text)) is None:
                return Match(name=one.name, similarity=round(one.similarity, 4))
        return None

    async def keep(self, question: Question, name: str) -> None:
        """Have the reply that is kept under this name found by what this question means."""
        vector = self._vectors.pop(question.asked.digest, None)
        if vector is None or (placed := self._placed(question)) is None:
            return
        said, partition = placed
        until = question.at + float(question.route.get("ttl") or self._settings.ttl_s)
        note = self._sealed(partition, name, said.text)
        try:
            await self._index.add(partition, name, vector, note, at=question.at, until=until)
        except StoreDown as down:
            self._lost(down)

    def _placed(self, question: Question) -> tuple[Asked, str] | None:
        """Return what is asked and where its like is; ``None`` for what only the very same request may answer."""
        if question.route.get("no_store") or self._clock() < self._rests_until:
            return None
        said = asked(question.asked.body)
        if said is None:
            return None
        instructions = [said.system, said.parameters, question.asked.headers, self._embedder.identity]
        partition = near_partition(question.ground, question.model, instructions, said.reading.script)
        return None if partition is None else (said, partition)

    def _remember(self, digest: str, vector: bytes) -> None:
        self._vectors[digest] = vector
        while len(self._vectors) > REMEMBERED:
            self._vectors.popitem(last=False)

    def _lost(self, down: Exception) -> None:
        self._rests_until = self._clock() + REST_S
        if not self._told:
            self._told = True
            log.warning("gha-router: nothing is found by its meaning: %s. Requests go on without it.", down)

    def _sealed(self, partition: str, name: str, text: str) -> bytes:
        body = text.encode("utf-8", "surrogatepass")
        return self._signed(partition, name, body) + body

    def _opened(self, partition: str, name: str, note: bytes) -> str | None:
        """Return the text of a note that was sealed for this place and name; ``None`` for anything else."""
        seal, body = note[:SEAL], note[SEAL:]
        if not hmac.compare_digest(seal, self._signed(partition, name, body)):
            return None
        return body.decode("utf-8", "surrogatepass")

    def _signed(self, partition: str, name: str, body: bytes) -> bytes:
        place = hashlib.sha256(f"{partition}\0{name}".encode()).digest()
        return hmac.digest(self._seal, b"near\0" + place + body, "sha256")

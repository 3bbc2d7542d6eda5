"""What may be found by its meaning, what an embedder's answer has to be, and notes that somebody else wrote."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.cache import Canonical, Ground, Model, Near, Question
from gha_router.cache.semantic import numerals
from gha_router.cache.semantic.asked import MAX_CHARACTERS, asked
from gha_router.cache.semantic.embedders import Embedder, EmbedderDown, OllamaEmbedder, OpenAIEmbedder, OwnEmbedder
from gha_router.cache.semantic.matrix import Matrix
from gha_router.cache.semantic.near import NearCache, Settings
from tests.upstream import answering, upstream

TEXT = "How do I rename a git branch?"
ASKED = {"max_tokens": 10, "messages": [{"role": "user", "content": TEXT}]}
VECTOR = b'{"embeddings": [[3, 4]], "data": [{"embedding": [3, 4]}]}'


def said(content: Any, **changes: Any) -> dict[str, Any]:
    return {**ASKED, "messages": [{"role": "user", "content": content}], **changes}


def test_one_turn_in_words_may_be_found() -> None:
    found = asked(said([{"type": "text", "text": TEXT}], system="s", temperature=0))
    assert found is not None
    assert (found.text, found.system, found.parameters) == (TEXT, "s", {"max_tokens": 10, "temperature": 0})


@pytest.mark.parametrize(
    "body",
    [
        said(TEXT, tools=[{"name": "Read"}]),
        said(TEXT, tool_choice={"type": "auto"}),
        said(TEXT, messages=[*ASKED["messages"], {"role": "assistant", "content": "Git"}]),  # type: ignore[misc]
        said(TEXT, messages=[{"role": "system", "content": "s"}, *ASKED["messages"]]),  # type: ignore[misc]
        said([{"type": "text", "text": TEXT}, {"type": "image", "source": {}}]),
        said([{"type": "document", "source": {}}]),
        said([{"type": "tool_result", "tool_use_id": "t", "content": TEXT}]),
        said([{"type": "text", "text": TEXT, "citations": []}]),
        said([]),
        said(" \n"),
        said("Hello, please!"),
        said("word " * MAX_CHARACTERS),
        said(None),
        {},
    ],
)
def test_everything_else_may_not(body: dict[str, Any]) -> None:
    assert asked(body) is None


@pytest.mark.parametrize("kind", [OllamaEmbedder, OpenAIEmbedder])
def test_an_embedder_s_numbers_become_a_vector_of_length_one(kind: type[OllamaEmbedder]) -> None:
    async def run() -> None:
        async with upstream(answering(200, VECTOR)) as server:
            embedder = kind(server.url, "m", api_key="sk-canary", timeout_s=5)
            assert np.frombuffer(await embedder.embed("text"), "<f4") == pytest.approx([0.6, 0.8])
            [sent] = server.sent
            assert (sent.json["model"], sent.json["input"]) == ("m", "text")
            assert {key.lower(): value for key, value in sent.headers.items()}["authorization"] == "Bearer sk-canary"
            await embedder.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"no JSON", "answered with no embedding"),
        (200, b"{}", "answered with no embedding"),
        (200, b'{"embeddings": [[0, 0]]}', "answered with no embedding"),
        (200, b'{"embeddings": [["a"]]}', "answered with no embedding"),
        (200, b'{"embeddings": [[1e400]]}', "answered with no embedding"),
        (200, b'{"embeddings": [[]]}', "answered with no embedding"),
        (200, b" " * 5_000_000, "answered with no embedding"),
        (404, b'{"error": "model not found"}', "answered HTTP 404"),
        (302, b"", "answered HTTP 302"),
    ],
)
def test_what_is_no_embedding_is_said_without_its_words(status: int, body: bytes, why: str) -> None:
    async def run() -> None:
        async with upstream(answering(status, body)) as server:
            embedder = OllamaEmbedder(server.url, "m", timeout_s=5)
            with pytest.raises(EmbedderDown, match=why):
                await embedder.embed("text")
            await embedder.close()

    asyncio.run(run())


def test_an_encoder_of_one_s_own_that_fails_is_one_that_is_down() -> None:
    def broken() -> Any:
        raise ValueError("no such file")

    async def run() -> None:
        embedder = OwnEmbedder(broken, "minilm", timeout_s=5)
        with pytest.raises(EmbedderDown, match="minilm cannot be used: no such file"):
            await embedder.embed("text")
        await embedder.close()

    asyncio.run(run())


class Rows:
    """An index that somebody else may have written in."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, bytes]] = []

    async def open(self) -> None:
        """Be ready."""

    async def add(self, partition: str, name: str, vector: bytes, note: bytes, *, at: float, until: float) -> None:
        assert vector
        assert until > at
        self.rows.append((partition, name, note))

    async def near(self, partition: str, vector: bytes, *, limit: int, at: float) -> Sequence[Near]:
        assert vector
        assert at
        found = [row for row in self.rows if row[0] == partition]
        return [Near(name=name, similarity=0.99, note=note) for _, name, note in found[:limit]]


def question(text: str, *, beta: str = "") -> Question:
    model = Model(name="sonnet", tier=1, deployments=("lab/m",))
    body = Canonical(body=said(text), digest=text, headers=((beta,), ()))
    return Question(asked=body, ground=Ground(commit="c"), model=model, at=1e6, route={})


def embedder() -> Embedder:
    return OwnEmbedder(lambda: lambda _text: np.ones(2, np.float32), "same", timeout_s=5)


@pytest.mark.parametrize("forged", ["another's seal", "another's name", "no seal"])
def test_a_note_that_was_not_sealed_for_its_place_finds_nothing(forged: str) -> None:
    async def run() -> None:
        index = Rows()
        mine = NearCache(index, embedder(), Settings(), seal=b"mine", clock=lambda: 0.0)
        other = NearCache(index, embedder(), Settings(), seal=b"other", clock=lambda: 0.0)
        writer = other if forged == "another's seal" else mine
        assert await writer.find(question(TEXT)) is None
        await writer.keep(question(TEXT), "good")
        [(partition, name, note)] = index.rows
        if forged == "another's name":
            index.rows = [(partition, "evil", note)]
        if forged == "no seal":
            index.rows = [(partition, name, note[32:])]
        assert await mine.find(question(TEXT)) is None
        await mine.close()
        await other.close()

    asyncio.run(run())


def test_what_was_sealed_is_found() -> None:
    async def run() -> None:
        near = NearCache(Rows(), embedder(), Settings(), seal=b"mine", clock=lambda: 0.0)
        assert await near.find(question(TEXT)) is None
        await near.keep(question(TEXT), "good")
        match = await near.find(question("What is the command to rename a branch in git?"))
        assert match is not None
        assert (match.name, match.similarity) == ("good", 0.99)
        await near.close()

    asyncio.run(run())


@given(number=st.integers(0, 10**12))
def test_a_number_is_one_in_kanji_and_grouped(number: int) -> None:
    assert numerals.digits(f"{number:,}") == str(number)
    assert numerals.kanji("".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))) == str(number)


@pytest.mark.parametrize(
    ("text", "number"), [("十", "10"), ("二十三", "23"), ("三百五", "305"), ("一万二千", "12000"), ("1万", "10000")]
)
def test_kanji_numbers(text: str, number: str) -> None:
    assert numerals.kanji(text) == number


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), min_size=1, max_size=90))
def test_the_matrix_finds_what_a_loop_finds(rows: list[list[float]]) -> None:
    matrix = Matrix(3)
    for at, row in enumerate(rows):
        matrix.add(str(at), np.array(row, "<f4").tobytes(), b"", 2.0)
    wanted = np.array([1, 0.5, -0.25], "<f4")
    best = max(float(np.array(row, "<f4") @ wanted) for row in rows)
    found = matrix.near(wanted.tobytes(), limit=3, at=1.0)
    assert len(found) == min(3, len(rows))
    assert found[0].similarity == pytest.approx(best, abs=1e-5)
    assert not matrix.near(wanted.tobytes(), limit=3, at=2.0)


def test_another_beta_is_another_question() -> None:
    async def run() -> None:
        cache = NearCache(Rows(), embedder(), Settings(), seal=b"s", clock=lambda: 0.0)
        asked_first = question(TEXT, beta="a")
        assert await cache.find(asked_first) is None
        await cache.keep(asked_first, "reply")
        assert await cache.find(question(TEXT, beta="b")) is None
        assert await cache.find(question(TEXT, beta="a")) is not None
        await cache.close()

    asyncio.run(run())

"""Who says what a text means: an Ollama, any server that speaks OpenAI's embeddings, or an encoder of one's own.

Wire formats: ``POST /api/embed`` (docs.ollama.com/api/embed) and ``POST /v1/embeddings`` (OpenAI's API reference).
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import httpx
import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
MAX_REPLY = 4 * 1024 * 1024  # bytes; 4,096 numbers take 80 kB
MAX_WIDTH = 16_384


class EmbedderDown(Exception):
    """An embedder that gave no vector; the message says why, for people, without any secret."""


class Embedder(Protocol):
    """Vectors of length 1. Another ``identity`` means other vectors."""

    identity: str

    async def embed(self, text: str) -> bytes:
        """Return the vector of a text: float32, little-endian. Raises ``EmbedderDown``."""

    async def close(self) -> None:
        """Let go of what is held."""


class _OverHttp(ABC):
    """What both servers share: one address, one way to fail."""

    path: str

    def __init__(self, base_url: str, model: str, *, api_key: str | None = None, timeout_s: float) -> None:
        """``api_key`` goes into the header of each request and nowhere else."""
        self.model = model
        self.identity = f"{self.path} {model}"
        self._timeout_s = timeout_s
        self._url = base_url.rstrip("/") + self.path
        headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout_s, follow_redirects=False)

    async def embed(self, text: str) -> bytes:
        """Return the vector of a text. Raises ``EmbedderDown``."""
        try:
            async with asyncio.timeout(self._timeout_s):  # httpx bounds each wait, not all of them
                return _vector(self.read(await self._posted(self.body(text))))
        except TimeoutError:
            raise EmbedderDown(f"{self.model} gave no embedding in {self._timeout_s:g} s") from None
        except httpx.HTTPError as error:  # whose text may hold the address, with a password in it
            raise EmbedderDown(f"{self.model} cannot be asked ({type(error).__name__})") from None
        except (ValueError, LookupError, TypeError):
            raise EmbedderDown(f"{self.model} answered with no embedding") from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def body(self, text: str) -> dict[str, Any]:
        """Return what is posted."""
        return {"model": self.model, "input": text}

    @abstractmethod
    def read(self, answer: Any) -> Any:
        """Return the numbers in an answer."""

    async def _posted(self, body: dict[str, Any]) -> Any:
        async with self._client.stream("POST", self._url, json=body) as response:
            if response.status_code != httpx.codes.OK:
                raise EmbedderDown(f"{self.model} answered HTTP {response.status_code}")
            data = bytearray()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > MAX_REPLY:
                    raise ValueError("too large")
            return httpx.Response(200, content=bytes(data)).json()


class OllamaEmbedder(_OverHttp):
    """A model of an Ollama, such as ``nomic-embed-text``; it stays loaded for a while."""

    path = "/api/embed"

    def body(self, text: str) -> dict[str, Any]:
        """Return what is posted; a text that does not fit is an error, not cut short in silence."""
        return {**super().body(text), "truncate": False}

    def read(self, answer: Any) -> Any:
        """Return the numbers in an answer."""
        return answer["embeddings"][0]


class OpenAIEmbedder(_OverHttp):
    """A model of any server with ``/v1/embeddings``; ``base_url`` is what stands before ``/embeddings``."""

    path = "/embeddings"

    def body(self, text: str) -> dict[str, Any]:
        """Return what is posted."""
        return {**super().body(text), "encoding_format": "float"}

    def read(self, answer: Any) -> Any:
        """Return the numbers in an answer."""
        return answer["data"][0]["embedding"]


class OwnEmbedder:
    """An encoder in this process, in a thread of its own: it takes 20 to 80 ms of a core."""

    def __init__(self, encode: Callable[[], Callable[[str], Singles]], identity: str, *, timeout_s: float) -> None:
        """``encode`` loads the encoder, when it is asked first; what it raises is a reason to be without."""
        self.identity = identity
        self._load = encode
        self._timeout_s = timeout_s
        self._encode: Callable[[str], Singles] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")

    async def embed(self, text: str) -> bytes:
        """Return the vector of a text. Raises ``EmbedderDown``."""
        asked = asyncio.get_running_loop().run_in_executor(self._thread, self._embedded, text)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asked
        except TimeoutError:
            raise EmbedderDown(f"{self.identity} gave no embedding in {self._timeout_s:g} s") from None

    async def close(self) -> None:
        """End the thread, once it has done what it is at."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _embedded(self, text: str) -> bytes:
        try:
            if self._encode is None:
                self._encode = self._load()
            return _vector(self._encode(text))
        except Exception as error:  # noqa: BLE001  a tokenizer's own; a request goes on without
            raise EmbedderDown(f"{self.identity} cannot be used: {error}") from None


def _vector(numbers: Any) -> bytes:
    """Return numbers as a vector of length 1. Raises ``ValueError`` for what is none."""
    row = np.asarray(numbers, dtype=np.float32)
    length = float(np.linalg.norm(row)) if row.ndim == 1 and 0 < row.size <= MAX_WIDTH else 0.0
    if not np.isfinite(length) or length < 1e-9:  # noqa: PLR2004  a text that means nothing
        raise ValueError("no vector")
    return bytes((row / np.float32(length)).astype("<f4").tobytes())

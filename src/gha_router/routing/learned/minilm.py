"""MiniLM in numpy: what a text means as a vector of length 1, without torch.

all-MiniLM-L6-v2 is a BERT encoder (J. Devlin et al., arXiv:1810.04805) of six layers whose token vectors are averaged
(N. Reimers, I. Gurevych, arXiv:1908.10084). The folder holds what the hub has: ``config.json``, ``tokenizer.json``,
``model.safetensors``. Needs the extra ``embeddings``.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gha_router.errors import ConfigError
from gha_router.routing.learned.tensors import read_tensors

Singles = NDArray[np.float32]
FILES = ("config.json", "tokenizer.json", "model.safetensors")
TOKENS = 128
"""What is read of a text: the model was trained on as many, and its time grows with them."""
CHARACTERS = 4000  # handed to the tokenizer, so that its time is bounded too
HINT = (
    "The files are config.json, tokenizer.json and model.safetensors of sentence-transformers/all-MiniLM-L6-v2; "
    "`gha-router calibrate --encoder minilm --encoder-folder DIR --download` fetches them."
)


@dataclass(frozen=True, slots=True)
class _Dense:
    weights: Singles  # out x in, as torch keeps them
    bias: Singles

    def __call__(self, rows: Singles) -> Singles:
        return rows @ self.weights.T + self.bias


@dataclass(frozen=True, slots=True)
class _Norm:
    scale: Singles
    shift: Singles
    epsilon: float

    def __call__(self, rows: Singles) -> Singles:
        centred = rows - rows.mean(1, keepdims=True)
        made: Singles = centred / np.sqrt((centred**2).mean(1, keepdims=True) + self.epsilon) * self.scale + self.shift
        return made


@dataclass(frozen=True, slots=True)
class _Layer:
    """Attention of all tokens to all, and two dense layers, each added to what came in."""

    query: _Dense
    key: _Dense
    value: _Dense
    mixed: _Dense
    after_mixing: _Norm
    wide: _Dense
    narrow: _Dense
    after_narrowing: _Norm
    heads: int

    def __call__(self, rows: Singles) -> Singles:
        query, key, value = (self._by_head(dense(rows)) for dense in (self.query, self.key, self.value))
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[2]))
        shares = np.exp(scores - scores.max(2, keepdims=True))
        shares /= shares.sum(2, keepdims=True)
        heads = (shares @ value).transpose(1, 0, 2).reshape(rows.shape)
        rows = self.after_mixing(rows + self.mixed(heads))
        return self.after_narrowing(rows + self.narrow(_gelu(self.wide(rows))))

    def _by_head(self, rows: Singles) -> Singles:
        """Return ``heads x tokens x width``."""
        return rows.reshape(len(rows), self.heads, -1).transpose(1, 0, 2)


@dataclass(frozen=True, slots=True)
class MiniLM:
    """An encoder that was read from a folder; ``digest`` says which."""

    digest: str
    width: int
    _tokenizer: Any
    _words: Singles
    _places: Singles  # of each position, with the one token type that there is
    _first: _Norm
    _layers: tuple[_Layer, ...]

    def __call__(self, text: str) -> Singles:
        """Return the text's vector: ``width`` numbers, length 1. At most ``TOKENS`` tokens are read."""
        return self.of_tokens(self._tokenizer.encode(text[:CHARACTERS]).ids)

    def of_tokens(self, ids: list[int]) -> Singles:
        """Return the vector of tokens, those that begin and end a text included."""
        rows = self._first(self._words[ids] + self._places[: len(ids)])
        for layer in self._layers:
            rows = layer(rows)
        mean = rows.mean(0)
        vector: Singles = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return vector


def load_minilm(folder: Path, *, digest: str | None = None) -> MiniLM:
    """Return the encoder in a folder. Raises ``ConfigError`` for what is missing, wrong, or not of this digest."""
    try:
        found = digest_of(folder)
    except OSError as error:
        raise ConfigError(f"the encoder in {folder} cannot be read: {error.strerror}", hint=HINT) from None
    if digest not in {None, found}:
        raise ConfigError(
            f"{folder} holds another encoder than the one that the policy was learnt with",
            hint="Calibrate again with it, or name the folder of the other.",
        )
    try:
        settings = json.loads((folder / "config.json").read_text("utf-8"))
        return _assembled(settings, read_tensors(folder / "model.safetensors"), _tokenizer(folder), found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder} holds no BERT encoder: {error}", hint=HINT) from None


def digest_of(folder: Path) -> str:
    """Return the SHA-256 over the SHA-256 of each file, in the order of ``FILES``. Raises ``OSError``."""
    whole = hashlib.sha256()
    for name in FILES:
        with (folder / name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _tokenizer(folder: Path) -> Any:
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415  an extra's
    except ImportError:
        raise ConfigError(
            "this encoder needs the package `tokenizers`", hint="pip install 'gha-router[embeddings]'"
        ) from None
    try:
        made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # noqa: BLE001  the library raises nothing narrower
        raise ValueError(f"tokenizer.json: {error}") from None
    made.no_padding()  # the file pads to 128
    made.enable_truncation(TOKENS)
    return made


def _assembled(settings: dict[str, Any], tensors: dict[str, Singles], tokenizer: Any, digest: str) -> MiniLM:
    """Return the encoder. Raises ``KeyError`` for a tensor that is not there, ``ValueError`` for another kind."""
    if settings["model_type"] != "bert" or settings.get("hidden_act", "gelu") != "gelu":
        raise ValueError("another kind of model")
    epsilon, heads = float(settings["layer_norm_eps"]), int(settings["num_attention_heads"])

    def dense(name: str) -> _Dense:
        return _Dense(tensors[f"{name}.weight"], tensors[f"{name}.bias"])

    def norm(name: str) -> _Norm:
        return _Norm(tensors[f"{name}.LayerNorm.weight"], tensors[f"{name}.LayerNorm.bias"], epsilon)

    def layer(at: str) -> _Layer:
        return _Layer(
            dense(f"{at}.attention.self.query"),
            dense(f"{at}.attention.self.key"),
            dense(f"{at}.attention.self.value"),
            dense(f"{at}.attention.output.dense"),
            norm(f"{at}.attention.output"),
            dense(f"{at}.intermediate.dense"),
            dense(f"{at}.output.dense"),
            norm(f"{at}.output"),
            heads,
        )

    words = tensors["embeddings.word_embeddings.weight"]
    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    layers = tuple(layer(f"encoder.layer.{number}") for number in range(int(settings["num_hidden_layers"])))
    return MiniLM(digest, words.shape[1], tokenizer, words, places, norm("embeddings"), layers)


def _gelu(rows: Singles) -> Singles:
    """Return ``x/2 (1 + erf(x/√2))``, erf within 2e-7.

    M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 7.1.26.
    """
    size: Singles = np.abs(rows) * np.float32(2**-0.5)
    step: Singles = np.reciprocal(1 + np.float32(0.3275911) * size)
    series: Singles = np.full_like(rows, 1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * step + np.float32(factor)
    tail = series * step * np.exp(-size * size)  # 1 - erf(|x|/√2)
    made: Singles = np.where(rows > 0, rows - rows * tail / 2, rows * tail / 2)
    return made

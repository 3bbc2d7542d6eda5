"""MiniLM in numpy: the numbers of another implementation, and what is said of folders that hold something else."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.errors import ConfigError
from gha_router.routing.learned.minilm import FILES, load_minilm
from gha_router.routing.learned.tensors import read_tensors
from tests.encoder import POSITIONS, safetensors, tensors, write_encoder

# Of FlaxBertModel (transformers 4.41), the same weights, the mean of its last hidden state, length 1.
EXPECTED = {
    (2, 8, 9, 3): (
        *(0.20859, -0.32504, -0.22454, -0.12117, -0.00799, 0.53535, 0.16637, 0.10783),
        *(-0.01875, -0.13342, 0.3341, 0.23802, 0.46786, 0.13303, -0.19117, -0.01433),
    ),
    (2, *([4, 31, 45] * 10), 3): (
        *(0.21636, -0.30618, -0.22709, -0.11226, 0.00158, 0.54457, 0.18529, 0.09552),
        *(-0.01149, -0.14351, 0.33189, 0.24095, 0.44654, 0.13595, -0.21795, -0.03058),
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.mark.parametrize("ids", EXPECTED)
def test_vectors_are_those_of_another_implementation(ids: tuple[int, ...], folder: Path) -> None:
    assert load_minilm(folder).of_tokens(list(ids)) == pytest.approx(EXPECTED[ids], abs=2e-5)


def test_a_text_is_read_as_its_tokens_without_padding_and_to_a_limit(folder: Path) -> None:
    encoder = load_minilm(folder)
    assert encoder("Ef") == pytest.approx(encoder.of_tokens([2, 8, 35, 3]))
    longest = encoder.of_tokens([2, *([4] * (POSITIONS - 2)), 3])
    assert encoder("a " * 5000) == pytest.approx(longest)
    assert encoder("") == pytest.approx(encoder.of_tokens([2, 3]))


@given(text=st.text())
def test_every_text_has_a_vector_of_length_one(text: str, folder: Path) -> None:
    assert np.linalg.norm(load_minilm(folder)(text)) == pytest.approx(1, abs=1e-5)


def test_only_the_encoder_of_the_digest_is_taken(folder: Path) -> None:
    digest = load_minilm(folder).digest
    assert load_minilm(folder, digest=digest).digest == digest
    with pytest.raises(ConfigError, match="another encoder than the one that the policy was learnt with"):
        load_minilm(folder, digest="0" * 64)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("config.json", b"[", "holds no BERT encoder"),
        ("config.json", json.dumps({"model_type": "gpt2"}).encode(), "another kind of model"),
        ("tokenizer.json", b"{}", "tokenizer.json"),
        ("model.safetensors", b"", "a header of 0 bytes"),
        ("model.safetensors", b"\xff" * 80, "a header of"),
        ("model.safetensors", safetensors(tensors())[:-4], "does not fit into the file"),
        ("model.safetensors", safetensors({"a": np.zeros((1, 1), np.float32)}), "holds no BERT encoder"),
        ("model.safetensors", None, "cannot be read: No such file"),
    ],
)
def test_a_folder_with_something_else_is_told(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    write_encoder(tmp_path)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_minilm(tmp_path)
    assert said in str(caught.value)
    assert all(file in str(caught.value) for file in FILES)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_tensors_or_a_plain_error(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.safetensors"
    length = len(data).to_bytes(8, "little")
    for content in (data, length + data, length + data + b"\0\0\0\0"):
        file.write_bytes(content)
        try:
            read_tensors(file)
        except (ValueError, KeyError, TypeError):
            continue

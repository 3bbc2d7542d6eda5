"""Reads safetensors: names, shapes and plain numbers, mapped from the file and not copied.

Format (https://github.com/huggingface/safetensors#format): 8 bytes little-endian with the header's length, the header
as JSON (``{name: {dtype, shape, data_offsets: [begin, end]}}``, offsets behind the header), then the numbers.
"""

import json
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LENGTH = 8  # bytes of the header's length
MOST_HEADER = 1_000_000  # bytes; a model of some hundred tensors has 10,000
SINGLE = 4  # bytes of a 32-bit float


def read_tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of 32-bit floats in a file; others are left out.

    Raises ``ValueError`` for a file that is none or does not hold together, ``OSError`` where it cannot be read.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH), "little")
        if not 0 < length <= MOST_HEADER:
            raise ValueError(f"a header of {length} bytes")
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise TypeError("the header is no mapping")
    numbers = np.memmap(path, np.uint8, "r", offset=LENGTH + length)
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        (begin, end), shape = entry["data_offsets"], tuple(entry["shape"])
        if not 0 <= begin <= end <= len(numbers) or end - begin != SINGLE * prod(shape):
            raise ValueError(f"{name} does not fit into the file")
        found[name] = numbers[begin:end].view(np.float32).reshape(shape)
    return found

"""Fetches MiniLM from the hub: three files of one revision, each held against its digest before it has its name."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import httpx

from gha_router.errors import InfrastructureError

HUB = "https://huggingface.co"
MODEL = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
DIGESTS = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
MOST_BYTES = 100_000_000
TIMEOUT_S = 60  # without a byte


def fetch(folder: Path, *, hub: str = HUB, digests: Mapping[str, str] = DIGESTS) -> None:
    """Fetch what is not in the folder yet. Raises ``InfrastructureError`` for what cannot be had or is another file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with httpx.Client(follow_redirects=True, timeout=TIMEOUT_S) as client:
            for name, digest in digests.items():
                if not (folder / name).exists():
                    _fetch(client, f"{hub}/{MODEL}/resolve/{REVISION}/{name}", folder / name, digest)
    except httpx.HTTPError as error:
        raise InfrastructureError(
            f"MiniLM cannot be fetched from {hub}: {type(error).__name__}",
            hint=f"Put {', '.join(digests)} of {MODEL}, revision {REVISION}, into {folder} yourself.",
        ) from None
    except OSError as error:
        raise InfrastructureError(f"{folder} cannot be written: {error.strerror}") from None


def _fetch(client: httpx.Client, url: str, file: Path, digest: str) -> None:
    part = file.with_name(f".{file.name}.part")
    found, size = hashlib.sha256(), 0
    try:
        with client.stream("GET", url) as reply, part.open("wb") as opened:
            reply.raise_for_status()
            for chunk in reply.iter_bytes():
                found.update(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise InfrastructureError(f"{file.name} has more than {MOST_BYTES:,} bytes at the hub")
                opened.write(chunk)
        if found.hexdigest() != digest:
            raise InfrastructureError(
                f"{file.name} from the hub is not the file that it should be", hint="Nothing of it is kept."
            )
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)

"""Takes secrets out of our own environment before anything else happens.

A process's first environment stays readable in ``/proc/PID/environ`` as long as it lives, whatever it deletes later. So
we start ourselves again without the secrets, and hand them over in a memory file that has no name.
"""

import contextlib
import itertools
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gha_router.errors import UsageError

_HANDLE = "GHA_ROUTER_VAULT_FD"
_SECRET = re.compile(
    r"(api_?key|token|secret|passw|credential|private_?key|_key\b|_auth\b|_pat\b|otlp_(\w+_)?headers)", re.IGNORECASE
)
# What every configuration of another program has in it; whether it is one, the reader finds out.
_FOREIGN = re.compile(
    rb"model_list|model_name|litellm_settings|general_settings|SQLite format 3"
    rb"|[Pp]roviders[\"']?\s*:\s*\[|Router|routerConfig|fallbackChain"
)
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
DEFAULT_CONFIG = Path(".github/gha-router.yml")

_vault: dict[str, str] = {}


def environment() -> dict[str, str]:
    """Return the environment that the configuration may read: ours, and what was taken out of it."""
    return {**os.environ, **_vault}


def secrets() -> tuple[str, ...]:
    """Return the values that were taken out, for redaction."""
    return tuple(_vault.values())


def take(handed: bytes) -> None:
    """Add variables that somebody handed over: ``NAME=value``, each ended by a zero byte, as ``env -0`` prints them.

    Raises ``UsageError``; no value is in its message.
    """
    for number, entry in enumerate(filter(None, handed.split(b"\0")), 1):
        name, equals, value = entry.partition(b"=")
        if not equals or not _NAME.fullmatch(name):
            raise UsageError(
                f"entry {number} on standard input is no `NAME=value`",
                hint="Print each with a zero byte at its end: printf '%s=%s\\0' NAME \"$VALUE\".",
            )
        _vault[name.decode()] = value.decode("utf-8", "surrogateescape")


def enter(argv: Sequence[str]) -> None:
    """Take over the secrets that our first self handed on, or become that first self."""
    handle = os.environ.pop(_HANDLE, None)
    if handle is not None:
        with os.fdopen(int(handle), "r", encoding="utf-8") as file:
            _vault.update(json.load(file))
        return
    hidden = hidden_variables(os.environ, argv)
    if hidden:
        _start_again(hidden, argv)


def hidden_variables(environ: Mapping[str, str], argv: Sequence[str]) -> dict[str, str]:
    """Return the variables that look like secrets, and all that the configuration reads."""
    given = environ.get("INPUT_CONFIG", "")  # a file's path, or the configuration itself
    referenced = _read_by(given.encode("utf-8", "surrogateescape"))
    for file in (config_in(argv), Path(given.strip())):
        with contextlib.suppress(OSError, ValueError):
            if file.is_file():  # a pipe can be read only once, and not by us
                referenced |= _read_by(file.read_bytes(), file)
    return {name: value for name, value in environ.items() if name in referenced or _SECRET.search(name)}


def _read_by(content: bytes, file: Path | None = None) -> frozenset[str]:
    """Return the names of all variables that a configuration reads, whose ever it is."""
    if _FOREIGN.search(content) is None:  # ours: this first self is to be short
        from gha_router.variables import referenced_variables  # noqa: PLC0415  not needed by the second self

        return referenced_variables(content.decode("utf-8", "replace"))
    from gha_router.config import variables_of_file, variables_of_text  # noqa: PLC0415

    return variables_of_file(file) if file else variables_of_text(content.decode("utf-8", "replace"))


def config_in(argv: Sequence[str]) -> Path:
    """Return the configuration that a command line names, read before the real parser has seen it."""
    for argument, following in itertools.pairwise([*argv, ""]):
        if argument == "--config":
            return Path(following)
        if argument.startswith("--config="):
            return Path(argument.removeprefix("--config="))
    return DEFAULT_CONFIG


def handed_on(hidden: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the secrets, and with the memory file that holds them for who starts in it."""
    descriptor = os.memfd_create("gha-router-vault", 0)
    with os.fdopen(os.dup(descriptor), "w", encoding="utf-8") as file:
        json.dump(dict(hidden), file)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.set_inheritable(descriptor, True)  # noqa: FBT003  the standard library's own form
    return {**{name: value for name, value in environ.items() if name not in hidden}, _HANDLE: str(descriptor)}


def _start_again(hidden: Mapping[str, str], argv: Sequence[str]) -> None:
    environ = handed_on(hidden, os.environ)
    os.execve(sys.executable, [sys.executable, "-P", "-m", "gha_router", *argv], environ)  # noqa: S606  ourselves

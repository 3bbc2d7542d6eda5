"""``gha-router import``: another program's configuration becomes a file of ours."""

import json
from collections.abc import Mapping
from pathlib import Path

from gha_router.config import Imported, Kind, Note, of_imported, read_imported, variables_in, written
from gha_router.config.environment import texts
from gha_router.config.importers import Written
from gha_router.config.words import KNOWN_PROVIDERS
from gha_router.errors import UsageError


def convert(file: Path, kind: str) -> tuple[Imported, Written]:
    """Return what a file says, and the file of ours that says the same.

    Raises ``UsageError`` for an unknown program, and ``ConfigError`` where the file could not be used as it is.
    """
    if kind not in list(Kind):
        raise UsageError(f"`{kind}` is nobody's configuration", hint="There are: `litellm` and `ccr`.")
    imported = read_imported(file, Kind(kind))
    of_imported(imported, _placeholders(imported))  # its mistakes are told now, and not when it is used
    return imported, written(imported)


def write(text: str, out: Path) -> None:
    """Write a new file; one that is there is somebody's work."""
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{out} exists", hint="Name another file with --out, or take that one away.") from None
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror}") from None


def as_json(imported: Imported, made: Written) -> str:
    """Return everything that the command found, for a machine."""
    return json.dumps(
        {
            "config": made.text,
            "not_carried_over": [_note(note) for note in imported.left],
            "notes": [_note(note) for note in imported.told],
            "variables": dict(made.variables),
        },
        ensure_ascii=False,
        indent=1,
    )


def told(imported: Imported, made: Written) -> str:
    """Return for people what was not carried over, what was decided, and what they have to set; nothing: nothing."""
    parts = [
        *_list("Not carried over:", imported.left),
        *_list("To know:", imported.told),
        *(["Set these variables; their values stood in the file:"] if made.variables else []),
        *(f"  {name}  (was in {where})" for name, where in made.variables.items()),
    ]
    return "\n".join(parts)


def _list(title: str, notes: tuple[Note, ...]) -> list[str]:
    return [title, *(f"  {note.where}: {note.what}" for note in notes)] if notes else []


def _note(note: Note) -> dict[str, str | int | None]:
    return {"file": note.where.file, "line": note.where.line, "what": note.what}


class _Anything(dict[str, str]):
    """An environment in which every variable has a value; it keeps what was asked for apart from what is there."""

    def get(self, name: str, default: object = None) -> str:
        """Return a value."""
        del default
        return self[name]

    def __missing__(self, name: str) -> str:
        return "1"


def _placeholders(imported: Imported) -> Mapping[str, str]:
    """Return an environment that has what the file asks for, of the kind that it asks for."""
    found = _Anything()
    for name, known in KNOWN_PROVIDERS.items():
        if known.variable:
            found[known.variable] = name
    for trail, text in texts(imported.document.data):
        for variable in variables_in(text):
            key = trail[-1]
            found[variable] = {
                "base_url": "http://placeholder.invalid",
                "credentials": "{}",
                "redis_url": "redis://placeholder.invalid",
            }.get(str(key), "1")
    return found

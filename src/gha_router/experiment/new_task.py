"""A new task: a working example to be rewritten, with its check, its oracle and a mutation."""

from pathlib import Path

from gha_router.errors import TaskError, UsageError
from gha_router.experiment.task import ID, load_task

SKELETON = Path(__file__).parent / "skeleton"
PLACE = "@ID@"


def new_task(folder: Path, identity: str | None = None) -> tuple[Path, ...]:
    """Write a task into a new folder and return its files. The id is the folder's name unless another is given.

    Raises ``UsageError`` for a folder that holds something, or whose name is no id.
    """
    identity = folder.resolve().name if identity is None else identity
    if not ID.fullmatch(identity):
        raise UsageError(
            f"{identity!r} is no id of a task: it has small letters, digits and hyphens, 64 at most",
            hint="Name the folder so, or give --id fix-greeting.",
        )
    _require_unused(folder, identity)
    written = []
    try:
        for source in sorted(file for file in SKELETON.rglob("*") if file.is_file() and file.suffix in {".yml", ".py"}):
            target = folder / source.relative_to(SKELETON)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text(encoding="utf-8").replace(PLACE, identity), encoding="utf-8")
            written.append(target)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
    return tuple(written)


def _require_unused(folder: Path, identity: str) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there and not empty", hint="Name a new folder: SUITE/fix-greeting.")
    if (folder / "task.yml").exists() or (folder.parent / "task.yml").exists():
        raise UsageError(
            f"{folder.parent} is a task itself", hint="A suite is a folder of tasks: name one beside it, not in it."
        )
    for task in folder.parent.glob("*/task.yml"):
        try:
            taken = load_task(task.parent).id == identity
        except TaskError:  # its own mistake is told when it is run
            continue
        if taken:
            raise UsageError(f"the task id {identity!r} is taken by {task.parent}", hint="Give another with --id.")

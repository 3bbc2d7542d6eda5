"""What the system says when nothing more can be written: no fault of a program, wherever it comes up."""

import errno

from gha_router.errors import InfrastructureError

_ELSEWHERE = "or name another folder with --out; TMPDIR says where copies of the workspace are made."
_DISK = {
    errno.ENOSPC: ("the disk is full", f"Free some space, {_ELSEWHERE}"),
    errno.EDQUOT: ("the disk quota is used up", f"Free some space, {_ELSEWHERE}"),
    errno.EFBIG: ("a file may not become that large here", f"Raise the limit (`ulimit -f`), {_ELSEWHERE}"),
    errno.EROFS: ("the file system can only be read", f"Make it writable, {_ELSEWHERE}"),
}


def of_disk(error: Exception) -> InfrastructureError | None:
    """Return what people are told of a disk that takes no more; ``None`` for any other error."""
    if not isinstance(error, OSError) or error.errno not in _DISK:
        return None
    what, hint = _DISK[error.errno]
    return InfrastructureError(f"{what}: {error.filename}" if error.filename else what, hint=hint)

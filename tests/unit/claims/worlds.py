"""Small worlds for claims to be held against: a real folder, its snapshots, and what the meters recorded."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from gha_router.records import (
    Changes,
    CheckResult,
    CheckStatus,
    Evidence,
    FileEntry,
    Receipt,
    Snapshot,
    ToolCall,
    Usage,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)


def snapshot_of(folder: Path) -> Snapshot:
    entries = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        kind = "link" if path.is_symlink() else "dir" if path.is_dir() else "file"
        content = str(path.readlink()).encode() if kind == "link" else path.read_bytes() if kind == "file" else None
        digest = None if content is None else hashlib.sha256(content).hexdigest()
        entries[name] = FileEntry(path=name, kind=kind, mode=0o644, size=len(content or b""), digest=digest)
    return Snapshot(taken_at="2026-01-01T00:00:00.000Z", entries=entries)


def world(
    workspace: Path,
    *,
    before: Snapshot | None = None,
    message: str = "",
    wall_s: float = 90.0,
    tool_calls: Iterable[ToolCall] = (),
    receipts: Iterable[Receipt] = (),
) -> Evidence:
    after = snapshot_of(workspace)
    before = before or after
    old, new = before.files, after.files
    return Evidence(
        workspace=workspace,
        before=before,
        after=after,
        changes=Changes(
            created=tuple(sorted(new.keys() - old.keys())),
            modified=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
            deleted=tuple(sorted(old.keys() - new.keys())),
        ),
        started_at=AT,
        ended_at=AT,
        wall_s=wall_s,
        final_message=message,
        tool_calls=tuple(tool_calls),
        receipts=tuple(receipts),
    )


def bash(command: str, output: str | None = "", *, is_error: bool = False) -> ToolCall:
    return ToolCall(name="Bash", input={"command": command}, output=output, is_error=is_error)


def check(name: str, status: CheckStatus, *, required: bool = True) -> CheckResult:
    return CheckResult(name=name, kind="exists", status=status, expected="", found="", required=required)


def receipt(cost: str | None = "0.10", usage: Usage | None = None) -> Receipt:
    return Receipt(
        id="r1",
        at="2026-01-01T00:00:00.000Z",
        endpoint="/v1/messages",
        run=None,
        step="fix",
        attempt=1,
        session=None,
        agent=None,
        asked=None,
        model=None,
        reason="",
        tries=(),
        served=None,
        status=200,
        stop_reason=None,
        complete=True,
        usage=usage,
        price_source=None,
        price_digest=None,
        cost_usd=None if cost is None else Decimal(cost),
        ttfb_s=None,
        seconds=1.0,
    )

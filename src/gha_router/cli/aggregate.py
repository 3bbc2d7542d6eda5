"""What ``gha-router aggregate`` does: streams shards, and writes the whole where one experiment has its files."""

import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gha_router.cli.results import publish_collected, write_whole
from gha_router.errors import UsageError
from gha_router.experiment.collected import WHOLE
from gha_router.experiment.details import Picked
from gha_router.experiment.gather import gather, headers_in, merged
from gha_router.experiment.history import history_of, history_text
from gha_router.experiment.points import Point
from gha_router.github.core import Core

INCOMPLETE = 3  # exit code: infrastructure


def put_together(folders: Sequence[Path], out: Path, *, as_json: bool, env: Mapping[str, str]) -> int:
    """Write the whole experiment into ``out``; return the exit code. In a workflow, outputs are set as well."""
    if any(folder.resolve() == out.resolve() for folder in folders):
        raise UsageError(f"--out {out} is one of the folders that are read", hint="Name another.")
    gc.disable()  # nothing here is cyclic, and looking at a hundred thousand points again and again takes its time
    headers, picked = headers_in(folders), Picked()
    try:
        out.mkdir(parents=True, exist_ok=True)
        whole = out / ".trials.jsonl.new"
        with whole.open("wb", buffering=1 << 20) as lines:

            def keep(raw: bytes, point: Point, folder: Path) -> None:
                lines.write(raw)
                picked.offer(raw, point, folder)

            found = gather(folders, keep)
        whole.replace(out / "trials.jsonl")
    except OSError as error:
        raise UsageError(f"--out {out} cannot be written: {error.strerror}") from None
    header = merged(headers)
    header.write(out)
    write_whole(out / "history.json", history_text(history_of(found, header)))
    board = publish_collected(found, out, picked.details(), as_json=as_json)
    if env.get("GITHUB_OUTPUT"):
        core = Core(env=env, log=sys.stderr)
        core.output("pareto", ",".join(row.model for row in board.front))
        core.output("missing_shards", ",".join(shard.name for shard in found.lost))
        core.output("report_json", str(out / "report.json"))
    return 0 if all(shard.state == WHOLE for shard in found.shards) else INCOMPLETE

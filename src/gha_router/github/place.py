"""What a file of ours is called outside of the container, where later steps look for it.

The runner translates paths in the environment into the container's, and none back in outputs. The path of its temporary
folder comes in behind a mark that keeps it from being translated: the input ``runner_temp``.
"""

from dataclasses import dataclass
from pathlib import Path

from gha_router.github.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folders that later steps know, too."""

    workspace: Path
    temp: Path | None  # RUNNER_TEMP in the container
    temp_outside: Path | None  # the same folder for other steps; None: not known

    @classmethod
    def of(cls, context: Context, runner_temp: Path | None) -> "Place":
        """Return the place of a step; ``runner_temp`` is the input of that name."""
        return cls(workspace=context.workspace, temp=context.temp, temp_outside=runner_temp)

    def named(self, file: Path) -> str:
        """Return a path for later steps: relative to the workspace, below the runner's folder, else as it is."""
        if file.is_relative_to(self.workspace):
            return str(file.relative_to(self.workspace))
        if self.temp and self.temp_outside and file.is_relative_to(self.temp):
            return str(self.temp_outside / file.relative_to(self.temp))
        return str(file)

"""The check of data against a JSON schema: json_schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self

from gha_router.checks.base import PureCheck, Sight, sight
from gha_router.checks.data import DataCheck, Json, Toml, Yaml
from gha_router.checks.say import value as shown
from gha_router.checks.schemas import held_against, mistake_of
from gha_router.checks.spec import Params
from gha_router.checks.workspace import read_text
from gha_router.records import Evidence

_FORMATS: Mapping[str, type[DataCheck]] = {".json": Json, ".yaml": Yaml, ".yml": Yaml, ".toml": Toml}


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema(PureCheck):
    """A JSON, YAML or TOML file has the shape that a schema describes. A schema reads nothing from elsewhere."""

    kind: ClassVar = "json_schema"
    summary: ClassVar = "a JSON, YAML or TOML file follows a JSON schema"
    parameters: ClassVar = {
        "file": "path in the workspace; .json, .yaml, .yml or .toml",
        "schema": "the schema itself, draft 2020-12 unless its `$schema` names another; `$ref` only inside it",
    }
    example: ClassVar = "json_schema: {file: out.json, schema: {type: object, required: [total]}}"

    file: str
    schema: Mapping[str, Any]

    @classmethod
    def read(cls, params: Params) -> Self:
        """Return the check of a schema that is one, and whose references can be followed."""
        file, schema = params.path("file"), params.values.get("schema")
        if not isinstance(schema, Mapping):
            raise params.wrong("`schema` must be a mapping: the schema itself")
        if PurePosixPath(file).suffix.lower() not in _FORMATS:
            raise params.wrong(f"`file` must end in {', '.join(_FORMATS)}, not {shown(file)}")
        if mistake := mistake_of(schema):
            raise params.wrong(f"`schema` is no schema: {mistake.what}")
        return cls(**params.common, file=file, schema=schema)

    @property
    def expected(self) -> str:
        """The file; a schema is too long for a line."""
        title = self.schema.get("title")
        return f"{self.file} follows the schema{f' {title}' if isinstance(title, str) else ''}"

    @property
    def where(self) -> str:
        """The file."""
        return self.file

    def look(self, evidence: Evidence) -> Sight:
        """Parse, bound, validate."""
        read = read_text(evidence.workspace, self.file)
        if read.empty:
            return sight(holds=False, found=read.empty)
        form = _FORMATS[PurePosixPath(self.file).suffix.lower()]
        try:
            return held_against(self.schema, form.parse(read.text))
        except (ValueError, RecursionError) as mistake:
            why = "nested too deeply" if isinstance(mistake, RecursionError) else mistake
            return sight(holds=False, found=read.remark(f"not valid {form.format}: {why}"))

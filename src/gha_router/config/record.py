"""The base of all sections."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Base of all: frozen, no unknown key, no input in an error's text."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

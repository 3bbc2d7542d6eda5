"""Is everything there that a run will need? Configuration, keys, every model, Ollama's models and their memory."""

from gha_router.doctor.calls import Limits
from gha_router.doctor.checkup import Effects, Plan, checkup, offline, without_calls
from gha_router.doctor.document import checkup_json, refusal_json
from gha_router.doctor.findings import Checked, Checkup, Entry, Finding, Health, exit_code
from gha_router.doctor.view import headline, line, notes, sections

__all__ = [
    "Checked",
    "Checkup",
    "Effects",
    "Entry",
    "Finding",
    "Health",
    "Limits",
    "Plan",
    "checkup",
    "checkup_json",
    "exit_code",
    "headline",
    "line",
    "notes",
    "offline",
    "refusal_json",
    "sections",
    "without_calls",
]

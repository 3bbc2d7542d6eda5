"""What a verified step was verified for: one digest of all that decides it."""

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING

from gha_router.agent import snapshot
from gha_router.pipeline.plan import StepPlan
from gha_router.records import now, to_json

if TYPE_CHECKING:
    from gha_router.pipeline.template import Template

APART = {"checks", "seal", "sealed", "template", "when"}


def digest_of(plan: StepPlan) -> str:
    """Return a digest of a plan: prompt, who answers, limits, inputs, checks and what they are sealed with."""
    plain = {field.name: to_json(getattr(plan, field.name)) for field in fields(plan) if field.name not in APART}
    checks = [(type(check).__name__, to_json(check)) for check in plan.checks]
    sealed = (
        snapshot.files_digest(snapshot.take(plan.sealed, at=now())) if plan.sealed and plan.sealed.is_dir() else None
    )
    seal = plan.seal.digest if plan.seal else None
    whole = [plain, checks, seal, sealed, _written(plan.template), _written(plan.when)]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=repr).encode()).hexdigest()


def _written(template: "Template | None") -> object:
    return [template.written.text, sorted(template.written.values.items())] if template else None

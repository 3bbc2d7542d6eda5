"""The configuration: read, checked as a whole, and frozen. Every error keeps the place where the mistake stands."""

from gha_router.config.clouds import unmet
from gha_router.config.document import Document, Trail
from gha_router.config.fields import is_deployment
from gha_router.config.load import load, parse, read_task_document
from gha_router.config.models import (
    AwsKeys,
    Budget,
    Classifier,
    Config,
    Credit,
    Deployment,
    OnFail,
    Provider,
    Rates,
    Route,
    Step,
)
from gha_router.config.references import tier_named
from gha_router.config.words import KNOWN_PROVIDERS, Format, TaskType, suggest
from gha_router.variables import referenced_variables

__all__ = [
    "KNOWN_PROVIDERS",
    "AwsKeys",
    "Budget",
    "Classifier",
    "Config",
    "Credit",
    "Deployment",
    "Document",
    "Format",
    "OnFail",
    "Provider",
    "Rates",
    "Route",
    "Step",
    "TaskType",
    "Trail",
    "is_deployment",
    "load",
    "parse",
    "read_task_document",
    "referenced_variables",
    "suggest",
    "tier_named",
    "unmet",
]

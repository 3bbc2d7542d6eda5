"""The configuration: read, checked as a whole, and frozen. Every error keeps the place where the mistake stands."""

from gha_router.config.clouds import unmet
from gha_router.config.document import Document, Trail
from gha_router.config.fields import is_deployment
from gha_router.config.keyless import Keyless
from gha_router.config.load import load, parse, read_task_document
from gha_router.config.models import (
    AwsKeys,
    Budget,
    Config,
    Deployment,
    OnFail,
    Provider,
    Rates,
    Route,
    Step,
)
from gha_router.config.money import ROUTING, CacheShares, Estimate, Part, Subscription
from gha_router.config.references import tier_named
from gha_router.config.variables import referenced_variables
from gha_router.config.words import KNOWN_PROVIDERS, Format, TaskType, suggest

__all__ = [
    "KNOWN_PROVIDERS",
    "ROUTING",
    "AwsKeys",
    "Budget",
    "CacheShares",
    "Config",
    "Deployment",
    "Document",
    "Estimate",
    "Format",
    "Keyless",
    "OnFail",
    "Part",
    "Provider",
    "Rates",
    "Route",
    "Step",
    "Subscription",
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

"""The configuration: read, checked as a whole, and frozen. Every error keeps the place where the mistake stands."""

from gha_router.config.beside import Beside, Folder, sibling
from gha_router.config.caching import MINILM, Cache, Exact, RouteCache, Semantic
from gha_router.config.clouds import unmet
from gha_router.config.comments import Comments
from gha_router.config.defaults import defaults
from gha_router.config.document import Document, Trail, Written
from gha_router.config.fields import is_deployment
from gha_router.config.importers import Imported, Kind, Note, written
from gha_router.config.keyless import Keyless
from gha_router.config.load import (
    load,
    of_imported,
    parse,
    read_imported,
    read_task_document,
    variables_of_file,
    variables_of_text,
)
from gha_router.config.models import (
    AwsKeys,
    Budget,
    Classifier,
    Config,
    Credit,
    Deployment,
    Learned,
    Provider,
    Rates,
    Route,
)
from gha_router.config.money import ROUTING, CacheShares, Estimate, Part, Subscription
from gha_router.config.order import before, needs_of, ordered
from gha_router.config.references import names_router, tier_named
from gha_router.config.steps import Input, Limits, OnFail, Pipeline, Step, Then, Tree
from gha_router.config.words import BY_FORM, KNOWN_PROVIDERS, Format, TaskType, bot_name, suggest
from gha_router.variables import referenced_variables, variables_in

__all__ = [
    "BY_FORM",
    "KNOWN_PROVIDERS",
    "MINILM",
    "ROUTING",
    "AwsKeys",
    "Beside",
    "Budget",
    "Cache",
    "CacheShares",
    "Classifier",
    "Comments",
    "Config",
    "Credit",
    "Deployment",
    "Document",
    "Estimate",
    "Exact",
    "Folder",
    "Format",
    "Imported",
    "Input",
    "Keyless",
    "Kind",
    "Learned",
    "Limits",
    "Note",
    "OnFail",
    "Part",
    "Pipeline",
    "Provider",
    "Rates",
    "Route",
    "RouteCache",
    "Semantic",
    "Step",
    "Subscription",
    "TaskType",
    "Then",
    "Trail",
    "Tree",
    "Written",
    "before",
    "bot_name",
    "defaults",
    "is_deployment",
    "load",
    "names_router",
    "needs_of",
    "of_imported",
    "ordered",
    "parse",
    "read_imported",
    "read_task_document",
    "referenced_variables",
    "sibling",
    "suggest",
    "tier_named",
    "unmet",
    "variables_in",
    "variables_of_file",
    "variables_of_text",
    "written",
]

"""A checkup for people: sentences and tables as plain strings; ``report.terminal`` prints them."""

from collections import Counter
from collections.abc import Iterator

from gha_router.doctor.findings import Checked, Checkup, Finding, Health, OllamaModel, OllamaServer
from gha_router.doctor.memory import gigabytes, parallel_text, plan_of, plan_text
from gha_router.report.format import NONE, duration, money, plural, tokens
from gha_router.report.view import Column, Section

CONFIGURED = "configured"
MARKS = {Health.WELL: "✓", Health.WARNING: "!", Health.MISTAKE: "✗", Health.DOWN: "✗"}


def headline(result: Checkup) -> str:
    """Return what was found, in one line."""
    counted = Counter(finding.health for finding in result.all_findings if not finding.told)
    broken = counted[Health.MISTAKE] + counted[Health.DOWN]
    state = f"✗ {plural(broken, 'problem')}" if broken else "✓ all well"
    warned = f", {plural(counted[Health.WARNING], 'warning')}" if counted[Health.WARNING] else ""
    return f"{state}{warned}: {result.configuration}, {plural(len(result.checked), 'deployment')}"


def line(one: Checked) -> str:
    """Return one deployment as a line of progress."""
    mark = MARKS[one.finding.health] if one.finding else NONE
    return f"{mark} {one.entry.deployment.model}: {one.finding.what if one.finding else one.unasked}"


def sections(result: Checkup) -> tuple[Section, ...]:
    """Return the tables: providers, models, each Ollama server, and what is to be mended."""
    made = (_keys(result), _models(result), *map(_server, result.ollama), _mends(result))
    return tuple(section for section in made if section.rows)


def notes(result: Checkup) -> tuple[str, ...]:
    """Return what a reader has to know beside the tables."""
    return (*_agents(result), *_calls(result))


def _agents(result: Checkup) -> Iterator[str]:
    if result.agents:
        yield "Agents: " + ", ".join(f"{name} {version}" for name, version in result.agents.items()) + "."


def _calls(result: Checkup) -> tuple[str, ...]:
    asked = sum(one.seconds is not None for one in result.checked)
    if not result.called:
        return ("No model was asked. Without --offline and --no-calls each is asked for one token.",)
    if not asked:
        return ("No model could be asked.",)
    cost = f"{money(result.cost_usd)} in all" if result.cost_usd is not None else "of a cost that is not known"
    return (f"Asked: {plural(asked, 'request')} of one output token (sixteen where one is too few), {cost}.",)


def _keys(result: Checkup) -> Section:
    rows = tuple(
        (
            key.provider,
            "missing" if key.missing else "set" if key.needed else "not needed",
            key.format,
            key.address or NONE,
        )
        for key in result.keys
    )
    columns = (
        Column(name="provider", code=True),
        Column(name="key"),
        Column(name="format"),
        Column(name="address", code=True),
    )
    return Section(title="Providers", columns=columns, rows=rows)


def _models(result: Checkup) -> Section:
    return Section(
        title="Models",
        columns=(
            Column(name=""),
            Column(name="deployment", code=True),
            Column(name="as"),
            Column(name="state"),
            Column(name="time", right=True),
            Column(name="context", right=True),
            Column(name="takes"),
            Column(name="price"),
        ),
        rows=tuple(map(_model_row, result.checked)),
    )


def _model_row(one: Checked) -> tuple[str, ...]:
    deployment = one.entry.deployment.model
    others = [name for name in one.entry.names if name != deployment]
    takes = " ".join(word for word, able in one.supports.items() if able)
    return (
        MARKS[one.finding.health] if one.finding else NONE,
        deployment,
        ", ".join(others) or NONE,
        _short(one.finding) if one.finding else one.unasked,
        duration(one.seconds),
        tokens(one.context) if one.context else "unknown",
        takes or "unknown",
        _price(one.price_source),
    )


def _price(source: str | None) -> str:
    """Return who says the price, in a word; `gha-router estimate` has the rest."""
    if source is None:
        return "unknown"
    word = source.rpartition(" ")[2] if source.startswith(CONFIGURED) else source
    return word if word in {"free", CONFIGURED, "simulated"} else "list"


def _short(finding: Finding) -> str:
    """Return the beginning of a finding: the rest stands below."""
    return finding.what.partition(". HTTP")[0].partition(": ")[0].partition(", and says")[0]


def _server(server: OllamaServer) -> Section:
    plan = plan_of(server)
    told = (plan_text(plan), parallel_text(plan))
    version = f" {server.version}" if server.version else ""
    return Section(
        title=f"Ollama{version if version.replace('.', '').strip().isalnum() else ''}",
        columns=(
            Column(name="model", code=True),
            *(Column(name=name, right=True) for name in ("size", "loaded", "context")),
            Column(name="state"),
        ),
        rows=tuple(_ollama_rows(server)),
        caption=". ".join(sentence for sentence in told if sentence) if server.models else "",
    )


def _ollama_rows(server: OllamaServer) -> Iterator[tuple[str, ...]]:
    for model in server.models:
        state = "installed" if model.installed else f"missing: ollama pull {model.name}"
        yield _ollama_row(model, state)
    for model in server.others:
        yield _ollama_row(model, "loaded, not configured")


def _ollama_row(model: OllamaModel, state: str) -> tuple[str, ...]:
    context = model.loaded_context or model.context
    return (
        model.name,
        gigabytes(model.size),
        NONE if model.loaded is None else gigabytes(model.loaded),
        tokens(context) if context else NONE,
        state,
    )


def _mends(result: Checkup) -> Section:
    """Return every finding that is not well, whole, and its mend; the worst first."""
    found = [(one.entry.deployment.model, one.finding) for one in result.checked if one.finding]
    found += [("", finding) for finding in result.findings]
    found += [(server.provider, finding) for server in result.ollama for finding in server.findings]
    bad = sorted(
        (pair for pair in found if pair[1].health and not pair[1].told),
        key=lambda pair: pair[1].health is Health.WARNING,
    )
    columns = (
        Column(name=""),
        Column(name="where", code=True),
        Column(name="what", code=True),
        Column(name="mend", code=True),
    )
    rows = tuple((MARKS[one.health], where, one.what, one.hint or NONE) for where, one in bad)
    return Section(
        title="To mend", columns=columns, rows=rows, alarm=any(one.health > Health.WARNING for _, one in bad)
    )

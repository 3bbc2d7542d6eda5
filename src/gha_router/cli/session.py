"""What a command needs while it runs: the simulated models where they are asked for, the gateway, the word to stop."""

import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import unquote, urlsplit

from gha_router.agent.choice import agent_of
from gha_router.agent.egress import Egress, require
from gha_router.cli import vault
from gha_router.cli.simulation import simulation
from gha_router.config import Config
from gha_router.errors import UsageError
from gha_router.gateway.choosing import BACKGROUND
from gha_router.gateway.longtail.target import secrets_of
from gha_router.gateway.setup import Setup, Way
from gha_router.pipeline.bench import UNGUARDED, Bench, Guard
from gha_router.pipeline.gateway_process import gateway_process
from gha_router.pipeline.journal import NAME, refuse_running
from gha_router.pipeline.record import LEDGER, ORIGINAL, STAGED
from gha_router.pipeline.setup import gateway_setup
from gha_router.records import AgentKind, Decision
from gha_router.telemetry import SILENT, Telemetry, Together, telemetry

SMALL_MODEL = "claude-haiku-4-5"  # what Claude Code calls its small model, and the gateway knows by its name

RESULTS = (
    "experiment.json",
    "gateway.json",
    "history.json",
    NAME,
    LEDGER,
    f"{LEDGER}.head",
    "outcomes.csv",
    "regrade.json",
    "report.html",
    "report.json",
    "report.md",
    "suite.json",
    "suite.md",
    "trials.jsonl",
    "trials-again.jsonl",
)


def require_apart(out: Path, workspace: Path) -> None:
    """Refuse an output folder in the workspace: the agent would find transcripts and receipts in its copy."""
    if out.resolve().is_relative_to(workspace.resolve()):
        raise UsageError(
            f"--out {out} lies in the workspace {workspace}, where the agent would see it",
            hint="Name a folder outside of the workspace.",
        )


def prepare_out(out: Path, *, apart_from: Path | None = None) -> None:
    """Make the output folder and take away an earlier run's results; nothing else in it is touched.

    It must not lie in the workspace (``apart_from``), and no run may be going on in it.
    """
    if apart_from is not None:
        require_apart(out, apart_from)
    refuse_running(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.mkdir(mode=0o700, exist_ok=True)  # a later agent must not read what an earlier one was told
        if any((out / name).exists() for name in ("report.json", "suite.json")):
            for name in ("changes", "evidence"):
                shutil.rmtree(out / name, ignore_errors=True)
        for folder in (ORIGINAL, STAGED):
            shutil.rmtree(out / folder, ignore_errors=True)
        for name in RESULTS:
            (out / name).unlink(missing_ok=True)
        for old in out.glob(f"{Path(LEDGER).stem}-[0-9]*.jsonl*"):  # of a run that was resumed
            old.unlink()
        (out / "transcripts").mkdir(exist_ok=True)
        for old in (out / "transcripts").glob("*.jsonl"):
            old.unlink()
    except OSError as error:
        in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
        why = f"{error.filename} is no folder" if in_the_way else error.strerror
        raise UsageError(f"--out {out} cannot be written: {why}", hint="Name a folder that you may write to.") from None


class Resumed(Protocol):
    """What earlier lives left: the name of the next ledger, and what they spent by ``gateway.budget.scope_of``."""

    @property
    def ledger(self) -> str:
        """Return the file's name in the output folder."""

    @property
    def spent(self) -> Mapping[str, Decimal]:
        """Return USD."""


@asynccontextmanager
async def bench(
    config: Config,
    decisions: Mapping[str, Decision],
    *,
    out: Path,
    environ: Mapping[str, str],
    routes: Mapping[str, Way] = MappingProxyType({}),
    judges: Mapping[str, Decision] = MappingProxyType({}),
    workspace: Path | None = None,
    suites: tuple[Path, ...] = (),
    guard: Guard = UNGUARDED,
    resumed: Resumed | None = None,
    agents: Collection[AgentKind] = (AgentKind.CLAUDE,),
    listener: Telemetry = SILENT,
) -> AsyncIterator[Bench]:
    """Yield a bench whose gateway serves these decisions; an interrupt ends its agents, not this process.

    An earlier run's results in ``out`` are replaced, once it is known that this run can begin; those of a run that is
    ``resumed`` are added to. ``listener`` is told what happens, beside a collector where there is one.
    """
    decisions = {**decisions, **judges}
    require_agents(agents, guard.egress)
    async with AsyncExitStack() as stack:
        routed = {f"route {kind}": way.decision for kind, way in routes.items()}
        sim_url = await stack.enter_async_context(simulation(config, {**decisions, **routed}, suites))
        ledger = out / (resumed.ledger if resumed else LEDGER)
        socket = stack.enter_context(limited(guard.egress))
        setup = gateway_setup(config, decisions, routes=routes, ledger=ledger, sim_url=sim_url, ground=guard.ground)
        setup = replace(setup, socket=socket, spent=resumed.spent if resumed else {})
        if resumed is None:
            prepare_out(out, apart_from=workspace)
        warming = asyncio.create_task(asyncio.to_thread(_warm, agents))  # while the gateway starts
        stack.push_async_callback(_over, warming)
        gateway = await stack.enter_async_context(
            gateway_process(setup, environ=environ, info_file=out / "gateway.json")
        )
        told = stack.enter_context(telemetry(vault.environment(), warn))
        made = Bench(
            gateway=gateway,
            ledger=ledger,
            environ=environ,
            out=out,
            secrets=(*_keys(setup), *guard.secrets),
            judges=judges,
            prepare=guard.prepare,
            egress=guard.egress,
            small_model=SMALL_MODEL if BACKGROUND in routes else None,
            gateway_socket=socket,
            telemetry=Together(told, listener),
        )
        with interruptible(made.interrupt):
            yield made


def require_agents(agents: Iterable[AgentKind], egress: Egress) -> None:
    """Raise what ends the run before it has cost anything, when an agent is not here or cannot work as it is to."""
    for kind in sorted(agents):
        agent_of(kind).path()
        if kind is AgentKind.CODEX and egress is Egress.GATEWAY:
            raise UsageError(
                "`egress: gateway` and `agent: codex` do not go together: the limit leaves Unix sockets alone, and the "
                "Codex CLI reaches a gateway by TCP only",
                hint="Give the work to `agent: claude`, which reaches it by a Unix socket, or say `egress: open`.",
            )


def _warm(agents: Iterable[AgentKind]) -> None:
    for kind in agents:
        agent_of(kind).warm()


def warn(message: str) -> None:
    """Tell people what is amiss and ends nothing."""
    print(f"warning: {message}", file=sys.stderr, flush=True)  # noqa: T201  beside the result


async def _over(task: asyncio.Task[object]) -> None:
    await task


@contextmanager
def limited(egress: Egress) -> Iterator[Path | None]:
    """Yield where the gateway is to listen for agents without a network, ``None`` where they have one.

    Raises what ends the run when the limit cannot be kept here.
    """
    if egress is Egress.OPEN:
        yield None
        return
    require()
    with tempfile.TemporaryDirectory(prefix="gha-router-gateway-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "socket"


@contextmanager
def interruptible(interrupt: asyncio.Event) -> Iterator[None]:
    """Set the event on SIGINT and SIGTERM as long as the context lasts."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupt.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _keys(setup: Setup) -> tuple[str, ...]:
    keys = {secret for upstream in setup.upstreams.values() for secret in secrets_of(upstream)}
    urls = (setup.sharing.redis_url, setup.caching.redis_url if setup.caching else None)
    return tuple(keys.union(*map(_redis_secrets, urls)))


def _redis_secrets(url: str | None) -> Iterator[str]:
    """Yield what of Redis' address no file may hold: the whole, and its password."""
    if url and (password := urlsplit(url).password):
        yield from (url, password, unquote(password))

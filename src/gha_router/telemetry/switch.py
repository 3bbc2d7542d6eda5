"""Whether anything is told, by OpenTelemetry's own variables, and to whom.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and .../protocol/exporter/ . Nothing
of OpenTelemetry is loaded unless an address is set.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gha_router.telemetry.silence import SILENT, Telemetry

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SIGNALS = ("TRACES", "METRICS")
SPOKEN = "http/protobuf"
DEFAULT_TIMEOUT_S = 3.0  # of one export; OpenTelemetry's is 10, and a run would end that much later


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where one signal goes. Headers may hold keys."""

    signal: str  # of ``SIGNALS``
    endpoint: str
    headers: str = field(repr=False)  # as the variable has them: a=b,c=d
    client_key: str | None
    timeout_s: float

    @property
    def address(self) -> str:
        """Return it for people: no path, no user, no password."""
        parts = urlsplit(self.endpoint)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def receivers(environ: Mapping[str, str]) -> tuple[Receiver, ...]:
    """Return who is to be told what; empty where nobody is.

    Raises ``ValueError``, with what is wrong in words, for what this version cannot do.
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    found = (_receiver(signal, environ) for signal in SIGNALS)
    return tuple(one for one in found if one is not None)


def _receiver(signal: str, environ: Mapping[str, str]) -> Receiver | None:
    def said(word: str) -> str:
        own = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_{word}", "").strip()
        return own or environ.get(f"OTEL_EXPORTER_OTLP_{word}", "").strip()

    exporter = environ.get(f"OTEL_{signal}_EXPORTER", "").strip() or "otlp"
    own, shared = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", "").strip(), environ.get(ENDPOINT, "").strip()
    if exporter == "none" or not (own or shared):
        return None
    if exporter != "otlp":
        raise ValueError(f"OTEL_{signal}_EXPORTER={exporter} is not known here; there are otlp and none")
    if (protocol := said("PROTOCOL") or SPOKEN) != SPOKEN:
        raise ValueError(f"the protocol {protocol} is not spoken; set OTEL_EXPORTER_OTLP_PROTOCOL={SPOKEN}")
    endpoint = own or f"{shared.rstrip('/')}/v1/{signal.lower()}"
    _require_address(endpoint)
    return Receiver(
        signal=signal,
        endpoint=endpoint,
        headers=said("HEADERS"),
        client_key=said("CLIENT_KEY") or None,
        timeout_s=_seconds(said("TIMEOUT")),
    )


def _require_address(endpoint: str) -> None:
    try:
        parts = urlsplit(endpoint)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number; an address in brackets that is none
        valid = False
    if not valid:
        raise ValueError(f"{ENDPOINT} is no address such as http://localhost:4318")


def _seconds(text: str) -> float:
    try:
        seconds = float(text) if text else DEFAULT_TIMEOUT_S
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise ValueError("OTEL_EXPORTER_OTLP_TIMEOUT is no number of seconds")
    return seconds


@contextmanager
def telemetry(environ: Mapping[str, str], warn: Callable[[str], None]) -> Iterator[Telemetry]:
    """Yield whoever is to be told of the run. What cannot be told is warned of once, and never ends anything."""
    try:
        wanted = receivers(environ)
    except ValueError as why:
        warn(f"no telemetry: {why}")
        wanted = ()
    if not wanted:
        yield SILENT
        return
    try:
        from gha_router.telemetry.otlp import told  # noqa: PLC0415  a tenth of a second, and an extra
    except ImportError:
        warn("no telemetry: OpenTelemetry is not installed; pip install 'gha-router[otel]'. The action's image has it.")
        yield SILENT
        return
    with ExitStack() as stack:
        telling: Telemetry = SILENT
        try:
            telling = stack.enter_context(told(wanted, environ, warn))
        except Exception as why:  # noqa: BLE001  the SDK reads variables of its own, and raises what it likes
            warn(f"no telemetry: OpenTelemetry cannot be set up: {why}")
        yield telling

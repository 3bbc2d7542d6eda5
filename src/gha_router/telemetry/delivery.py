"""How what is told leaves this process, and what becomes of it: in threads that hold nobody up."""

import logging
import re
import time
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics.export import MetricExportResult, MetricsData, PeriodicExportingMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.util.re import parse_env_headers

from gha_router.telemetry.switch import Receiver

CLOSE_S = 5.0  # for all that is left, at the end of a run
_CODE = re.compile(r"code: (\d{3})")


class Delivery:
    """The ways to each receiver. What does not arrive is counted, and told once at the end."""

    def __init__(self, receivers: Sequence[Receiver]) -> None:
        self._receivers = {receiver.signal: receiver for receiver in receivers}
        self._words = _Overheard()
        self._failed: dict[str, int] = {}  # by signal: how many exports
        self._left: list[Thread] = []

    def spans(self) -> BatchSpanProcessor | None:
        """Return what takes spans, ``None`` where nobody wants them."""
        receiver = self._receivers.get("TRACES")
        return BatchSpanProcessor(_Spans(self._noted, **_arguments(receiver))) if receiver else None

    def metrics(self) -> PeriodicExportingMetricReader | None:
        """Return what reads metrics every minute and at the end, ``None`` where nobody wants them."""
        receiver = self._receivers.get("METRICS")
        return PeriodicExportingMetricReader(_Metrics(self._noted, **_arguments(receiver))) if receiver else None

    def close(self, shutdowns: Sequence[Callable[[], None]]) -> None:
        """Send what is left, all at once; whoever has not taken it after ``CLOSE_S`` is left alone.

        The SDK's own limits are a sum of several that a receiver can draw out; these threads end with the process.
        """
        threads = [Thread(target=shutdown, name="telemetry", daemon=True) for shutdown in shutdowns]
        until = time.monotonic() + CLOSE_S
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._left = [thread for thread in threads if thread.is_alive()]

    @property
    def lost(self) -> str | None:
        """Return what did not arrive, in one line; ``None`` when all did."""
        if not (self._failed or self._left):
            return None
        where = ", ".join(dict.fromkeys(receiver.address for receiver in self._receivers.values()))
        why = f"HTTP {self._words.status}" if self._words.status else "not taken in time"
        return f"telemetry did not arrive at {where} ({why}); the run is as it was, and so is its report"

    def _noted(self, signal: str) -> None:
        self._failed[signal] = self._failed.get(signal, 0) + 1


def _arguments(receiver: Receiver) -> dict[str, Any]:
    # Headers are handed over: they may hold keys, which our own environment has no more.
    return {
        "endpoint": receiver.endpoint,
        "headers": parse_env_headers(receiver.headers, liberal=True),
        "client_key_file": receiver.client_key,
        "timeout": receiver.timeout_s,
    }


class _Spans(OTLPSpanExporter):
    def __init__(self, noted: Callable[[str], None], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._noted = noted

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._noted("TRACES")
        return result


class _Metrics(OTLPMetricExporter):
    def __init__(self, noted: Callable[[str], None], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._noted = noted

    def export(
        self, metrics_data: MetricsData, timeout_millis: float | None = 10_000, **more: Any
    ) -> MetricExportResult:
        result = super().export(metrics_data, timeout_millis, **more)
        if result is not MetricExportResult.SUCCESS:
            self._noted("METRICS")
        return result


class _Overheard(logging.Handler):
    """Takes what the SDK logs, which would be a page in a job's log, and keeps the HTTP status out of it."""

    def __init__(self) -> None:
        super().__init__()
        self.status: str | None = None
        logger = logging.getLogger("opentelemetry")
        logger.addHandler(self)
        logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the status, where the record has one."""
        if found := _CODE.search(record.getMessage()):
            self.status = found.group(1)

"""An OTLP/HTTP collector on loopback: real sockets, and the protocol's own messages read with opentelemetry-proto.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

MESSAGES: dict[str, Any] = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A span as it arrived."""

    id: bytes
    parent: bytes
    trace: bytes
    name: str
    start: int
    end: int
    attributes: dict[str, Any]
    failed: bool


@dataclass
class Receiver:
    """What has arrived. ``status`` is what each request is answered; ``hold``: answers wait until it is set."""

    status: int = 200
    hold: Event = field(default_factory=Event)
    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)

    @property
    def spans(self) -> list[Heard]:
        """Return all spans, in the order of their beginning."""
        found = [
            Heard(
                id=span.span_id,
                parent=span.parent_span_id,
                trace=span.trace_id,
                name=span.name,
                start=span.start_time_unix_nano,
                end=span.end_time_unix_nano,
                attributes=plain(span.attributes),
                failed=span.status.code == span.status.STATUS_CODE_ERROR,
            )
            for message in self.messages
            if isinstance(message, ExportTraceServiceRequest)
            for resource in message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        return sorted(found, key=lambda span: span.start)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Return each metric as it was told last: its figures are those since the beginning."""
        return {
            metric.name: metric
            for message in self.messages
            if isinstance(message, ExportMetricsServiceRequest)
            for resource in message.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def sums(self, name: str, by: str) -> dict[str, float]:
        """Return a metric's sums by one of its attributes."""
        metric, found = self.metrics[name], dict[str, float]()
        histogram = metric.WhichOneof("data") == "histogram"
        for point in metric.histogram.data_points if histogram else metric.sum.data_points:
            key = str(plain(point.attributes)[by])
            found[key] = found.get(key, 0) + (point.sum if histogram else point.as_double or point.as_int)
        return found


def plain(attributes: Any) -> dict[str, Any]:
    """Return attributes as plain values."""
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in attributes}


@contextmanager
def receiving(status: int = 200) -> Iterator[Receiver]:
    """Serve a collector as long as the context lasts; with the status 0 it takes all and answers nothing."""
    receiver = Receiver(status)
    if status:
        receiver.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            message = MESSAGES[self.path]()
            message.ParseFromString(body)
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            receiver.bodies.append(body)
            receiver.messages.append(message)
            receiver.hold.wait(30)
            self.send_response(receiver.status or 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(10)

"""Tells a collector: one trace a run, and metrics, by OpenTelemetry's SDK over OTLP/HTTP.

The providers are ours alone, never the process' global ones: what other libraries trace is not sent along.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from opentelemetry.context import Context
from opentelemetry.metrics import Meter, NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NoOpTracerProvider, Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gha_router.records import Attempt, CheckResult, CheckStatus, Decision, Receipt, Verdict, now
from gha_router.telemetry import words
from gha_router.telemetry.delivery import Delivery
from gha_router.telemetry.silence import Telemetry
from gha_router.telemetry.switch import Receiver

NAME = "gha-router"
WENT_WELL = frozenset({Verdict.VERIFIED, Verdict.SKIPPED})
TOKENS = tuple(4.0**power for power in range(14))  # the conventions' boundaries, of these three
SECONDS = tuple(0.01 * 2**power for power in range(14))
FIRST = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)


@contextmanager
def told(receivers: Sequence[Receiver], environ: Mapping[str, str], warn: Callable[[str], None]) -> Iterator["Telling"]:
    """Yield who tells these receivers, as long as the context lasts; its end waits for them, though not for long."""
    delivery = Delivery(receivers)
    resource = Resource.create(
        {"service.name": environ.get("OTEL_SERVICE_NAME") or NAME, "service.version": version(NAME)}
    )
    traces = metrics = None
    if processor := delivery.spans():
        traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        traces.add_span_processor(processor)
    if reader := delivery.metrics():
        metrics = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    parent = TraceContextTextMapPropagator().extract({"traceparent": environ.get("TRACEPARENT", "")})
    try:
        yield Telling(
            (traces or NoOpTracerProvider()).get_tracer(NAME), (metrics or NoOpMeterProvider()).get_meter(NAME), parent
        )
    finally:
        delivery.close([provider.shutdown for provider in (traces, metrics) if provider])
        if lost := delivery.lost:
            warn(lost)


class Telling(Telemetry):
    """Tells a run as spans and metrics."""

    def __init__(self, tracer: Tracer, meter: Meter, parent: Context) -> None:
        """``parent`` is the context that runs are a part of, empty where nobody named one."""
        self._tracer, self._parent = tracer, parent
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=TOKENS,
        )
        self._duration = meter.create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            description="GenAI operation duration.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self._first = meter.create_histogram(
            "gen_ai.server.time_to_first_token",
            unit="s",
            description="From the request's arrival at the gateway to the first byte of its answer.",
            explicit_bucket_boundaries_advisory=FIRST,
        )
        self._cost = meter.create_counter("gha_router.cost", unit="{USD}", description="What requests cost.")
        self._steps = meter.create_counter("gha_router.steps", unit="{step}", description="Steps by verdict.")
        self._attempts = meter.create_counter(
            "gha_router.attempts", unit="{attempt}", description="Attempts by verdict."
        )
        self._checks = meter.create_counter(
            "gha_router.checks", unit="{check}", description="Checks by kind and result."
        )

    @contextmanager
    def run(self, run: str) -> Iterator[Callable[[Verdict], None]]:
        """Tell a run as the root of its spans."""
        attributes = {words.OPERATION: "invoke_workflow", "gen_ai.workflow.name": NAME, "gha_router.run.id": run}
        with self._open(f"invoke_workflow {NAME}", attributes, self._parent) as span:
            yield lambda verdict: _judged(span, verdict)

    @contextmanager
    def step(self, step: str) -> Iterator[Callable[[Verdict], None]]:
        """Tell a step."""
        with self._open(f"step {step}", {"gha_router.step.id": step}) as span:

            def ended(verdict: Verdict) -> None:
                _judged(span, verdict)
                self._steps.add(1, {words.VERDICT: str(verdict)})

            yield ended

    @contextmanager
    def attempt(self, number: int, decision: Decision) -> Iterator[Callable[[Attempt], None]]:
        """Tell an attempt: a session of the agent, and its checks."""
        with self._open(f"invoke_agent {words.AGENT}", words.of_decision(number, decision)) as span:

            def ended(attempt: Attempt) -> None:
                span.set_attributes(words.of_attempt(attempt))
                _judged(span, attempt.verdict)
                model = {words.ASKED: decision.model}
                self._attempts.add(1, {words.VERDICT: str(attempt.verdict)} | model)

            yield ended

    def requests(self, receipts: Iterable[Receipt]) -> None:
        """Tell requests that have ended, each with the times of its receipt."""
        for receipt in receipts:
            self._request(receipt)

    def check(self, result: CheckResult, seconds: float) -> None:
        """Tell a check that has ended just now."""
        attributes = words.of_check(result)
        end = round(now().timestamp() * words.NANOSECONDS)
        start = end - round(seconds * words.NANOSECONDS)
        span = self._tracer.start_span(f"check {result.kind}", attributes=attributes, start_time=start)
        if result.status is CheckStatus.ERROR:
            _went_wrong(span, "error")
        span.end(end)
        self._checks.add(1, {name: attributes[name] for name in _OF_CHECKS})

    @contextmanager
    def _open(self, name: str, attributes: Mapping[str, words.Value], parent: Context | None = None) -> Iterator[Span]:
        # What an exception says may name a file; that there was one is enough, and the report says the rest.
        with self._tracer.start_as_current_span(
            name, context=parent, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                _went_wrong(span, type(error).__name__)
                raise

    def _request(self, receipt: Receipt) -> None:
        common, start = words.of_request(receipt), words.began(receipt)
        span = self._tracer.start_span(
            f"chat {common[words.ASKED]}",
            kind=SpanKind.CLIENT,
            attributes=common | words.details_of(receipt),
            start_time=start,
        )
        if error := words.error_of(receipt):
            _went_wrong(span, error)
        span.end(start + round(receipt.seconds * words.NANOSECONDS))
        self._duration.record(receipt.seconds, common)
        if receipt.ttfb_s is not None:
            self._first.record(receipt.ttfb_s, common)
        if receipt.cost_usd is not None:
            self._cost.add(float(receipt.cost_usd), common)
        if receipt.usage is not None:
            self._tokens.record(words.input_tokens(receipt.usage), common | {words.TOKEN_TYPE: "input"})
            self._tokens.record(receipt.usage.output, common | {words.TOKEN_TYPE: "output"})


_OF_CHECKS = ("gen_ai.evaluation.name", "gen_ai.evaluation.score.label")


def _judged(span: Span, verdict: Verdict) -> None:
    span.set_attribute(words.VERDICT, str(verdict))
    if verdict not in WENT_WELL:
        _went_wrong(span, str(verdict))


def _went_wrong(span: Span, kind: Any) -> None:
    span.set_attribute(words.ERROR, str(kind))
    span.set_status(StatusCode.ERROR)

import subprocess
import sys
from pathlib import Path

import pytest

from gha_router.telemetry import SILENT, telemetry
from gha_router.telemetry.switch import receivers

HERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318/"}
OF_TRACES = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces.example/in"}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, []),
        (HERE | {"OTEL_SDK_DISABLED": "True"}, []),
        (HERE, ["http://localhost:4318/v1/traces", "http://localhost:4318/v1/metrics"]),
        (HERE | {"OTEL_METRICS_EXPORTER": "none"}, ["http://localhost:4318/v1/traces"]),
        (OF_TRACES, ["https://traces.example/in"]),
        (HERE | OF_TRACES, ["https://traces.example/in", "http://localhost:4318/v1/metrics"]),
    ],
)
def test_opentelemetrys_own_variables_say_who_is_told_what(environ: dict[str, str], expected: list[str]) -> None:
    assert [receiver.endpoint for receiver in receivers(environ)] == expected


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (HERE | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "the protocol grpc is not spoken"),
        (HERE | {"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER=zipkin is not known here"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"}, "no address such as http://localhost:4318"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:port"}, "no address such as http://localhost:4318"),
        (HERE | {"OTEL_EXPORTER_OTLP_TIMEOUT": "soon"}, "no number of seconds"),
        (HERE | {"OTEL_EXPORTER_OTLP_TIMEOUT": "inf"}, "no number of seconds"),
    ],
)
def test_what_cannot_be_done_is_warned_of_once_and_ends_nothing(environ: dict[str, str], words: str) -> None:
    warnings: list[str] = []
    with telemetry(environ, warnings.append) as told:
        assert told is SILENT
    [warning] = warnings
    assert words in warning


def test_an_address_is_named_without_what_may_be_secret_in_it() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://user:sk-canary@[::1]:4318/sk-canary"}
    assert {one.address for one in receivers(environ)} == {"https://[::1]:4318"}
    assert "canary" not in repr(receivers({**HERE, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=sk-canary"}))


def test_nothing_of_it_is_loaded_where_nobody_is_told(tmp_path: Path) -> None:
    code = (
        "import sys; from gha_router.telemetry import telemetry\n"
        "with telemetry({}, print): print([name for name in sys.modules if 'opentelemetry' in name])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert ended.stdout == "[]\n"


def test_without_the_extra_the_warning_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("")  # a package without the SDK in it
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from gha_router.telemetry import telemetry\n"
        f"with telemetry({HERE!r}, print): pass"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "pip install 'gha-router[otel]'" in ended.stdout


@pytest.mark.parametrize("variable", ["OTEL_BSP_MAX_QUEUE_SIZE=10", "OTEL_METRIC_EXPORT_INTERVAL=0"])
def test_a_variable_that_the_sdk_refuses_is_warned_of_and_ends_nothing(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("opentelemetry.sdk")
    monkeypatch.setenv(*variable.split("="))  # which the SDK reads of the process itself
    told: list[str] = []
    with telemetry({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, told.append) as telling:
        assert telling is SILENT
    [words] = told
    assert words.startswith("no telemetry: OpenTelemetry cannot be set up: ")

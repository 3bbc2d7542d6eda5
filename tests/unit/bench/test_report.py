import json
from pathlib import Path

from bench.speed.book import ABSENT, BY_SIZE, Book, Metric
from bench.speed.elsewhere import recorded
from bench.speed.phases import RUNNING
from bench.speed.report import Result, markdown, write
from bench.speed.run import DIRECT

from tests.golden import check_golden

CAUSE = '500 {"status":"failure"}; its log: TypeError: immutable'
FIGURES = {
    DIRECT: {Metric.P50: 0.00008, Metric.RPS: 13_000.0},
    "ours": {
        Metric.START: 0.41,
        Metric.ADDED_P50: 0.0004,
        Metric.P50: 0.0005,
        Metric.P99: 0.001,
        Metric.CPU: 0.0003,
        Metric.RPS: 3_100.0,
        Metric.FIRST_RELAYED: 0.0014,
        Metric.CHUNK_RELAYED: 0.0004,
        Metric.RSS_IDLE: 58.0,
        Metric.RSS_AFTER: 66.0,
        **{metric: 0.0003 + 4e-6 * size for size, metric in BY_SIZE.items()},
    },
    "bare-aiohttp": {Metric.START: 0.2, Metric.ADDED_P50: 0.00023, Metric.CPU: 0.00019, Metric.RPS: 8_000.0},
    "litellm-proxy": {Metric.START: 5.9, Metric.ADDED_P50: 0.007, Metric.CPU: 0.0073, Metric.RPS: 135.0},
    "portkey": {Metric.START: 0.28, Metric.ADDED_P50: 0.001},
}


def sample() -> Result:
    book = Book()
    for name, figures in FIGURES.items():
        for metric, value in figures.items():
            book.add(name, metric, value)
    for metric in (Metric.FIRST_RELAYED, Metric.CHUNK_RELAYED):
        book.fail("portkey", metric, CAUSE)
    book.fail("portkey", Metric.FIRST_TRANSLATED, ABSENT)
    versions = {"ours": "0.1.0", "bare-aiohttp": "3.14", "litellm-proxy": "1.106.2", "portkey": "1.15.2"}
    return Result(
        book=book,
        versions=versions,
        phases=("start", *RUNNING, "memory"),
        notes=("claude-code-router is not installed and was left out (sh bench/traps/install.sh)",),
        machine={"cores": "2", "cpu": "a processor", "python": "3.11.7"},
        at="2026-01-31",
        recorded={"image": "840 MB (2026-01-30)"},
    )


def test_the_table_for_people() -> None:
    check_golden("bench/gateway.md", "\n".join(markdown(sample())) + "\n")


def test_the_figures_for_programs(tmp_path: Path) -> None:
    write(sample(), tmp_path)
    data = json.loads((tmp_path / "gateway.json").read_text())
    assert data["figures"]["ours"]["cpu"] == {"median": 0.0003, "samples": [0.0003]}
    assert data["failures"]["portkey"]["first_relayed"] == CAUSE
    verdicts = {row["what"]: row["verdict"] for row in data["rows"]}
    assert verdicts["CPU a request, c=1"] == "met"
    assert verdicts["RSS growth"] == "not met"
    assert verdicts["CPU a request, 1 kB body"] == "-"


def test_what_other_commands_measured_is_read_and_never_made_up(tmp_path: Path) -> None:
    assert recorded(tmp_path) == {}
    (tmp_path / "figures.json").write_text('{"image": {"figure": "840 MB", "date": "2026-01-30"}}')
    assert recorded(tmp_path) == {"image": "840 MB (2026-01-30)"}

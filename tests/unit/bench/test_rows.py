import pytest
from bench.speed.book import ABSENT, BY_SIZE, Book, Metric
from bench.speed.rows import BARE, LITELLM, OURS, ROWS, Mark, Row, shown


def row(metric: Metric) -> Row:
    return next(one for one in ROWS if one.metric is metric)


def book(metric: Metric, **figures: float) -> Book:
    made = Book()
    for name, value in figures.items():
        made.add(name.replace("_", "-"), metric, value)
    return made


@pytest.mark.parametrize(
    ("metric", "figures", "mark"),
    [
        (Metric.ADDED_P50, {"ours": 0.00045, "bare_aiohttp": 0.00023}, Mark.MET),
        (Metric.ADDED_P50, {"ours": 0.00047, "bare_aiohttp": 0.00023}, Mark.NOT_MET),
        (Metric.ADDED_P50, {"ours": 0.00045}, Mark.OPEN),
        # a bare relay that adds nothing is noise, and no ratio to it
        (Metric.ADDED_P50, {"ours": 0.00045, "bare_aiohttp": -0.00001}, Mark.OPEN),
        # the machine is half as fast as the one of the targets: the ratio decides
        (Metric.CPU, {"ours": 0.0006, "bare_aiohttp": 0.00038}, Mark.MET),
        (Metric.CPU, {"ours": 0.0003, "bare_aiohttp": 0.0001}, Mark.NOT_MET),
        # without the bare relay the figure itself does
        (Metric.CPU, {"ours": 0.0003}, Mark.MET),
        (Metric.CPU, {"ours": 0.0004}, Mark.NOT_MET),
        (Metric.RPS, {"ours": 3_000, "bare_aiohttp": 8_000, "litellm_proxy": 140}, Mark.MET),
        (Metric.RPS, {"ours": 3_000, "bare_aiohttp": 8_000, "litellm_proxy": 160}, Mark.NOT_MET),
        (Metric.RPS, {"ours": 3_000, "bare_aiohttp": 9_000, "litellm_proxy": 140}, Mark.NOT_MET),
        (Metric.START, {"ours": 0.4, "bare_aiohttp": 0.2, "litellm_proxy": 4.9}, Mark.MET),
        (Metric.START, {"ours": 0.4, "bare_aiohttp": 0.2, "litellm_proxy": 4.7}, Mark.NOT_MET),
        (Metric.RSS_IDLE, {"ours": 80, "bare_aiohttp": 1}, Mark.MET),
        (Metric.RSS_IDLE, {"ours": 81, "bare_aiohttp": 80}, Mark.NOT_MET),
        # what a chunk waits is judged in milliseconds, the bare relay's is beside it
        (Metric.CHUNK_RELAYED, {"ours": 0.0009, "bare_aiohttp": 0.0002}, Mark.MET),
        (Metric.CHUNK_RELAYED, {"ours": 0.0011, "bare_aiohttp": 0.001}, Mark.NOT_MET),
        (Metric.CPU, {"bare_aiohttp": 0.0001}, Mark.OPEN),
    ],
)
def test_a_verdict_goes_by_ratio(metric: Metric, figures: dict[str, float], mark: Mark) -> None:
    assert row(metric).verdict(book(metric, **figures))[0] == mark


def test_a_verdict_shows_every_ratio_and_the_figure() -> None:
    said = row(Metric.RPS).verdict(book(Metric.RPS, ours=2_500, bare_aiohttp=5_000, litellm_proxy=100))[1]
    assert said == "0.5 x bare-aiohttp (>= 0.364: yes); 25 x litellm-proxy (>= 20: yes); 2,500 rps (>= 3,000 rps: no)"


@pytest.mark.parametrize(("p99", "mark"), [(0.003, Mark.MET), (0.0031, Mark.NOT_MET)])
def test_the_slowest_are_held_against_our_own_median(p99: float, mark: Mark) -> None:
    made = book(Metric.P99, ours=p99)
    made.add(OURS, Metric.P50, 0.001)
    assert row(Metric.P99).verdict(made)[0] == mark


@pytest.mark.parametrize(("after", "mark"), [(64.0, Mark.MET), (66.0, Mark.NOT_MET)])
def test_memory_may_grow_a_little(after: float, mark: Mark) -> None:
    made = book(Metric.RSS_IDLE, ours=60)
    made.add(OURS, Metric.RSS_AFTER, after)
    growth = next(one for one in ROWS if one.over)
    assert growth.verdict(made)[0] == mark
    assert growth.cell(made, OURS) == f"{after - 60:.0f} MB"


@pytest.mark.parametrize(("power", "mark"), [(1, Mark.MET), (2, Mark.NOT_MET)])
def test_a_cost_grows_in_a_line(power: int, mark: Mark) -> None:
    made = Book()
    for size, metric in BY_SIZE.items():
        made.add(OURS, metric, 1e-4 + 1e-8 * size**power)
    assert shown(made, [OURS], ["growth"])[-1].mark == mark


def test_who_fails_stays_in_the_table() -> None:
    made = Book()
    made.fail("portkey", Metric.FIRST_RELAYED, "500")
    made.fail("portkey", Metric.FIRST_TRANSLATED, ABSENT)
    lines = shown(made, ["portkey"], ["relayed", "translated"])
    assert [line.cells for line in lines] == [("fails",), ("",), ("n/a",), ("",)]


def test_only_chosen_rows_are_shown() -> None:
    assert {line.what for line in shown(Book(), [OURS, BARE, LITELLM], ["saturation"])} == {"saturation, c=32"}

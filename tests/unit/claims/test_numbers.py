import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.claims import numbers
from gha_router.claims.durations import amounts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("354", 354),
        ("12,345", 12345),
        ("1.4", 1.4),
        ("twelve", 12),
        ("twenty-one", 21),
        ("three hundred and fifty-four", 354),
        ("two thousand five hundred", 2500),
        ("a dozen", 12),
        ("two three", None),
        ("1,23", None),
    ],
)
def test_english_numerals_mean_what_they_say(text: str, value: float | None) -> None:
    assert numbers.english(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("三百五十四", 354),
        ("三五四", 354),
        ("二十", 20),
        ("千", 1000),
        ("1.2万", 12000),
        ("3万5千", 35000),
        ("一億二千万", 120_000_000),
        ("12,345", 12345),
        ("", None),
        (",", None),
    ],
)
def test_japanese_numerals_mean_what_they_say(text: str, value: float | None) -> None:
    assert numbers.japanese(text) == value


@given(st.text(alphabet="0123456789,.一二十百千万億〇", max_size=20))
def test_no_numeral_raises(text: str) -> None:
    value = numbers.japanese(text)
    assert value is None or value >= 0


@given(st.integers(min_value=0, max_value=10**14))
def test_digits_are_read_with_and_without_separators(number: int) -> None:
    assert numbers.whole(numbers.plain(str(number))) == number
    assert numbers.whole(numbers.plain(f"{number:,}")) == number


def test_only_whole_numbers_are_counts() -> None:
    assert numbers.whole(12.0) == 12
    assert numbers.whole(1.4) is None
    assert numbers.whole(None) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1.4 s", 1.4),
        ("350 ms", 0.35),
        ("1m30s", 90),
        ("2 min 5 s", 125),
        ("1 hour and 20 minutes", 4800),
        ("two and a half minutes", 150),
        ("a minute and a half", 90),
        ("half an hour", 1800),
        ("約2分30秒", 150),
        ("一分半", 90),
        ("二時間半", 9000),
        ("1時間20分5秒", 4805),
        ("250ミリ秒", 0.25),
    ],
)
def test_amounts_of_time_are_seconds(text: str, seconds: float) -> None:
    assert [amount.seconds for amount in amounts(text)] == [seconds]


@pytest.mark.parametrize("text", ["3時5分", "3分の2", "2分割", "v1.2", "12 m", "5 s/req", "約半分", "自分"])
def test_what_only_looks_like_time_is_none(text: str) -> None:
    assert list(amounts(text)) == []

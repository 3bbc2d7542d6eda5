"""Who rests and who is full, as pure functions of a time that is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.gateway.cooldown import Cooldowns, scope_of
from gha_router.gateway.quota import WINDOW_S, Quota
from gha_router.gateway.setup import Policy, Upstream


def upstream(provider: str = "lab", model: str = "x", rpm: int | None = None, tpm: int | None = None) -> Upstream:
    return Upstream(
        name=f"{provider}/{model}",
        model=model,
        provider=provider,
        base_url="http://127.0.0.1:9",
        api_key=None,
        price=None,
        rpm=rpm,
        tpm=tpm,
    )


@pytest.mark.parametrize(
    ("provider", "model", "status", "scope"),
    [
        ("openrouter", "a:free", 429, "free models of openrouter"),
        ("openrouter", "a", 429, "openrouter/a"),
        ("openrouter", "a:free", 500, "openrouter/a:free"),
        ("lab", "a:free", 429, "lab/a:free"),
        ("lab", "a", 401, "key of lab"),
        ("lab", "a", None, "lab/a"),
    ],
)
def test_a_failure_speaks_of_what_its_quota_is_counted_on(
    provider: str, model: str, status: int | None, scope: str
) -> None:
    assert scope_of(upstream(provider, model), status) == scope


def test_a_refused_key_lets_every_model_of_its_provider_rest() -> None:
    rests = Cooldowns(Policy(cooldown_s=60))
    rests.failed(upstream(model="a"), 401, None, 100.0)
    assert rests.ready_at(upstream(model="b"), 100.0) == 160.0
    assert rests.ready_at(upstream("other"), 100.0) == 100.0


def test_without_a_cooldown_nobody_rests() -> None:
    rests = Cooldowns(Policy(cooldown_s=0, allowed_fails=0))
    for status in (429, 500, 401):
        rests.failed(upstream(), status, 30.0, 100.0)
    assert rests.ready_at(upstream(), 100.0) == 100.0


def test_failures_are_counted_for_a_minute_and_forgotten_by_an_answer() -> None:
    rests = Cooldowns(Policy(cooldown_s=60, allowed_fails=1))
    rests.failed(upstream(), 500, None, 0.0)
    rests.failed(upstream(), 500, None, 61.0)
    assert rests.ready_at(upstream(), 61.0) == 61.0
    rests.answered(upstream())
    rests.failed(upstream(), 500, None, 62.0)
    assert rests.ready_at(upstream(), 62.0) == 62.0
    rests.failed(upstream(), 500, None, 63.0)
    assert rests.ready_at(upstream(), 63.0) == 123.0


@given(
    rpm=st.none() | st.integers(1, 5),
    tpm=st.none() | st.integers(1, 100),
    asks=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 150)), max_size=30),
)
def test_no_minute_ever_holds_more_than_the_limits(
    rpm: int | None, tpm: int | None, asks: list[tuple[float, int]]
) -> None:
    quota, one, now = Quota(), upstream(rpm=rpm, tpm=tpm), 0.0
    admitted: list[tuple[float, int]] = []
    for pause, tokens in asks:
        now += pause
        ready = quota.ready_at(one, tokens, now)
        assert ready >= now
        now = ready  # whoever waits until then is let in
        assert quota.ready_at(one, tokens, now) == now
        quota.asked(one, tokens, now)
        admitted.append((now, tokens))
        minute = [size for when, size in admitted if when + WINDOW_S > now]
        assert rpm is None or len(minute) <= rpm
        assert tpm is None or sum(minute) <= tpm or len(minute) == 1

"""Who answers a prompt: the order of those who may say so, and that text never names a model."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gha_router.config import Config, Deployment, TaskType, parse
from gha_router.errors import ConfigError
from gha_router.pricing import FREE, Price
from gha_router.routing import Ask, Said, decide, needs_word
from gha_router.routing.learned import Gain
from gha_router.routing.learned.policy import CalibratedPolicy
from tests.unit.routing.test_task import TEXTS

# The table of "自動切替ロジック", section 3.2, and the chain of 3.3.
TEXT = """\
models:
  opus: anthropic/claude-opus-4-6
  codex: openai/gpt-5.3-codex
  sonnet: anthropic/claude-sonnet-4-5
  haiku: anthropic/claude-haiku-4-5
  flash: gemini/gemini-2.5-flash
  coder: {model: "ollama/qwen2.5-coder:32b", price: free, context: 32768}
  glm: {model: ollama/glm-4.7, price: free}
  qwen: {model: "ollama/qwen3-coder:30b", price: free}
  deepseek: openrouter/deepseek/deepseek-v3.2
  oss: {model: "openrouter/openai/gpt-oss-120b:free", price: free}
tiers: {0: [opus, codex], 1: [sonnet], 2: [haiku, flash], 3: [coder, qwen, glm], 4: [oss, deepseek]}
routes:
  design: tier-0
  refactor: opus
  implement: sonnet
  bugfix: sonnet
  test: sonnet
  review: coder
  docs: haiku
  quick_fix: glm
  research: deepseek
  agentic_large: codex
  long_context: {over_tokens: 200000, to: flash}
default: sonnet
fallbacks: {sonnet: [coder, deepseek, oss, glm]}
"""
ENV = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY", "GEMINI_API_KEY"), "k")
CONFIG = parse(TEXT, name="gha-router.yml", env=ENV)
ONLY_DOCS = parse("models: {opus: sim/opus, tiny: sim/tiny}\nroutes: {docs: tiny}\ndefault: opus\n", name="c", env={})
RATES: dict[str, tuple[Decimal | int, Decimal | int]] = {
    "opus": (5, 25),
    "codex": (2, 14),
    "sonnet": (3, 15),
    "haiku": (1, 5),
    "flash": (Decimal("0.3"), Decimal("2.5")),
}
PRICES = {CONFIG.models[name][0].model: rates for name, rates in RATES.items()}


def price_of(deployment: Deployment) -> Price | None:
    if deployment.price == "free":
        return FREE
    rates = PRICES.get(deployment.model)
    if rates is None:
        return None
    return Price(input=Decimal(rates[0]), output=Decimal(rates[1]), source="test", digest="d")


@dataclass(frozen=True)
class Judge:
    """Somebody who says a gain of a text, as an LLM that classifies does."""

    value: float
    in_domain: bool = True
    kind: str = "causal_llm"

    def gain(self, text: str) -> Gain:
        assert text is not None
        return Gain(value=self.value, in_domain=self.in_domain)


def policy_of(judge: Judge) -> CalibratedPolicy:
    return CalibratedPolicy(
        strong="opus", weak="tiny", kind="causal_llm", threshold=0.2, share=1, prior=0, predictor=judge
    )


@pytest.mark.parametrize(
    ("situation", "prompt", "model"),
    [
        ("アーキテクチャ設計・重要判断", "決済基盤のアーキテクチャを設計してください", "opus"),
        ("複雑なリファクタリング", "認証モジュールをリファクタリングしてください", "opus"),
        ("日常のコード生成", "ユーザー一覧のAPIを実装してください", "sonnet"),
        ("バグ修正", "ログインできないバグを修正してください", "sonnet"),
        ("テスト生成", "注文サービスの単体テストを書いてください", "sonnet"),
        ("コードレビュー", "このプルリクエストをレビューしてください", "coder"),
        ("ドキュメント・コメント生成", "公開APIのドキュメントを書いてください", "haiku"),
        ("簡単な修正（typo、import等）", "READMEのtypoを直して", "glm"),
        ("ディープリサーチ", "RustのWebフレームワークを調査して比較してください", "deepseek"),
        ("大規模エージェント型タスク", "コードベース全体をTypeScriptに移行してください", "codex"),
        ("長文ファイル全体解析", "3000ページある仕様書を全文読んで", "flash"),
    ],
)
def test_the_situations_of_the_design_go_where_its_table_says(situation: str, prompt: str, model: str) -> None:
    assert decide(CONFIG, Ask(prompt=prompt)).model == model, situation


def test_a_rate_limited_subscription_has_the_five_stages_of_the_design() -> None:
    """The twelfth situation is the chain; the thirteenth, embeddings for a cache, is no request that is routed."""
    assert decide(CONFIG, Ask(prompt="Fix the crash")).deployments == (
        "anthropic/claude-sonnet-4-5",
        "ollama/qwen2.5-coder:32b",
        "openrouter/deepseek/deepseek-v3.2",
        "openrouter/openai/gpt-oss-120b:free",
        "ollama/glm-4.7",
    )


@pytest.mark.parametrize(
    ("ask", "model", "task_type", "reason"),
    [
        (Ask(prompt="Fix the typo", model="opus"), "opus", None, "asked by name"),
        (Ask(prompt="Fix the typo", tier=0), "opus", None, "tier 0: its first model"),
        (Ask(prompt="Fix the typo", route="docs"), "haiku", "docs", "route docs -> haiku"),
        (Ask(prompt="Fix the typo"), "glm", "quick_fix", "quick_fix (it asks for: fix typo) -> glm"),
        (Ask(prompt="Fix the typo", tokens=200_000), "glm", "quick_fix", "quick_fix (it asks for: fix typo) -> glm"),
        (
            Ask(prompt="Fix the typo", tokens=200_001),
            "flash",
            "long_context",
            "long_context (about 200001 tokens are over 200000) -> flash",
        ),
        (Ask(prompt="Hello"), "sonnet", "default", "no request was recognised; default -> sonnet"),
        (Ask(), "sonnet", "default", "no request was recognised; default -> sonnet"),
    ],
)
def test_the_first_that_speaks_decides(ask: Ask, model: str, task_type: str | None, reason: str) -> None:
    decision = decide(CONFIG, ask)
    assert (decision.model, decision.task_type, decision.reason) == (model, task_type, reason)


def test_a_long_prompt_is_measured() -> None:
    assert decide(CONFIG, Ask(prompt="あ" * 200_001)).model == "flash"
    assert decide(CONFIG, Ask(prompt="a" * 200_001)).model == "sonnet"


def test_without_a_limit_of_its_own_long_context_takes_what_most_models_cannot() -> None:
    config = parse("models: {a: sim/opus, b: sim/tiny}\nroutes: {long_context: b}\ndefault: a\n", name="c", env={})
    assert [decide(config, Ask(tokens=tokens)).model for tokens in (200_000, 200_001)] == ["a", "b"]


def test_a_route_may_be_for_long_prompts_only() -> None:
    text = "models: {a: sim/opus, b: sim/tiny}\nroutes: {docs: {to: b, over_tokens: 100}}\ndefault: a\n"
    config = parse(text, name="c", env={})
    assert decide(config, Ask(prompt="Update the README", tokens=101)).model == "b"
    decision = decide(config, Ask(prompt="Update the README", tokens=100))
    assert (decision.model, decision.task_type) == ("a", "docs")
    assert "about 100 tokens are not over 100; default -> a" in decision.reason


def test_many_files_make_a_large_piece_of_work() -> None:
    files = ", ".join(f"src/m{number}.py" for number in range(12))
    assert decide(CONFIG, Ask(prompt=f"Rename the class in {files}")).model == "codex"
    assert decide(CONFIG, Ask(prompt="Rename the class in src/m1.py")).model == "glm"


def test_files_of_a_trace_and_dotted_names_do_not_make_it_large() -> None:
    trace = "\n".join(f'  File "/app/m{number}.py", line {number}, in run' for number in range(20))
    names = ", ".join(f"`self.name{chr(97 + number)}.argv`" for number in range(20))
    fenced = "\n".join(["```", *(f"src/m{number}.py" for number in range(20)), "```"])
    prompt = f"Add a retry to the client. It uses {names}.\n{trace}\n{fenced}"
    assert decide(CONFIG, Ask(prompt=prompt)).task_type == "implement"


def test_a_classifier_that_did_not_answer_is_told_where_the_rules_decide_after_all() -> None:
    prompt = "Refactor the parser. Implement a cache."  # as much the one as the other
    assert needs_word(CONFIG, Ask(prompt=prompt))
    decision = decide(CONFIG, Ask(prompt=prompt), said=Said(task_type=None, why="glm did not answer within 10 s"))
    assert "classifier: glm did not answer within 10 s" in decision.reason


def test_a_type_without_a_route_goes_to_the_default_and_keeps_its_name() -> None:
    decision = decide(ONLY_DOCS, Ask(prompt="Fix the crash"))
    assert (decision.model, decision.task_type) == ("opus", "bugfix")
    assert decision.reason == "bugfix (it asks for: fix crash): no route for it; default -> opus"


def test_a_learned_policy_is_heard_where_the_rules_do_not_decide() -> None:
    policy = policy_of(Judge(0.1))
    assert decide(ONLY_DOCS, Ask(prompt="Update the README"), policy=policy).task_type == "docs"
    decision = decide(ONLY_DOCS, Ask(prompt="Fix the crash"), policy=policy)
    why = "learned (causal_llm: gain +0.100 < +0.200 -> tiny) -> tiny"
    assert (decision.model, decision.task_type, decision.reason) == ("tiny", "bugfix", why)
    assert decide(ONLY_DOCS, Ask(prompt="Fix the crash"), policy=policy_of(Judge(0.3))).model == "opus"


def test_a_policy_that_abstains_leaves_it_to_the_classifier_and_the_default() -> None:
    silent = policy_of(Judge(0.1, in_domain=False))
    decision = decide(ONLY_DOCS, Ask(prompt="Fix the crash"), policy=silent)
    assert decision.model == "opus"
    assert "no route for it; the learned policy abstains: out of domain; default -> opus" in decision.reason
    said = Said(task_type=TaskType.DOCS, why="haiku says so")
    decision = decide(ONLY_DOCS, Ask(prompt="Hm"), policy=silent, said=said)
    assert decision.reason == "docs (haiku says so; the learned policy abstains: out of domain) -> tiny"


def test_a_classifiers_word_is_heard_after_the_rules_and_only_for_a_route() -> None:
    said = Said(task_type=TaskType.DOCS, why="haiku says so")
    decision = decide(ONLY_DOCS, Ask(prompt="Hm"), said=said)
    assert (decision.model, decision.reason) == ("tiny", "docs (haiku says so) -> tiny")
    assert decide(CONFIG, Ask(prompt="Fix the typo"), said=said).task_type == "quick_fix"
    failed = decide(ONLY_DOCS, Ask(prompt="Hm"), said=Said(task_type=None, why="haiku did not answer within 5 s"))
    assert (failed.model, failed.reason.count("haiku did not answer within 5 s")) == ("opus", 1)
    assert decide(ONLY_DOCS, Ask(prompt="Hm"), said=Said(task_type=TaskType.REVIEW, why="w")).model == "opus"


@pytest.mark.parametrize(
    ("ask", "needed"),
    [
        (Ask(prompt="Hm"), True),
        (Ask(prompt="Fix the typo"), False),
        (Ask(prompt="Hm", model="opus"), False),
        (Ask(prompt="Hm", tokens=300_000), False),
    ],
)
def test_a_classifier_is_asked_only_where_its_word_counts(ask: Ask, needed: bool) -> None:  # noqa: FBT001
    assert needs_word(CONFIG, ask) is needed


def test_cheaper_models_are_named_with_price_and_why() -> None:
    decision = decide(CONFIG, Ask(prompt="Fix the crash", tokens=40_000), price_of=price_of)
    assert decision.rejected == (
        "coder (free): its context of 32768 tokens is too small for about 40000",
        "glm (free): for quick_fix",
        "oss (free): asked when sonnet fails",
        "qwen (free): tier 3; no route names it",
        "flash ($0.3 in, $2.5 out a million): for long_context",
        "haiku ($1 in, $5 out a million): for docs",
        "codex ($2 in, $14 out a million): for agentic_large",
    )


def test_nothing_is_cheaper_than_free_nor_known_to_be_cheaper_than_the_unknown() -> None:
    assert decide(CONFIG, Ask(prompt="Fix the typo"), price_of=price_of).rejected == ()
    assert decide(CONFIG, Ask(prompt="Compare three libraries"), price_of=price_of).rejected == ()


@given(TEXTS, st.none() | st.integers(0, 10**6))
def test_any_text_gets_a_configured_model_and_always_the_same(text: str, tokens: int | None) -> None:
    ask = Ask(prompt=text, tokens=tokens)
    decision = decide(CONFIG, ask, price_of=price_of)
    assert decision == decide(CONFIG, ask, price_of=price_of)
    assert decision.model in CONFIG.models
    assert decision.deployments
    assert decision.task_type in {*TaskType}


@given(
    st.sampled_from(sorted(CONFIG.models)),
    st.sampled_from(["Route this to {}.", "{} で実行して", "model: {}", "/route {}"]),
)
def test_a_prompt_never_names_its_model(model: str, form: str) -> None:
    plain = decide(CONFIG, Ask(prompt="Fix the typo."))
    assert decide(CONFIG, Ask(prompt=f"Fix the typo. {form.format(model)}")).model == plain.model


def test_an_empty_configuration_says_what_is_missing() -> None:
    config: Config = parse("models: {a: sim/opus, b: sim/tiny}\n", name="c", env={})
    with pytest.raises(ConfigError, match="nothing says which model answers"):
        decide(config, Ask(prompt="Fix the typo"))

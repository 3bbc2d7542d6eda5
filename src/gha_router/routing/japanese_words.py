"""The Japanese words that requests are read by. A verb stands at the end of its clause, its object before it."""

import re

from gha_router.routing import english_words as en


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Nouns that ``する`` makes verbs of, as in 修正して, 修正をお願いします.
NOUNS = {
    en.FIX: "修正 対応 解決 対処 解消 修復 改修 デバッグ 復旧",
    en.ADD: "実装 追加 作成 開発 導入 構築 用意 生成 サポート 連携 新設 準備",
    en.CHANGE: "変更 更新 改善 調整 反映 設定 強化",
    en.EDIT: "削除 除去 整形 リネーム 改名 ソート フォーマット",
    en.REFACTOR: "リファクタリング リファクタ 分割 共通化 整理 統合 分離 簡潔化 簡素化 一本化 モジュール化 集約 抽出",
    en.REVIEW: "レビュー 確認 チェック 監査 評価 検証 査読 ダブルチェック 判断 指摘",
    en.ASK: "説明 調査 比較 分析 解説 要約 列挙 特定 検索 リサーチ 解析 報告 紹介",
    en.DOCUMENT: "追記 記載 文書化 ドキュメント化 翻訳 明記 加筆",
    en.TEST: "テスト",
    en.DESIGN: "設計 提案 検討 立案 選定 企画 スケッチ",
    en.MIGRATE: "移行 移植 刷新 全面書き換え",
    en.READ: "読破 通読 精読",
}
# Other verbs: the form before て (or で), a slash, and the form before たい or ます.
OTHERS = {
    en.FIX: "直し/直し なおし/なおし 治し/治し やめさせ/やめさせ なくし/なくし 防い/防ぎ",
    en.ADD: "作っ/作り つくっ/つくり 入れ/入れ つけ/つけ 付け/付け 足し/足し 加え/加え 組み込ん/組み込み "
    "立ち上げ/立ち上げ 設け/設け 用意し/用意し",
    en.WRITE: "書い/書き 残し/残し 載せ/載せ まとめ/まとめ 記し/記し 補っ/補い 出し/出し 埋め/埋め 仕立て/仕立て",
    en.CHANGE: "変え/変え 置き換え/置き換え 差し替え/差し替え 引き上げ/引き上げ 合わせ/合わせ "
    "書き直し/書き直し 改め/改め",
    en.EDIT: "取っ/取り 消し/消し 外し/外し 上げ/上げ 下げ/下げ 並べ替え/並べ替え 並び替え/並び替え "
    "入れ替え/入れ替え "
    "揃え/揃え かけ/かけ 取り除い/取り除き",
    en.REFACTOR: "追い出し/追い出し 抜き出し/抜き出し 切り離し/切り離し 切り出し/切り出し 分け/分け "
    "ばらし/ばらし 寄せ/寄せ 整え/整え ほぐし/ほぐし "
    "読みやすくし/読みやすくし",
    en.REVIEW: "見/見 眺め/眺め 見直し/見直し 確かめ/確かめ 目を通し/目を通し",
    en.ASK: "調べ/調べ 教え/教え 比べ/比べ 挙げ/挙げ 探し/探し 洗い出し/洗い出し 突き止め/突き止め 数え/数え "
    "見つけ/見つけ",
    en.DOCUMENT: "訳し/訳し 書き足し/書き足し 書き加え/書き加え",
    en.DESIGN: "決め/決め 考え/考え 練っ/練り 固め/固め 組み立て/組み立て",
    en.MIGRATE: "移し/移し 書き換え/書き換え 乗り換え/乗り換え",
    en.READ: "読ん/読み 読み込ん/読み込み",
}
NOUN = {noun: what for what, nouns in NOUNS.items() for noun in nouns.split()}
BEFORE_TE = {pair.partition("/")[0]: what for what, pairs in OTHERS.items() for pair in pairs.split()}
BEFORE_TAI = {pair.partition("/")[2]: what for what, pairs in OTHERS.items() for pair in pairs.split()}
LATIN = {verb: what for verb, what in en.VERB.items() if " " not in verb}  # fix して, ＦＩＸして


def _endings(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split())


# The ends of nouns: a compound's last part says what it is, so テストモード is a mode and no test.
TESTS = _endings("テスト テストケース カバレッジ E2E test tests spec フィクスチャ 試験")
PROSE = _endings(
    "ドキュメント README readme docstring ドックストリング コメント 変更履歴 changelog CHANGELOG 説明 説明文 "
    "説明書 手順書 "
    "マニュアル ガイド ハンドブック Wiki wiki リリースノート 文書 チュートリアル 注釈文 解説 使い方 .md section 段落"
)
PLANS = _endings("設計 設計案 設計書 方針 アーキテクチャ スキーマ 構成案 計画 案 提案書 ロードマップ 戦略 構成")
SMALL = _endings(
    "誤字 脱字 誤植 typo タイポ スペルミス スペル import インポート バージョン 変数名 関数名 インデント 空白 "
    "改行 フォーマット "
    "lint リント 型注釈 警告 綴り error print フォーマッタ 年 未使用 消し忘れ 余計"
)
SMALL_INSIDE = _words("変数名 関数名 クラス名 バージョン")
TROUBLE = _endings("バグ 不具合 エラー 問題 障害 クラッシュ 例外 失敗 故障 リーク bug 件")
KNOWN = (*TESTS, *PROSE, *PLANS, *SMALL, *TROUBLE)
ELSEWHERE = _endings("会議 ミーティング 予定 飲み会 食事 旅行 天気 誕生日 レストラン 会食 打ち合わせ 歓迎会")
WHOLES = _words(
    "バックエンド全体 フロントエンド全体 モノレポ全体 一から コードベース全体 リポジトリ全体 プロジェクト全体 "
    "アプリ全体 全ファイル 全画面 全モジュール ゼロから "
    "一式 丸ごと 新規プロジェクト "
    "システム全体 全面的に すべての画面 全ての画面 全コード 一から作"
)
LONG_TEXTS = _words(
    "全部読 最後まで読 全文 ページある 最初から最後まで ログ全部 全ログ 全ページ 丸ごと読 ファイル全体 全体を読 隅々"
)
CONSTANT = re.compile(r"(?:から.{1,20}[にへ]|[0-9][\w.]*に)")
SYMPTOMS = _words(
    "起動しな しなくな が赤い 現象 エラー 失敗 落ち 動かな 動きませ 壊れ おかし ずれ 文字化け 真っ白 不具合 "
    "バグ 固ま フリーズ クラッシュ "
    "見つからな 見つかりませ "
    "閉じませ 通りませ 通らな 例外 メモリ不足 リーク セグフォ 無限ループ 二重に 増え続け てしま "
    "マイナスになる 起きない 消えてい 遅すぎ "
    "表示されな 反応しな タイムアウトす 500 なぜか はずが なくなりまし なくなった 二通 二回 NaN できない件 "
    "止まって 届かな 効かな 重い 遅い "
    "おちる 化け 消える 消えな してくれな されな されませ 起きませ 出てくる"
)
HANDS_OFF = _words(
    "変更しない 変更しなく 変更せず 触らない 触らず 触らなく 修正しない 修正しなく 修正は不要 修正は不要 "
    "編集は不要 変更は不要 コメントだけ "
    "実装はまだ 実装しなく 実装はしな 実装せず 書かない 書かなく 直さなく 直さず 直さない コードは要 "
    "コードはまだ コードは不要 説明だけ "
    "リファクタリングはせず 編集しない 編集しなく だけ知りたい だけ教えて"
)
SAME_BEHAVIOUR = re.compile(
    r"(?:動作|挙動|振る舞い|結果|仕様|出力|見え方|ふるまい|behaviou?r|API)[^、。]{0,8}(?:変えず|変えない|変えないで|"
    r"そのまま|同じ)"
)
ASKS_WHAT = re.compile(
    r"(?:なぜ|なんで|どうして|どうやって|どこ|いつ|誰|だれ|何|なに|どの|どれ|いくつ|どういう|どう違)"
)
JUDGED = re.compile(
    r"(?:安全で(?:すか|しょう)|まずいところ|おかしいところ|変なところ|合って|問題ない|問題な|大丈夫|正しい|妥当|"
    r"良さそう|おかしくない|適切|(?:意見|フィードバック|感想|"
    r"所感)[をが]?(?:ください|お願い|聞かせ|もらえ|いただ|欲し|ほし))"
)
CHOOSING = re.compile(
    r"(?:どっちに|迷って|たたき台|どうするのが|どう(?:構成)?(?:す|ある)?べき|すべきか|べきか|どんな構成|"
    r"どういう構造|どう構成|どう設計|"
    r"方針を(?:決め|立て)|どちらを採用)"
)
# Indirect requests: a wish that is no order, a lack, a state of the code that nobody likes.
LACKS = re.compile(
    r"(?:といい|ほし|欲し|嬉し(?!かった)|うれし|助か(?!りまし)|便利|いいな|いいです|お願い|必要|足りな|足りませ|無い|"
    r"ない(?:です|ので|状態|$|。)|ありません|抜けて|古い|薄い|もらえ|いただけ|ましょう|要望|声が|できれば|"
    r"てほしい|たい)"
)
UNTIDY = re.compile(
    r"(?:多すぎ|やりすぎ|ごちゃ|読みにく|読みやす|長すぎ|長い関数|つらい|重複し|ばらばら|一箇所|一か所|一つに|"
    r"ネスト|シンプル|"
    r"散らばって|五つのこと|複雑すぎ|見通し|同じまま|一字一句)"
)
TO_BE_JUDGED = re.compile(
    r"(?:マージし(?:て(?:い|よ|も|大丈夫)|てい)|マージする前|どう思(?:い|う)|目を通|フィードバック|ご意見|"
    r"出して大丈夫|LGTM|観点で)"
)
TO_BE_CHOSEN = re.compile(
    r"(?:どちらに(?:す)?べき|どういう形|どんな形|おすすめ|どれがよ|どちらがよ|(?:案|方針|計画|構想)(?:が|"
    r"を)(?:欲し|ほし|立て|出し|考え|固め)|よさそう|どうある|どうしたら|どう組)"
)
SMALL_CHANGE = re.compile(
    r"(?:スペースが|末尾の?(?:カンマ|空白)|[をは][A-Za-z0-9._X-]+に(?:し|お願い)|XはX|(?:じゃ|では)な(?:く|"
    r"い).{0,12}(?:です|に|で)|アルファベット順|五十音順|一文字|順番を|消し忘れ|"
    r"未使用|余計(?:です|な)|カタカナ|全角|半角|表記)"
)
WONDERING = re.compile(
    r"(?:分から|分かりませ|わかりませ|気にな|でしょう(?:か)?[。?]?$|ましたっけ|ですかね|知りた|わからな|"
    r"教えてほし|って何)"
)
REVIEWABLE = re.compile(r"(?:変更|差分|ブランチ|コミット|PR|プルリク|パッチ|修正|テスト|コード|マージ)")

"""Japanese brought to one form: politeness away, words of one meaning one word, particles as roles.

There is no dictionary of the language: kanji and katakana carry what a sentence is about, hiragana its grammar. What is
no grammar that is known here counts as a word, and has to stand in both texts.
"""

import re

from gha_router.cache.semantic.listed import listed

# A noun that says what is wanted does so at the end of its sentence; before it is a noun as others.
_LAST = r"(?=(?:は|を|について)?(?:何ですか|何でしょうか|どうすれば[^。]{0,12})?\s*(?:[??。(]|$|教え|説明|示し|知り))"
# In order; each is tried on the whole text. A space parts words, as in English.
REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"(?:なければ|なくては|ないと)(?:なりません|ならない|いけません|いけない|だめ(?:です)?)", " 必須 "),
        (r"(?:く|て|で)?(?:くださいませんか|下さいませんか|くれませんか|もらえませんか|いただけませんか|くれない)", ""),
        (r"(?:く|て|で)?(?:もらえますか|いただけますか|くれますか|ほしいです|欲しいです)", ""),
        (r"(?<=[てで])(?:ください|下さい)", ""),
        (r"(?:し|まし|でし|だっ)た(?![いら])", " 過去 "),
        (r"[さら]れ(?=[るたてま])", " 受身 "),
        (r"させ(?=[るたてま])", " 使役 "),
        (rf"する(?:方法|手順|やり方|仕方){_LAST}", "する"),
        (rf"(?:の)?(?:方法|手順|やり方|仕方){_LAST}", " "),
        (rf"(?<=[一-龯])[いきしちにびみりぎけせてねめれべげ]方{_LAST}", " "),
        (rf"(?:に使う|する|の|ための)?コマンド{_LAST}", " "),
        (r"のは(?=どう|何)", "は"),
        (r"何(?:ですか|でしょうか)", ""),
        (r"とは何(?:ですか|でしょうか|か)?", " "),
        (r"どういう意味(?:ですか|でしょうか)?|何を意味しますか|(?:の)?意味(?=は)", " "),
        (r"はどのように動(?:きますか|作しますか|いていますか|くのですか)", "の仕組み"),
        (r"(?:は|に)?どう違(?:います|うのです|う)か?", "の違い"),
        (r"(?:に)?(?:は)?どう(?:やって|すれば|したら)(?:いい|よい|良い)?(?:ですか|でしょうか|の)?", "には"),
        (r"(?:について|に関して)?(?:を)?(?:教え|説明し|解説し|示し)(?:て|ろ)?", " "),
        (r"名前を(?=変更|変え)", "名を"),
        (r"の名(?=[^一-龯])", "名"),
        (r"変え|変更し|変更す", "変更"),
        (r"消[しすせさ]|消去|削除し|削除す", "削除"),
        (r"作[るりっら]|作成し|作成す", "作成"),
        (r"書[いくきけか]", "作成"),
        (r"使[いうっわえ](?:ている|って(?:いる)?)?|使用(?:し|す)?(?:ている|て)?|利用(?:し|す)?(?:ている|て)?", "使用"),
        (r"調べ|確認し|確認す|確かめ", "確認"),
        (r"直[しすせさ]|修正し|修正す", "修正"),
        (r"付け|付与し|付与す", "付与"),
        (r"入れ|インストールし|インストールす", "インストール"),
        (r"動いている|動作中|稼働中", "実行中"),
        (r"動作し|動作す|動[いくき]", "動作"),
        (r"すべて|全て|全部", "全"),
        (r"異な[るり]|差異|相違(?:点)?|違[いうっ]", "相違"),
        (r"単体テスト", "ユニットテスト"),
        (r"デメリット|短所", "欠点"),
        (r"メリット|長所", "利点"),
        (r"マッチ(?:し|す)?|一致(?:し|す)?", "一致"),
        (r"カウント(?:し|す)?|数え", "計数"),
        (r"無効に(?:し|す)|無効化(?:し|す)?", "無効"),
        (r"有効に(?:し|す)|有効化(?:し|す)?", "有効"),
        (r"直前|最後", "最終"),
        (r"ステータスコード", "ステータス"),
        (r"取り消[しすせ]|元に戻[しすせ]", "取消"),
        (r"詠[んむみ]", "作成"),
        (r"フォルダー?", "ディレクトリ"),
        (r"でき(?:る|ます)", "可能"),
        (r"サーバー", "サーバ"),
        (r"ユーザー", "ユーザ"),
    )
)
NEGATED = re.compile(
    r"(?<!少)(?<!危)(?:ない|なく|なかっ|なけれ|ません|(?<![まはだ必])ず(?:に|、|。|$)|なし|無し|抜き)(?!がら)"
)
# The role that a particle gives to the word before it.
PARTICLES = {
    "は": "topic",
    "を": "object",
    "が": "subject",
    "から": "source",
    "に": "target",
    "へ": "target",
    "まで": "limit",
    "より": "than",
    "で": "place",
    "と": "with",
    "の": "of",
}
# What begins a run of hiragana behind a word; further on inflections may follow.
_BEGIN = listed(
    "について に関して に関する における に対して に対する によって による",
    "ための ために という といった として とは には では にて",
    "からの への での との までの でしょうか でしょう ですか ですね",
    "です ますか ます する し して どのように どうすれば どう どの",
    "どれ いい よい は が を に へ で と も や か の な だ から まで より",
)
_LATER = listed(
    "の か ね よ い る た て っ ん ある あり あって",
    "いる いて いた なる なり なって こと もの よう この その これ それ お",
    "ご いう",
)  # What stands alone, or is left of a sentence whose words of politeness were taken away.
_ALONE = re.compile(
    r"(?:この|その|あの|これ|それ|ここ|どのように|どうすれば|どう|どの|いいですか|ですか|ます?か?|です|する|して"
    r"|[はをがにでのとへか])*"
)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_OKURIGANA = "[いきしちにひみりぎじびえけせてねめれげべうくすつぬむるぐぶわかさたまらがばん]{0,2}?"
_PLAIN = re.compile(f"((?:{_any(_BEGIN)})(?:{_any(_BEGIN + _LATER)})*)?")
_BEHIND_KANJI = re.compile(f"{_OKURIGANA}((?:{_any(_BEGIN + _LATER)})*)")
_PARTICLE = re.compile("から|まで|より|[はをがにへでとの]")
_KANJI = re.compile(r"[一-龯々]$")


def rewritten(text: str) -> str:
    """Return the text with one form for what is said in several."""
    for old, new in REWRITES:
        text = old.sub(new, text)
    return text


def grammar(run: str, behind: str) -> tuple[bool, str | None]:
    """Return whether a run of hiragana behind a word is grammar alone, and the role that it gives to the word."""
    if not behind:
        return bool(_ALONE.fullmatch(run)), None
    inflected = bool(_KANJI.search(behind))
    found = (_BEHIND_KANJI if inflected else _PLAIN).fullmatch(run)
    if found is None:
        return False, None
    particle = _PARTICLE.match(found[1] or "")
    return True, PARTICLES[particle[0]] if particle else None

"""A name for the kind of words that two texts differ in, for logs and tests. It decides nothing."""

from collections.abc import Iterable

from gha_router.cache.semantic.english import normal
from gha_router.cache.semantic.listed import listed

_KINDS = {
    "programming language": listed(
        "python java javascript typescript go golang rust ruby perl php c c++ c# f# kotlin swift scala bash shell",
        "powershell sql haskell lua r julia cobol fortran elixir erlang clojure dart",
    ),
    "natural language": listed("english japanese french german spanish chinese korean italian portuguese russian"),
    "direction": listed(
        "first last min max minimum maximum add remove delete enable disable ascending descending before after start",
        "stop begin end open close increase decrease up down left right top bottom upgrade downgrade encode decode",
        "encrypt decrypt push pull read write import export install uninstall mount unmount lock unlock grant revoke",
        "allow deny include exclude above below atleast atmost morethan lessthan oldest newest earliest latest",
        "shortest longest insert append prepend",
        "追加 削除 先頭 末尾 最初 最終 最大 最小 昇順 降順 有効 無効",
        "開始 終了 増加 減少 以上 以下 未満 前 後 上 下",
    ),
    "units": listed(
        "ms s sec second min minute h hour day week month year kb mb",
        "gb tb kib mib gib byte bit km m cm mm mile kg g px",
        "秒 分 時 日 週 月 年 バイト キロメートル キログラム マイル ポンド",
    ),
}
_OF = {normal(word) if word.isascii() else word: kind for kind, words in _KINDS.items() for word in words}


def label(words: Iterable[str]) -> str:
    """Return the kind of the first word that has one, else ``words``."""
    return next((_OF[word] for word in words if word in _OF), "words")

"""The things that are counted, by one name each: ``lines``, ``occurrences``, ``files``, ..."""

from collections.abc import Mapping

OCCURRENCES = "occurrences"

# unit -> the words for it; plurals with -s are understood
_ENGLISH: Mapping[str, str] = {
    "lines": "line",
    OCCURRENCES: "occurrence time match matches instance mention hit appearance",
    "files": "file",
    "directories": "directory directories folder",
    "words": "word",
    "characters": "character char",
    "bytes": "byte",
    "jobs": "job",
    "steps": "step",
    "tests": "test",
    "errors": "error",
    "warnings": "warning",
    "functions": "function",
    "classes": "class classes",
    "commits": "commit",
    "entries": "entry entries",
    "items": "item",
    "rows": "row",
    "columns": "column",
    "headings": "heading header",
    "links": "link",
    "issues": "issue",
    "sections": "section",
    "triggers": "trigger",
}
_JAPANESE: Mapping[str, str] = {
    "lines": "行",
    OCCURRENCES: "回 箇所 か所 カ所 ヶ所 ヵ所",
    "files": "ファイル",
    "directories": "ディレクトリ フォルダ フォルダー",
    "words": "単語 語",
    "characters": "文字",
    "bytes": "バイト",
    "jobs": "ジョブ",
    "steps": "ステップ",
    "tests": "テスト",
    "errors": "エラー",
    "warnings": "警告",
    "functions": "関数",
    "classes": "クラス",
    "commits": "コミット",
    "entries": "エントリ エントリー",
    "items": "項目 アイテム",
    "columns": "列",
    "headings": "見出し",
    "links": "リンク",
    "issues": "問題",
    "sections": "セクション",
    "triggers": "トリガー",
}

UNITS = tuple(_ENGLISH)
ENGLISH = {form: unit for unit, words in _ENGLISH.items() for word in words.split() for form in (word, f"{word}s")}
JAPANESE = {word: unit for unit, words in _JAPANESE.items() for word in words.split()}


def alternatives(words: Mapping[str, str]) -> str:
    """Return a regular expression for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))

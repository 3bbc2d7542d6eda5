"""Commands run: 「`ls` を実行しました」「`a` と `b` を実行しました」「`make` コマンドを走らせました」."""

import re
from collections.abc import Iterator

from gha_router.claims.japanese.context import asserted
from gha_router.claims.sentences import Sentence
from gha_router.claims.shell import is_command
from gha_router.records import Claim, ClaimKind

_DID = r"(?:しました(?!ら)|いたしました|済み|した(?=[。!]|$)|して[、 ]|し、|したところ|した結果|しておきました)"
_RAN = re.compile(
    r" ?(?:という|の)?(?:コマンド)? ?(?:を|は|も) ?[^。、!?\n\x00\x01]{0,12}?"
    rf"(?:(?:再?実行|再実行){_DID}|走らせ(?:ました|た(?=[。!]|$))|叩きました)"
)
_WITH = re.compile(  # `pytest` で確認したところ
    rf" ?(?:コマンド)?(?:で|を使って|を使い|を用いて|により|によって) ?[^。、!?\n\x00\x01]{{0,12}}?"
    rf"(?:確認|検証|計測|カウント|集計|テスト|ビルド|チェック|調査|検索){_DID}"
)
_LIST = re.compile(r" ?(?:と|、|,|および|そして|や) ?")


def find(sentence: Sentence) -> Iterator[Claim]:
    """Yield the commands that the agent claims to have run; in a list the verb at its end speaks of all."""
    verb: re.Match[str] | None = None
    following = len(sentence.text)
    for mention in reversed(sentence.mentions):
        listed = verb and _LIST.fullmatch(sentence.text[mention.end : following])
        if not listed:
            verb = _RAN.match(sentence.text, mention.end) if mention.mark else None
            if not verb and is_command(mention.content):
                verb = _WITH.match(sentence.text, mention.end)
        if verb and mention.mark and asserted(sentence, mention.start, verb.end()):
            end = mention.end if listed else verb.end()
            yield sentence.claim(ClaimKind.COMMAND_RUN, mention.content, (mention.start, end))
        following = mention.start

"""What people say that is no question: small talk, the wish for a person, and what went wrong."""

import re
from collections.abc import Mapping
from functools import lru_cache

from faq.model import Entry, EntryKind, Knowledge
from index.analysis.normalize import plain
from index.analysis.questions import sentences

CONTACT = "問い合わせ先の電話番号やメールアドレスを教えてください"
"""The question whose answer leads to a person, in any FAQ."""

_PERSON = "(?:中の人|人間?|担当者?|オペレーター?|スタッフ|人事(?:部|課|担当者?)?)(?:の人|の方|さん)?"
_WISHES_PERSON = re.compile(
    rf"(?:^|[、。 て]){_PERSON}(?:に|と|へ)(?:直接)?"
    r"(?:話|聞|つな|繋|代わ|替わ|変わ|相談|質問|問い合わせ|連絡)(?:[いえきしせっなり]*?)(?:たい|く|ぐ|す|る|て|で)"
    r"(?:です|んですが|のですが|けど|ください|下さい|ほしい|欲しい|もらえますか|いただけますか|くれますか)*[。!?]*$"
    r"|^有人|オペレーター"
)
_TROUBLE = re.compile(
    r"(?:[来着届開動見押進]|でき|送れ|入れ|つなが|繋が|表示され|反映され|わから|分から|間に合わ)[かきけめえ]?(?:ない(?!と[^言い])|ません|なかった)"
    r"|忘れ(?:た|て|まし)|[無亡失な]くし(?:た|て|まし)|失くし|紛失|エラー|真っ白|固ま(?:っ|り)|落ち(?:た|て|まし)"
    r"|(?:熱|事故|体調)\w{0,3}(?:が出|に遭|不良|を崩)|遅れ(?:そう|ます|る)|間違え(?:た|て|まし)"
)
_NOT_SAID = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"(.)\1{1,}")
_LAUGHTER = re.compile(r"(?<=[^a-z])w+$|笑+$|草+$")
_CLAUSES = re.compile(r"[、,，]")
_LONGEST_FORM = 25
_FORMS = {
    "ありがとうございます": re.compile(
        r"(?<!か)(?:(?:ありがと|有難|有り難)う?(?:ございま(?:す|した)|です|ね)?|感謝(?:です|します|いたします|申し上げます)?"
        r"|助かり(?:ます|ました)|サンクス|thank(?:s|you)(?:alot|verymuch|so?much|(?:foryour|forthe)\w+)?)m?$"
    ),
    "よろしくお願いします": re.compile(
        r"^(?:今日[はも]|本日[はも]|これから|今後とも|どうぞ|何卒|こちらこそ)*(?:よろしく|宜しく)(?:お願い|おねがい)(?:いたし|たし|致し|し|申し上げ)ますm?$"
    ),
    "質問してもいいですか": re.compile(
        r"(?:^|が|けど|ので|ちょっと|少し|いくつか|つ)(?:ご?質問|ご?相談|お?聞き|お?尋ね)を?(?:し|させて)?(?:ても?)?"
        r"(?:ください|下さい|いただけますか|もらえますか|いい(?:です)?か|よろしいですか|大丈夫ですか)$"
    ),
    "使い方": re.compile(
        r"^(?:ここで?は?)?(?:何|なに|どんなこと)(?:が|を|に|について)?(?:聞け|質問でき|相談でき|答えられ)(?:る|ます)(?:の|ん)?(?:です)?か?$"
        r"|^(?:メニュー?|一覧|トップ(?:ページ|画面)?|ホーム|最初|初め|はじめ|カテゴリー?|目次|faq|qa|(?:よくある)?(?:質問|項目|話題)の?(?:一覧|リスト))(?:を|に|へ|から)?"
        r"(?:見せて|見たい|表示して|戻る|戻って|戻りたい|やり直し(?:たい)?|出して|開いて)?(?:です|ください|下さい)?$"
    ),
}
"""What says the same as a phrasing, by the end of a clause or by all of it."""


# A message is canonical as a whole and by its sentences, to be recognized and to be read without them.
@lru_cache(maxsize=64)
def canonical(text: str) -> str:
    """Return what is left of a sentence when case, width, marks, laughter and drawn-out letters do not count.

    >>> canonical("ありがとーーー！！"), canonical("THX!!"), canonical("おつかれさまです〜🙇")
    ('ありがと', 'thx', 'おつかれさまです')
    """
    said = _NOT_SAID.sub("", plain(text))
    said = _LAUGHTER.sub("", said) or said
    return _REPEATED.sub(r"\1", said).removesuffix("ー") if len(said) > 1 else said


class Smalltalk:
    """The small talk of a knowledge set."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries: Mapping[str, Entry] = {
            canonical(phrasing): entry
            for entry in knowledge.of_kind(EntryKind.SMALLTALK)
            for phrasing in entry.phrasings
            if canonical(phrasing)
        }

    def recognize(self, message: str) -> Entry | None:
        """Return the small talk that a message is as a whole: all of it, or every clause of every sentence of it."""
        if whole := self._found(message):
            return whole
        last = None
        for sentence in sentences(message):
            if known := self._found(sentence):
                last = known
                continue
            found = [self._found(clause) for clause in _CLAUSES.split(sentence) if canonical(clause)]
            if not (found and all(found)):
                return None
            last = found[-1]
        return last

    def without(self, message: str) -> str:
        """Return a message without the sentences that are small talk; the message itself if all are."""
        rest = [sentence for sentence in sentences(message) if not self._found(sentence)]
        return "\n".join(rest) or message

    def _found(self, text: str) -> Entry | None:
        """Return the small talk that a text is by its words or, if it is short, by its form."""
        said = canonical(text)
        if said in self._entries or len(said) > _LONGEST_FORM:
            return self._entries.get(said)
        form = next((phrasing for phrasing, pattern in _FORMS.items() if pattern.search(said)), "")
        return self._entries.get(canonical(form))


def wishes_person(message: str) -> bool:
    """Whether somebody asks to talk to a person; not whether a question is about people."""
    return bool(_WISHES_PERSON.search(plain(message)))


def tells_trouble(message: str) -> bool:
    """Whether a message tells of something that went wrong: whoever writes so wants help."""
    return bool(_TROUBLE.search(plain(message)))

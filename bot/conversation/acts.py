"""What a message does beside asking: it wishes for a person, or tells of something that went wrong."""

import re

from index.analysis.normalize import plain

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
    r"(?:[来着届開動見押進]|でき|送れ|入れ|つなが|繋が|表示され|反映され|わから|分から|間に合わ)[かきけめえ]?(?:ない|ません|なかった)"
    r"|忘れ(?:た|て|まし)|[無亡失な]くし(?:た|て|まし)|失くし|紛失|エラー|真っ白|固ま(?:っ|り)|落ち(?:た|て|まし)"
    r"|(?:熱|事故|体調)\w{0,3}(?:が出|に遭|不良|を崩)|遅れ(?:そう|ます|る)|間違え(?:た|て|まし)"
)


def wishes_person(message: str) -> bool:
    """Whether a message wants to be put through to a person.

    >>> wishes_person("人と話したいです"), wishes_person("担当者につないでください"), wishes_person("人事に聞く")
    (True, True, True)
    >>> wishes_person("人と話す仕事ですか"), wishes_person("職員の方と話せますか")
    (False, False)
    """
    return bool(_WISHES_PERSON.search(plain(message)))


def tells_trouble(message: str) -> bool:
    """Whether a message tells of something that went wrong: who writes so wants help.

    >>> tells_trouble("受験票が届きません"), tells_trouble("当日に熱が出ました"), tells_trouble("楽しみです")
    (True, True, False)
    """
    return bool(_TROUBLE.search(plain(message)))

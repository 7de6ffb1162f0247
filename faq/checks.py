"""What is doubtful in a knowledge that can be read: dangling ids, aged facts, unfair wording, answers too long."""

import datetime
import html
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping

from faq.fields import LONGEST_ANSWER
from faq.formats.parsed_file import MOST_PROBLEMS
from faq.formats.sheets.columns import in_words_of_sheets
from faq.loading.loader import KnowledgeReading
from faq.model import Entry, EntryKind, folded
from faq.problems import Fault, Place, Problem, Severity, nearest
from faq.wording import Part, Value

LONGEST_SLACK_SECTION = 3_000
FEWEST_PHRASINGS = 3
# What is taken off both of two questions: numbers, both sides of a negation, marks that make a word.
_DECIDES = re.compile(
    r"\d+(?:\.\d+)?|[一二三四五六七八九十]+(?=[種類級次回年月日時人歳名円つ])|[#+%&.,:/-]|ない|ません|なし|無し|ます|あり|有り|る|不|非|未"
)


def check(reading: KnowledgeReading, today: datetime.date) -> tuple[Problem, ...]:
    """Return what is doubtful on a day, without the problems of reading the files, in order of place."""
    nameless = []
    if reading.knowledge and reading.knowledge.about is None:
        place = Place(reading.origins[reading.knowledge.entries[0].id].file)
        nameless = [_warning(place, "no-about", example="about: {name: 〇〇病院, contact: 人事課}")]
    problems = (
        *nameless,
        *itertools.islice(_dangling(reading), MOST_PROBLEMS),  # looking for the nearest id takes long
        *_contradictions(reading, today),
        *_repeated_phrasings(reading),
        *_questions_alike(reading),
        *(problem for entry in reading.sound.entries for problem in _doubts(entry, reading, today)),
    )
    return in_words_of_sheets(problems)


def slack_length(text: str) -> int:
    """Return how many characters a text has once it is escaped for Slack."""
    return len(html.escape(text, quote=False))


def _dangling(reading: KnowledgeReading) -> Iterator[Problem]:
    def no_entry(entry_id: str, place: Place) -> Problem:
        near = nearest(entry_id, sorted(reading.ids)) or ""
        fault = Fault.of("no-entry", id=entry_id, near=near, advice="did-you-mean" if near else "")
        return Problem(place, fault)

    for entry in reading.sound.entries:
        origin = reading.origins[entry.id]
        for number, related in enumerate(entry.related):
            place = origin.at("related", number)
            if related == entry.id:
                yield _warning(place, "related-to-itself")
            elif related not in reading.ids:
                yield no_entry(related, place)
    for expectation, origin in zip(reading.sound.expectations, reading.expected_at, strict=True):
        for number, gold in enumerate(expectation.gold):
            if gold not in reading.ids:
                yield no_entry(gold, max(origin.at("gold", gold), origin.at("gold", number)))


def _doubts(entry: Entry, reading: KnowledgeReading, today: datetime.date) -> Iterator[Problem]:
    """Yield what is doubtful in an entry by itself: its days, its length, its wording."""
    origin = reading.origins[entry.id]
    if not entry.served_on(today):
        yield _warning(origin.at("valid_until"), "expired", id=entry.id, day=str(entry.valid_until))
    elif entry.review_by and today > entry.review_by:
        yield _warning(origin.at("review_by"), "review-due", id=entry.id, day=str(entry.review_by))
    length = slack_length(entry.answer)
    if length > LONGEST_SLACK_SECTION:
        fault = Fault.of(
            "too-long-for-slack", length=length, limit=LONGEST_SLACK_SECTION, most=LONGEST_ANSWER
        )
        yield Problem(origin.at("answer"), fault)
    elif len(entry.answer) > LONGEST_ANSWER:
        length = len(entry.answer)
        yield _warning(origin.at("answer"), "too-long-to-read", length=length, most=LONGEST_ANSWER)
    by_hand = not origin.file.lower().endswith(".jsonl")
    if entry.kind is EntryKind.ANSWER and by_hand and len(entry.phrasings) < FEWEST_PHRASINGS:
        yield _warning(
            origin.at(),
            "few-phrasings",
            id=entry.id,
            count=len(entry.phrasings),
            least=FEWEST_PHRASINGS,
            field=Part("also_asked"),
        )
    if asked := asked_matter(entry.answer):
        matter, words = asked
        guidance = "公正な採用選考の基本(厚生労働省)"
        yield _warning(origin.at("answer"), "unfair", words=words, matter=matter, guidance=guidance)


def contradict(one: Entry, other: Entry) -> bool:
    """Whether two entries have the same question and not the same answer."""
    return folded(one.question) == folded(other.question) and one.answer != other.answer


def _contradictions(reading: KnowledgeReading, today: datetime.date) -> Iterator[Problem]:
    """Yield an error for each entry with the question of an earlier one and another answer."""
    seen: dict[str, Entry] = {}
    for entry in reading.sound.entries:
        if entry.kind is EntryKind.SMALLTALK or not entry.served_on(today):
            continue
        first = seen.setdefault(folded(entry.question) or entry.question, entry)
        if contradict(first, entry):
            place = str(reading.origins[first.id].at("answer"))
            fault = Fault.of("contradiction", id=first.id, place=place, field=Part("valid_until"))
            yield Problem(reading.origins[entry.id].at("answer"), fault)


def _repeated_phrasings(reading: KnowledgeReading) -> Iterator[Problem]:
    seen: dict[str, tuple[Entry, Place]] = {}
    for entry in reading.sound.entries:
        for phrasing, place in zip(entry.phrasings, reading.phrasings_at(entry), strict=True):
            key = folded(phrasing)
            first, at = seen.get(key, (entry, place))
            if key and key not in seen:
                seen[key] = entry, place
            elif key and not contradict(first, entry):
                yield _warning(place, "repeated", phrasing=phrasing, id=first.id, place=str(at))


def _questions_alike(reading: KnowledgeReading) -> Iterator[Problem]:
    """Yield a warning for each entry whose question differs from an earlier one only by a number, mark or negation."""
    seen: dict[str, Entry] = {}
    for entry in reading.sound.entries:
        key = _DECIDES.sub("", folded(entry.question))
        first = seen.setdefault(key, entry) if key and entry.kind is not EntryKind.SMALLTALK else entry
        if folded(first.question) != folded(entry.question):
            at, place = (reading.origins[each.id].at("question") for each in (entry, first))
            asked, other = entry.question, first.question
            yield _warning(at, "differs-little", question=asked, other=other, place=str(place))


def _warning(at: Place, kind: str, **values: Value) -> Problem:
    return Problem(at, Fault(kind, tuple(values.items())), Severity.WARNING)


_RELATIVES = (
    r"(?:ご?(?:家族|両親|親族|兄弟|姉妹)|お?[父母](?:さま|様|さん|親)?|(?<!両)親|配偶者|保護者"
    r"|お子(?:さま|様|さん))"
)
_OF_RELATIVES = (
    r"の(?:現在の|今の|ご|お)*(?:職業|仕事|勤[めま務]|職場|地位|学歴|収入|年収|資産|続柄|構成|状況"
    r"|健康|病|年齢|氏名|名前|人数|有無)"
)
# The matters of 公正な採用選考の基本 (厚生労働省, https://kouseisaiyou.mhlw.go.jp/).
_MATTERS: Mapping[str, str] = {
    "本籍・出生地": r"本籍|出生地|出身地|お生まれ(?=は|が|を)|戸籍[謄抄]本",
    "家族": rf"{_RELATIVES}(?:{_OF_RELATIVES}|について|は(?:何|どんな|どのよう)|は[^。]{{0,8}}(?:仕事|会社|勤め))"
    r"|家族(?:構成|状況|関係|欄)|ご家族に[^。]{0,14}(?:方|人)が",
    "住宅状況": r"住[宅居]の?(?:状況|種類|広さ)|間取り|部屋数|持ち家",
    "生活環境・家庭環境": r"(?:生活|家庭)環境|家庭の雰囲気|生い立ち|(?:自宅|住まい)(?:付近|周辺|近く)?の?(?:略図|地図)",
    "宗教": r"宗教(?!法人|上)|信仰|信教|宗派",
    "支持政党": r"(?:支持(?:する|している)?|投票した)政党",
    "人生観・生活信条": r"人生観|生活信条|座右の銘",
    "尊敬する人物": r"尊敬する(?:人|方)",
    "思想": r"(?<!計)(?<!開発の)(?<!設計の)思想",
    "労働組合・社会運動": r"組合(?:への|の)?(?:加入|活動)|(?:学生|社会|市民)運動",
    "購読新聞・雑誌・愛読書": r"愛読書|購読(?:している)?の?(?:新聞|雑誌)|読(?:む|んでいる)(?:新聞|雑誌|本)",
}
_TELL = (
    r"書き|書いて|記入|記載|回答|知らせ|教え|聞かせ|答え|話し|述べ|示し|申告|入力|提出|添付|持参|説明|まとめ"
)
_DEMAND = (
    rf"(?:{_TELL})(?:して|し|て)?(?:ください|下さい|いただき|いただく|もらい|もらう|お願い|が必要|が必須|する欄)"
    r"|(?:お?(?:聞き|尋ね|伺い)|うかがい|質問を?)(?:し)?ます|(?:尋ねる|聞く|うかがう|伺う|お尋ねする)(?:こと|場合)が"
    r"|(?:確認|把握|調査)(?:します|いたします|させて)"
)
_ASKED = r"[はがをも]?[^。?]{0,25}か(?=$|[」、?])|は(?=$|[」?])"
_ASKING = {
    **{
        matter: re.compile(
            rf"(?:{words})(?:{_ASKED}|[^。?!]{{0,30}}?(?:{_DEMAND}))|(?:作文|小論文)の[^。]*(?:{words})"
        )
        for matter, words in _MATTERS.items()
    },
    "身元調査": re.compile(
        r"(?:身元|身辺|素行|信用)調査を(?:行います|実施します|行うこと|実施すること|します)"
    ),
    "健康診断": re.compile(
        r"(?:応募|選考|面接|試験|申込|内定の?前)[^。]{0,20}?健康診断[^。]{0,16}?(?:提出|添付|受診|受けて|持参)"
        r"(?:して)?(?:ください|いただ|をお願い|が必要)"
    ),
}
_NAMED = re.compile("|".join((*_MATTERS.values(), "調査", "健康診断")))
"""A quick test: a text without any of these words asks for none of the matters."""
_SENTENCE = re.compile(r"[^。\n!]+")
_ASIDE = re.compile(r"\([^()]*\)")
# What is said of the demand itself: that it is not made, or that who is hired meets it later.
_NEGATED = re.compile(r"ないで|ません|不要|必要はな|必要がな|なくて|お断り|禁止")
_CONDITION = re.compile(r"(?:ない|ません)(?:場合|とき|方)[^、。]*、?")
_BLANKED = re.compile(r"記載がない|省略|を除")
_AFTERWARDS = re.compile(r"(?:採用|入庁|入社|内定|合格)(?:が決ま(?:った|り)|の)?後|(?:入庁|入社|採用)手続")
_ELSEWHERE = re.compile(r"手当|窓口に(?:お尋ね|お問い合わせ)|聞かれた|登壇")


def asked_matter(text: str) -> tuple[str, str] | None:
    """Return the first matter that a text asks a candidate for, and the words that ask; `None` if it asks for none.

    >>> asked_matter("応募書類には、ご家族の職業をお書きください。")
    ('家族', 'ご家族の職業をお書きください')
    >>> asked_matter("家族手当は、担当者にお尋ねください。")
    """
    # What is added in brackets excuses nothing: 「(書けない場合は不要です)」.
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", text))
    for sentence in _SENTENCE.findall(plain) if _NAMED.search(plain) else ():
        for matter, pattern in _ASKING.items():
            for found in pattern.finditer(sentence):
                if not _excused(sentence, found):
                    return matter, found[0].rstrip("、」』")
    return None


def _excused(sentence: str, found: re.Match[str]) -> bool:
    """Whether the sentence says that nobody is asked, or only people who were hired."""
    return bool(
        _NEGATED.search(_CONDITION.sub("", sentence[found.start() :]))
        or _BLANKED.search(found[0])
        or _AFTERWARDS.search(sentence[: found.end()])
        or _ELSEWHERE.search(found[0])
    )

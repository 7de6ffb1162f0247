"""What kind of thing a question asks for: an amount, a time, a person. Known in question answering as answer types."""

import re

from index.text import plain

FACETS = {
    "money": r"いくら|幾ら|何円|何万|費用|料金|金額|代金|参加費|会費|謝礼|報酬|予算"
    r"|給与|給料|年収|月収|手当|値段|旅費|賃金|how much|\bcosts?\b|\bfees?\b|salar|\bpay\b|\bpaid\b|\bprice|budget",
    "when": r"いつ|何月|何時|時期|日程|日時|締め?切|期限|何年目|何日まで|\bwhen\b|deadline|schedule|what time",
    "duration": r"期間|何年間|何[ヶかカ]月|何分|何時間|任期|何年くらい|どのくらいの間|長さ|how long",
    "people": r"何人|何名|人数|なんにん|how many (?:people|staff|employees|members|of them|ict)|headcount",
    "times": r"何回|何度|頻度|何日|回数|how often|how many (?:days|times)",
    "age": r"何歳|年齢|何才|\d+[歳代]|how old|\bage",
    "place": r"どこ|場所|会場|どの(?:サイト|ページ|局|部署)|\bwhere\b",
    "person": r"誰|だれ|どなた|どの人|名簿|\bwho\b",
    "reason": r"なぜ|なんで|どうして|理由|きっかけ|動機|\bwhy\b",
    "count": r"いくつ|何個|何講座|何社|何件|何種類|何点|何問|何割|何パーセント|割合|率|how many",
    "paper": r"書類|申請|提出|証明|documents?\b|\bforms?\b",
}
"""A pattern for each facet, over plain text."""

_PATTERNS = {name: re.compile(pattern) for name, pattern in FACETS.items()}


def facets(text: str) -> frozenset[str]:
    """Return the facets that a text asks for; none for a question that only names a topic.

    >>> sorted(facets("次のMeetupの参加費はいくらですか"))
    ['money']
    """
    said = plain(text)
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(said))

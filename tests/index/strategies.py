"""What people, and what broken clients, may send."""

from typing import Final, Literal

from hypothesis import strategies as st

FORMS: Final[tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...]] = ("NFC", "NFD", "NFKC", "NFKD")
"""Ways to encode one text."""

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
"""Any text at all: lone surrogates, controls and unassigned characters too."""

_TOPICS = "テレワーク 在宅 服装 研修 補助金 更新料 面接 デジタルサービス局 給料 試験"
_TALK = "こんにちは ありがとう それ は も の と 、 。 ？ ですか 教えて 何日"
_TYPED = "remote salary ｽｰﾂ めんせつ 🙂 :pray: <@U012AB3CD>"

_WORDS = (*f"{_TOPICS} {_TALK} {_TYPED}".split(), "\n", " ")
JAPANESE = st.lists(st.sampled_from(_WORDS), max_size=12).map("".join)
"""Made of words that the tiny set knows, particles, and what comes with chat."""

MESSAGES = ANYTHING | JAPANESE

"""What a conversation remembers, and whether a message goes on with it or takes it back."""

import re
from dataclasses import dataclass, replace

from index.analysis.normalize import bare, plain
from index.analysis.questions import asks, tells

_POINTS = re.compile(
    r"^(?:それ(?!で?は?別|から|と)|その|これ|この|そこ|そっち|そういう|そう(?!い)|じゃ|では|だと|なら|ということは|って|"
    r"ほかに|他に|もう(?:一人|ひとり|一方|片方|一つ|ひとつ)|逆に|例えば|たとえば|具体的|もっと|もう少し|詳しく|くわしく|なんで|なぜ|どうして|いつから|誰が|え[っ、]|"
    r"and |so |what about|how about|then |is it|are they|that |it )",
    re.IGNORECASE,
)
_TRAILS_OFF = re.compile(r"(?:は|も|だと|なら|とか|場合|って)[?？]?$")
_SHORT = 12
MOST_MISSED = 3
"""How often somebody writes the same in vain until the bot shows another way."""
_TAKES_BACK = re.compile(
    r"^(?:あ+[、っ,]|あかん|いや|ごめん|すみません|すいません|失礼|申し訳|間違|違[うい]|ちゃう|ああ|(?:書|聞|言)き?い?方)",
)
_RATHER = re.compile(
    r"(?:じゃ|では|や)な(?:くて?+|い方じゃ)(?!も)[、,]?|(?:の話|のこと)?は(?:いい|良い|よい|結構)(?:です)?(?:から|ので)[、,]?"
)
_MEANT = re.compile(r"(?:という意味|(?:が|を)?(?:聞き|知り)たかった(?:ん)?)(?:でした|です)|(?:ん)?でした")
_AGREES = re.compile(
    r"(?:はい|うん|ええ|そう(?:です|だよ?)?|それ(?:です|だよ?|で)?|その(?:通り|とおり)(?:です)?|合って(?:い?ます|る)"
    r"|お願い(?:し|いたし|致し)ます|ok|yes|please)+[ねよ]*"
)
_CONFIRMS = re.compile(
    r"(?:って|という)(?:こと|わけ)(?:です|でしょう|っす)?か?[?？]*$|(?:ん|の)(?:です|だ|っす)(?:よ)?ね[?？]*$|よね[?？]*$"
)


@dataclass(frozen=True)
class ConversationState:
    """The memory of one conversation; a new one is empty."""

    topics: tuple[str, ...] = ()  # ids of the entries that the last answer showed, or that were offered since
    question: str = ""  # what they answered, as it was searched for
    missed: tuple[str, ...] = ()  # the last messages in a row without an answer, as long as they say the same
    offered: str = ""  # id of the one entry of which the last reply asked whether it is meant


def missed_again(thread: ConversationState, message: str) -> ConversationState:
    """Return the memory after a message that nothing was found for."""
    said = bare(message)
    before = thread.missed if thread.missed[-1:] == (said,) else ()
    return replace(thread, missed=(*before, said)[-MOST_MISSED:])


def correction(message: str, thread: ConversationState) -> tuple[str, str] | None:
    """Return what is meant and what is not, where a message takes back, or in a talk asks nothing by its form."""
    found = _RATHER.search(message)
    if not found or not (takes_back(message) or (thread.question and not asks(message))):
        return None
    meant = _MEANT.split(message[found.end() :])[0].strip()
    not_meant = re.split(r"[、,。\s]", message[: found.start()])[-1].removesuffix("の")
    return (meant, not_meant) if bare(meant) else None


def takes_back(message: str) -> bool:
    """Whether a message takes back something that was said.

    >>> takes_back("ごめん、名前を間違えました"), takes_back("名前は何ですか")
    (True, False)
    """
    return bool(_TAKES_BACK.search(message))


def is_followup(message: str) -> bool:
    """Whether a message, by its form, goes on with what was talked about before."""
    return points(message) or bool(_TRAILS_OFF.search(plain(message)))


def points(message: str) -> bool:
    """Whether a message begins with a word that points to what was said.

    >>> points("それって更新料も出ますか"), points("更新料も?")
    (True, False)
    """
    return bool(_POINTS.search(plain(message)))


def confirms(message: str) -> bool:
    """Whether a message asks if something was understood rightly, which goes on with what was said."""
    return bool(_CONFIRMS.search(plain(message).rstrip("。！!笑w ")))


def agrees(message: str) -> bool:
    """Whether a message says yes, and nothing else.

    >>> agrees("はい、そうです。"), agrees("はい、給料は?"), agrees("はい?")
    (True, False, False)
    """
    return not plain(message).rstrip().endswith("?") and bool(_AGREES.fullmatch(bare(message)))


def goes_on(message: str, thread: ConversationState) -> bool:
    """Whether a message is read with what was talked about before: by itself it may not say what is meant."""
    continues = confirms(message) or ((is_followup(message) or is_short(message)) and not tells(message))
    return bool(thread.topics) and (continues or correction(message, thread) is not None)


def is_short(message: str) -> bool:
    """Whether a message is too short to say much by itself.

    >>> is_short("何人ですか"), is_short("管理職選考は何年目から受けられるのですか")
    (True, False)
    """
    return len(plain(message)) <= _SHORT

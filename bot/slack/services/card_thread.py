"""What HR writes below a card: a reply to the candidate, or a word among themselves."""

import re
from collections.abc import Mapping
from typing import Any

from bot.journal.handover import HandoverError, UnknownHandoverError
from bot.slack.messages.notices import notice
from bot.slack.services.handover import ActionContext, HandoverService
from bot.slack.services.processed_events import is_to_somebody, message_key, typed

NO_FILES = "ファイルは質問者に届きません。届くのは文章だけです。"
_NAMED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def take_reply(handovers: HandoverService, event: Mapping[str, Any]) -> bool:
    """Take a message in a thread for one below a card, and tell whether it was one.

    What begins with somebody's name is said to that person, and goes no further.

    Raises:
        JournalError: it cannot be kept.
    """
    context = handovers.context
    handover_id = context.journal.outbox.handover_of(f"{event['channel']}:{event['thread_ts']}")
    if handover_id is None:
        return False
    said, key = event.get("text", ""), message_key(event["channel"], event["ts"])
    if is_to_somebody(said):
        return True
    text = typed(_NAMED.sub(lambda found: f"@{context.name(found[1])}", said), context.bot_user)
    try:
        if text:
            handovers.reply(handover_id, ActionContext(event["user"], key), text)
        if event.get("files"):
            handovers.tell_hr(handover_id, f"files {key}", notice(NO_FILES))
    except (HandoverError, UnknownHandoverError) as error:
        handovers.tell_hr(handover_id, f"refused {key}", notice(str(error)))
    return True

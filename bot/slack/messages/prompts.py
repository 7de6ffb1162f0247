"""Questions that an agent offers at the top of its direct message.

An app made today has Slack's agent view, in which the direct message opens with `app_home_opened` and the prompts are
those of the whole conversation. Only older apps, with the assistant view, hear of `assistant_thread_started`; no
manifest written here makes one.
"""

from slack_sdk import WebClient

from bot.slack.context import LOG
from bot.slack.delivery.rate_limit import FAILURES, why
from bot.slack.messages.catalog import STARTERS, Catalog
from bot.slack.messages.text import cut, shown

TITLE = "たとえば"
LONGEST_TITLE = 75


def prompts(catalog: Catalog) -> list[dict[str, str]]:
    """Return four prompts or fewer: what the button says, and the question that pressing it asks."""
    return [
        {"title": cut(shown(entry.question), LONGEST_TITLE), "message": shown(entry.question)}
        for entry in catalog.starters[:STARTERS]
    ]


def offer(client: WebClient, channel: str, catalog: Catalog) -> None:
    """Offer the questions of today in a direct message; what was offered there before is gone."""
    if not (offered := prompts(catalog)):
        return
    try:
        # With a `thread_ts`, Slack says that all is well, and shows nothing.
        client.assistant_threads_setSuggestedPrompts(channel_id=channel, title=TITLE, prompts=offered)
    except FAILURES as error:
        LOG.warning("質問の例を出せません: %s", why(error))

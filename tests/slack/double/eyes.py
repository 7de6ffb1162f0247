"""What a person sees: a conversation as it stands, the screen, and all that has appeared."""

from collections.abc import Iterator

from tests.slack.double.model import BOT_USER, Channel, Posted, Scene, User, View
from tests.slack.double.rendering import lines, view_lines
from tests.slack.double.workspace import Workspace

_MARKS = {
    "update": "(変わる) ",
    "delete": "(消える) ",
    "view": "(開く) ",
    "view changed": "(変わる) ",
    "home": "(ホーム) ",
    "status": "(状態) ",
}


class Eyes:
    """One person's view of the workspace."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        """Look."""
        self._workspace = workspace
        self.user = user
        self.id = user.id

    @property
    def dm(self) -> Channel:
        """The conversation with the bot."""
        return self._workspace.dm(self.id)

    def sees(self, channel: Channel | None = None) -> list[Posted]:
        """Return the messages of a conversation, the DM unless said otherwise, that this person sees now."""
        place = channel or self.dm
        inside = self.id in place.members
        found = self._workspace.in_channel(place.id) if inside else []
        return [each for each in found if each.only_for in {None, self.id}]

    def modals(self) -> list[View]:
        """Return the modals that are open, the one on top last."""
        return list(self._workspace.views.get(self.id, []))

    def prompts(self) -> list[str]:
        """Return the titles of the questions offered at the top of the DM; pressing one says its message."""
        return list(self._workspace.prompts.get(self.dm.id, ()))

    def screen(self) -> str:
        """Return the modal on top as plain lines, else the Home tab, else nothing."""
        view = next(reversed(self.modals()), self._workspace.homes.get(self.id))
        return "\n".join(view_lines(view)) if view else ""

    def conversation(self, channel: Channel | None = None) -> str:
        """Return a conversation as it stands for this person: threads below their first message."""
        messages = self.sees(channel)
        known = {each.ts for each in messages}
        shown: list[str] = []
        for each in messages:
            if each.thread_ts not in known:
                replies = [reply for reply in messages if reply.thread_ts == each.ts]
                shown += [
                    *self._lines(each),
                    *(f"  {line}" for reply in replies for line in self._lines(reply)),
                    *self._status(each),
                ]
        return "\n".join(shown)

    def _status(self, posted: Posted) -> Iterator[str]:
        if status := self._workspace.statuses.get((posted.channel, posted.ts)):
            yield f"({self._workspace.users[BOT_USER].name}{status})"

    def history(self) -> str:
        """Return all that appeared before this person, in order of time, what was replaced since included."""
        return "\n".join(line for scene in list(self._workspace.scenes) for line in self._scene(scene))

    def _scene(self, scene: Scene) -> Iterator[str]:
        channel = self._workspace.channels.get(scene.channel)
        if (scene.only_for and scene.only_for != self.id) or (channel and self.id not in channel.members):
            return
        place = "" if not channel or channel.kind == "im" else f"#{channel.name} "
        alone = "(自分だけに表示) " if channel and scene.only_for else ""
        thread = "↳ " if scene.thread_ts else ""
        who = f"{self._workspace.users[scene.user].name}: " if channel else scene.text
        yield f"{place}{thread}{alone}{_MARKS.get(scene.what, '')}{who}".rstrip()
        if scene.what != "delete":
            yield from (f"    {self._named(line)}" for line in lines(scene.text, scene.blocks))

    def _lines(self, posted: Posted) -> list[str]:
        alone = "(自分だけに表示) " if posted.only_for else ""
        edited = " (編集済み)" if posted.edited else ""
        name = self._workspace.users[posted.user].name
        return [
            f"{alone}{name}{edited}:",
            *(f"  {self._named(line)}" for line in lines(posted.text, posted.blocks)),
        ]

    def _named(self, line: str) -> str:
        for user in self._workspace.users.values():
            line = line.replace(f"<@{user.id}>", f"@{user.name}")
        return line

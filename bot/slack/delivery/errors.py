"""Slack's codes of refusal in Japanese, and what to do about each, for whoever sets the bot up."""

REINSTALL = "マニフェストを更新し、アプリを再インストールしてください。"
WAY_THERE = "ネットワークとプロキシ、SLACK_API_URL を確かめてください。"
_NEW_VALUE = "Slackのアプリの設定画面で値を確かめ、なければ発行し直してください。"
_INVITE = "IDを確かめてください。非公開のチャンネルなら、そこで /invite @saiyo-faq を実行してください。"

_TO_DO = {
    "account_inactive": _NEW_VALUE,
    "channel_not_found": _INVITE,
    "invalid_auth": _NEW_VALUE,
    "is_archived": "別のチャンネルを指定するか、アーカイブを解除してください。",
    "missing_scope": REINSTALL,
    "no_such_subteam": "ユーザーグループのID(Sで始まる値)を確かめてください。",
    "not_allowed_token_type": "xoxb- と xapp- の値を取り違えていないか確かめてください。",
    "not_authed": _NEW_VALUE,
    "not_in_channel": "そのチャンネルで /invite @saiyo-faq を実行してください。",
    "ratelimited": "Slackが混み合っています。1分ほど待ってから、もう一度実行してください。",
    "restricted_action": "ワークスペースの設定で、アプリの投稿が許されていません。管理者に確かめてください。",
    "token_expired": _NEW_VALUE,
    "token_revoked": _NEW_VALUE,
    "user_not_found": "メンバーID(Uで始まる値)を確かめてください。プロフィールの「メンバーIDをコピー」で得られます。",
}


def to_do(code: str) -> str:
    """Return what to do about a refusal; the place where Slack explains it, for those that are rare.

    >>> to_do("missing_scope")
    'マニフェストを更新し、アプリを再インストールしてください。'
    """
    if not code.isidentifier():  # a page of a proxy or a portal
        return WAY_THERE
    return _TO_DO.get(code, f"docs.slack.dev で「{code}」の意味を確かめてください。")

"""The session of the README is what the bot does."""

from pathlib import Path

from tests.slack.session import session


def test_the_session_shows_what_each_side_sees(tmp_path: Path) -> None:
    acts = "\n".join(session(tmp_path)).split("■ ")[1:]
    shown = {each.split("\n")[0]: each for each in acts}
    asked, offered, chosen, rated, handed, taken, answered, closed, broken, mended = shown.values()
    assert "在宅勤務は、平均すると週に1日から2日ほどです。" in asked
    assert "お尋ねに近い質問がいくつかあります" in offered
    assert "[どれも違う] [人事に聞く]" in offered
    assert "[👍] [👎] [人事に聞く]" in chosen
    assert "回答へのご意見" in rated
    assert "[人事の佐藤の画面]\n    #人事 採用FAQ:\n        # 人事への質問: 未対応" in handed
    assert "採用の担当者にお伝えしました" in handed
    assert "# 人事への質問: 対応中" in taken
    assert "人事の佐藤さん(採用担当)からの回答です。" in answered
    assert answered.split("[人事の佐藤の画面]")[0].count("年に2回です。") == 1
    assert "# 人事への質問: 完了" in closed
    assert "# FAQを読み込めませんでした" in broken
    assert "(前のまま。回答は続けています)" in broken
    assert "# FAQを読み込みました" in mended

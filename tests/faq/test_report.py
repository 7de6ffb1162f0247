import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document

from faq.event_report.draft import EventReport, dump, read_report, word_page
from faq.event_report.lines import read_page
from faq.loading.loader import read
from faq.problems import EditError

DATA = Path(__file__).parent / "data"

Found = list[tuple[str, list[tuple[str, list[str | None]]]]]


def found(report: EventReport) -> Found:
    """Return sections, questions and who answers them."""
    return [
        (
            section.title,
            [(each.text, [answer.speaker for answer in each.answers]) for each in section.questions],
        )
        for section in report.sections
        if section.questions
    ]


def report_of(name: str) -> EventReport:
    return read_report((DATA / name).read_text(encoding="utf-8"))


def test_questions_and_answers_with_marks() -> None:
    """A table of contents, a name after the mark, an answer without one, a numbered list, a link in an answer."""
    report = report_of("report-qa.txt")
    assert found(report) == [
        ("働き方についての質問", [
            ("残業はどのくらいありますか?", ["人事課・西村"]),
            ("転勤はありますか", ["西村"]),
            ("副業はできますか。", [None]),
        ]),
        ("研修についての質問", [
            ("入庁後にどのような研修がありますか", ["東", "西村"]),
            ("資格を取ると補助は出ますか?", ["東"]),
        ]),
    ]  # fmt: skip
    assert report.questions[0].answers[0].text.splitlines()[2].startswith("どうすれば減らせるのでしょうか。")
    assert report.questions[2].answers[0].text.endswith("\n・地域のNPOの活動\n・大学での講義")
    assert report.questions[3].answers[0].text.endswith("\n3. 情報セキュリティ研修")


def test_an_interview_with_dashes_in_html() -> None:
    """Menus, a profile, prompts without a question mark, and a list inside an answer."""
    report = report_of("report-interview.html")
    assert report.title == "先輩職員インタビュー 情報政策課の二人に聞く"
    assert found(report) == [
        ("入庁まで", [
            ("みなと市役所を選んだ理由を教えてください。", ["大森", "岸"]),
            ("面接ではどんなことを聞かれましたか？", ["大森"]),
            ("試験勉強は。", ["岸"]),
        ]),
        ("いまの仕事", [
            ("一日の流れは？", ["大森"]),
            ("お二人の働き方は、この5年で変わりましたか。", ["岸", "大森"]),
            ("最後に、受験を考えている方へ一言お願いします。", ["大森", "岸"]),
        ]),
    ]  # fmt: skip
    assert "\n9時　問い合わせの確認\n10時　業者との打ち合わせ\n" in report.questions[3].answers[0].text
    assert "よくある質問" not in str(report.sections)


@pytest.mark.parametrize("name", ["report-qa.txt", "report-interview.html", "report-numbered.txt"])
def test_no_line_of_a_report_is_lost_and_its_draft_says_what_a_person_must_still_write(
    name: str, tmp_path: Path
) -> None:
    report, (_, lines) = report_of(name), read_page((DATA / name).read_text(encoding="utf-8"))
    kept = [answer.text for each in report.questions for answer in each.answers]
    kept += [each.text for each in report.questions]
    kept += [text for each in report.sections for text in (each.title, *(line.text for line in each.lines))]
    assert [line.text for line in lines if line.text[-5:] not in "\n".join(kept)] == []
    file = tmp_path / "draft.yaml"
    file.write_text(dump(report), encoding="utf-8")
    reading, text = read(file), file.read_text(encoding="utf-8").splitlines()
    assert reading.knowledge is None
    assert {problem.fault.what for problem in reading.problems} <= {
        "'also_asked' has no value", "'review_by' has no value", "'publisher' has no value", "'as_of' has no value",
    }  # fmt: skip
    assert len(reading.ids) == len(report.questions)
    assert all("# ← " in text[problem.place.line - 1] for problem in reading.problems)
    assert len(reading.problems) == sum("# ← " in line for line in text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        (("質疑応答\n休みは取れますか\n取れます。\nもっと取りたい方もいるのではないでしょうか。\n年に20日です。\n"
          "残業はありますか\nありません。\n"),
         [("休みは取れますか", [None]), ("残業はありますか", [None])]),
        ("お知らせ\nイベントは終わりました。\n", []),
        ("<details><summary>転勤について</summary><p>3年ごとです。</p></details>", [("転勤について", [None])]),
        ("<dl><dt>休みは取れますか</dt><dd>取れます。<br>年に20日です。</dd></dl>", [("休みは取れますか", [None])]),
        ("司会：残業はありますか。\n山本：あります。\n司会：ありがとうございます。\n川上：わたしはありません。\n",
         [("残業はありますか。", ["山本", "川上"])]),
        ("## 質問\n### 服装について\n自由です。\n#### 夏\n涼しい服です。\n", [("服装について", [None])]),
        ("問１　休みは。\n答　年に20日です。\n問２　残業は。\n答　ありません。\n",
         [("休みは。", [None]), ("残業は。", [None])]),
        ("Q 休みは?\nQ 残業は?\nA ありません。", [("休みは?", []), ("残業は?", [None])]),
        ("<div>" * 5000 + "<p>Q. 休みは?<p>A. あります" + "<b>" * 5000, [("休みは?", [None])]),
    ],
    ids=range(10),
)  # fmt: skip
def test_other_forms(content: str, expected: list[tuple[str, Sequence[str | None]]]) -> None:
    questions = read_report(content).questions
    assert [(each.text, [answer.speaker for answer in each.answers]) for each in questions] == expected


PAGES = {
    "Q1 and A1 in the first cell of a row": """<html><body><h1>採用Q&amp;A</h1><table>
        <tr><th>Q1</th><td>在宅勤務はできますか</td></tr>
        <tr><th>A1</th><td><s>できません。</s>できます。<br>詳しくは<a href="https://example.jp/a">要項</a>へ。</td></tr>
        <tr><th>Q2</th><td>服装は自由ですか？靴は？</td></tr><tr><th>A2</th><td>自由です。</td></tr></table></body>""",
    "columns that are called so": """<html><body><table><tr><th>No</th><th>ご質問</th><th>ご回答</th></tr>
        <tr><td>1</td><td>在宅勤務はできますか</td><td>できます。<br>詳しくは<a
        href="https://example.jp/a">要項</a>へ。</td></tr>
        <tr><td>2</td><td>服装は自由ですか？靴は？</td><td>自由です。</td></tr></table></body>""",
    "schema.org in JSON": """<html><head><script type="application/ld+json">{"@context": "https://schema.org",
        "@graph": [{"@type": "FAQPage", "mainEntity": [
        {"@type": "Question", "name": "在宅勤務はできますか", "acceptedAnswer": {"@type": "Answer",
         "text": "<p>できます。</p><p>詳しくは<a href='https://example.jp/a'>要項</a>へ。</p>"}},
        {"@type": "Question", "name": "服装は自由ですか？靴は？", "acceptedAnswer": {"text": "自由です。"}}]}]}
        </script></head><body><div id="app"></div></body>""",
    "schema.org in attributes": """<html><body><div itemscope itemtype="https://schema.org/FAQPage">
        <div itemscope itemtype="https://schema.org/Question"><span itemprop="name">在宅勤務はできますか</span>
        <div itemprop="text">できます。<br>詳しくは<a href="https://example.jp/a">要項</a>へ。</div></div>
        <div itemscope itemtype="https://schema.org/Question"><span itemprop="name">服装は自由ですか？靴は？</span>
        <div itemprop="text">自由です。</div></div></div></body>""",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_an_employer_is_read_with_its_links_and_two_questions_in_one_are_two_phrasings(
    page: str,
) -> None:
    report = read_report(PAGES[page])
    assert [(each.text, each.answers[0].text) for each in report.questions] == [
        ("在宅勤務はできますか", "できます。\n詳しくは要項 (https://example.jp/a)へ。"),
        ("服装は自由ですか？靴は？", "自由です。"),
    ]
    assert "question: 服装は自由ですか？\n    also_asked:\n      - 靴は？\n" in dump(report)


def test_a_word_file_is_read_as_a_page_without_what_is_struck_through() -> None:
    made = Document()
    made.add_heading("採用Q&A", 0)
    made.add_heading("働き方", 1)
    made.add_paragraph("Q1 在宅勤務はできますか")
    answer = made.add_paragraph("A1 ")
    answer.add_run("いいえ。").font.strike = True
    answer.add_run("できます。")
    table = made.add_table(2, 2)
    for row, texts in enumerate((("Q2", "転勤はありますか"), ("A2", "ありません。"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    stream = io.BytesIO()
    made.save(stream)
    report = read_report(word_page(stream.getvalue(), "faq.docx"))
    assert [(each.text, each.answers[0].text) for each in report.questions] == [
        ("在宅勤務はできますか", "できます。"), ("転勤はありますか", "ありません。"),
    ]  # fmt: skip
    with pytest.raises(EditError, match="not a Word document"):
        word_page(b"\xd0\xcf\x11\xe0" + bytes(600), "faq.doc")


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("", "../apply.html"),
        ('<base href="https://example.jp/saiyo/faq/">', "https://example.jp/saiyo/apply.html"),
        (
            '<link rel="canonical" href="https://example.jp/saiyo/faq/">',
            "https://example.jp/saiyo/apply.html",
        ),
    ],
)
def test_a_link_within_the_pages_of_an_employer_keeps_where_it_leads(head: str, address: str) -> None:
    """A page that was saved says by itself where it stood, or the link stays as short as it is."""
    page = f"""<html><head>{head}</head><body><dl><dt>申込はどこからできますか</dt>
        <dd><a href="../apply.html">こちら</a>からできます。<a href="#top">上へ</a><a href="http://[">壊れた先</a></dd>
        </dl></body></html>"""
    (asked,) = read_report(page).questions
    assert asked.answers[0].text == f"こちら ({address})からできます。上へ壊れた先"

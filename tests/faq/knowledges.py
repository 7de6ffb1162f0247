"""Knowledge of every shape, for the tests of what is written and read back."""

import string

from hypothesis import strategies as st

from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon, OneWay, Source

texts = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
    | st.text(st.sampled_from("=+-@'\"\t\r\n,;:#&*!|>%{}[]~?、ＡｱあＡ①㈱\\ 0nulyes"), min_size=1, max_size=12)
).map(str.strip).filter(bool)  # fmt: skip
words = texts
ids = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
days = st.none() | st.dates()
sources = st.none() | st.builds(Source, title=texts, publisher=st.none() | texts, as_of=st.dates())


@st.composite
def entries(draw: st.DrawFn, kind: EntryKind) -> Entry:
    return Entry(
        id=draw(ids),
        kind=kind,
        category=draw(st.none() | texts),
        question=draw(texts),
        also_asked=tuple(draw(st.lists(texts, max_size=5))),
        answer=draw(texts),
        speaker=draw(st.none() | texts),
        source=draw(sources),
        as_of=draw(days),
        review_by=draw(days),
        valid_until=draw(days),
        related=tuple(draw(st.lists(ids, max_size=3))),
        handover=kind is EntryKind.REFERRAL and draw(st.booleans()),
        owner=draw(st.none() | texts),
    )


@st.composite
def expectations(draw: st.DrawFn) -> Expectation:
    gold = draw(st.dictionaries(ids, st.integers(1, 9), max_size=3))
    has = tuple(draw(st.lists(texts, max_size=2))) if gold else ()
    return Expectation(q=draw(texts), gold=gold, kind=draw(texts), answer_has=has)


lexicons = st.builds(
    Lexicon,
    groups=st.lists(st.lists(words, min_size=2, max_size=4).map(tuple), max_size=2).map(tuple),
    one_way=st.lists(
        st.builds(OneWay, word=words, means=st.lists(words, min_size=1, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    never=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    terms=st.lists(words, max_size=2).map(tuple),
)
answers = entries(EntryKind.ANSWER)
others = entries(EntryKind.REFERRAL) | entries(EntryKind.SMALLTALK)
knowledges = st.builds(
    lambda answer, rest, expected, lexicon: Knowledge(
        entries=(answer, *rest), expectations=tuple(expected), lexicon=lexicon
    ),
    answers,
    st.lists(others, max_size=3),
    st.lists(expectations(), max_size=3),
    lexicons,
).filter(lambda knowledge: len({entry.id for entry in knowledge.entries}) == len(knowledge.entries))

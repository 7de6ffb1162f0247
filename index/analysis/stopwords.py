"""Parts of speech and words without a subject: they only ask, greet or join a sentence."""

FUNCTION_PARTS = frozenset({"助詞", "助動詞", "補助記号", "空白", "記号", "感動詞", "接続詞"})
"""First levels of parts of speech that are never terms."""

_ASKING = (
    "教える 知る 聞く 聞かせる 伺う 尋ねる 質問 御願い お願い 願う 下さる 頂く 貰う 呉れる 詳しい 具体的 気"
)
_LIGHT = (
    "為る 有る 居る 成る 出来る 言う 思う 考える 見る 行く 来る 置く 仕舞う 遣る 御座る 致す 為さる 掛かる "
    "付く 得る 無い 良い 事 こと 件 物 所 時 訳 筈 為 様 方 風 感じ 点 中 他 等 共 際 の 達 氏 さん 御 ね よ 的 化 目"
)
_POINTING = (
    "此れ 其れ 彼れ 何れ 此処 其処 彼処 此の 其の 彼の 此方 其方 斯う 然う ああ 私 僕 俺 自分 皆 皆さん 貴方"
)
_HEDGING = (
    "一寸 多分 矢張り 本当 実際 実は 凄い 迚も 結構 割と 先ず 一体 若し 色々 例えば 因みに 今 現在 最近 所で もう "
    "未だ 又 沢山 如何 是非 既に 何時も 更に 特に 大体 殆ど 正直 打っちゃける ぶっちゃけ 済みません すいません "
    "すみません すむ 宜しい 宜しく 疲れる お疲れ様 今日は 今晩は 有り難い 有り難う 初めまして 失礼 突然 恐縮 恐れる "
    "申し訳 成る程"
)
JAPANESE = frozenset(f"{_ASKING} {_LIGHT} {_POINTING} {_HEDGING}".split())
"""Normalized forms of Sudachi."""

_GRAMMAR = (
    "a an the and or but if of to in on at by for with from as is are was were be been am do does did can could will "
    "would shall should may might must have has had i you he she it we they me my your our their his her its this "
    "that these those there here what which who whom how when where why s t m re ve d ll don im"
)
_FILLERS = (
    "please tell know about any some so just also than then too very much many get got hi hello thanks thank not no "
    "yes ok"
)
ENGLISH = frozenset(f"{_GRAMMAR} {_FILLERS}".split())
"""Words as typed, in lower case; interrogatives are too common among phrasings to tell entries apart."""

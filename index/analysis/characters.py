"""Characters that stand for another one: radicals, as PDF files give them, and the older forms that names keep."""

# Unicode, EquivalentUnifiedIdeograph.txt; NFKC knows the Kangxi radicals only, not those of the supplement.
_RADICALS = (
    "⺝⺟⺠⺩⺮⺯⺶⻁⻄⻅⻆⻉⻋⻑⻔⻗⻘⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻫⻭⻯⻱⻲",
    "月母民王竹糸羊虎西見角貝車長門雨青風飛食馬骨鬼魚鳥麦黄斉歯竜亀亀",
)
_OLDER = (
    "髙﨑邉邊邨𠮷德濵濱瀨嶋嶌齋齊櫻澤廣國學眞惠壽藏龍榮圓會應醫區縣驛黑冨淺實參條單寫專總發獨變體點當戰聲賣讀鐵",
    "高崎辺辺村吉徳浜浜瀬島島斎斉桜沢広国学真恵寿蔵竜栄円会応医区県駅黒富浅実参条単写専総発独変体点当戦声売読鉄",
)
EVEN = {ord(char): even for one in (_RADICALS, _OLDER) for char, even in zip(*one, strict=True)}
"""What `str.translate` makes one spelling of."""

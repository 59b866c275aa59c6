"""The names of the fictional county: ten townships, seventy villages, twenty communities, in Chinese and in pinyin.

No place is meant: these are the names that villages have everywhere, after bridges, trees, springs and families.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

COUNTY_ZH, COUNTY_EN = "澄溪县", "Chengxi County"
KIND_ZH = {"community": "社区", "village": "村"}
KIND_EN = {"community": "Community", "village": "Village"}


@dataclass(frozen=True)
class Place:
    """A unit before it has figures."""

    zh: str
    en: str
    kind: Literal["village", "community"]

    @property
    def slug(self) -> str:
        """The name as part of a code: `Ma'an` is `maan`."""
        return self.en.lower().replace("'", "")

    @property
    def name_zh(self) -> str:
        return self.zh + KIND_ZH[self.kind]

    @property
    def name_en(self) -> str:
        return f"{self.en} {KIND_EN[self.kind]}"


@dataclass(frozen=True)
class Named:
    """A township with its units, the communities first: they lie around its seat."""

    code: str
    zh: str
    en: str
    kind: Literal["town", "subdistrict"]
    units: tuple[Place, ...]

    @property
    def name_zh(self) -> str:
        return self.zh + ("镇" if self.kind == "town" else "街道")

    @property
    def name_en(self) -> str:
        return f"{self.en} {'Town' if self.kind == 'town' else 'Subdistrict'}"


def _places(communities: str, villages: str) -> tuple[Place, ...]:
    def read(text: str, kind: Literal["village", "community"]) -> list[Place]:
        return [Place(zh, en, kind) for zh, en in (pair.split(" ") for pair in text.split(", "))]

    return (*read(communities, "community"), *read(villages, "village"))


TOWNSHIPS = (
    Named("chengguan", "城关", "Chengguan", "subdistrict", _places(
        "鼓楼 Gulou, 北门 Beimen, 文昌 Wenchang, 南街 Nanjie, 溪桥 Xiqiao, 学府 Xuefu",
        "城郊 Chengjiao, 北塘 Beitang, 东关 Dongguan",
    )),
    Named("donghu", "东湖", "Donghu", "subdistrict", _places(
        "滨湖 Binhu, 荷花 Hehua, 迎宾 Yingbin, 新城 Xincheng",
        "湖东 Hudong, 渔湾 Yuwan, 藕塘 Outang",
    )),
    Named("liuhe", "柳河", "Liuhe", "town", _places(
        "柳河 Liuhe",
        "柳树 Liushu, 河口 Hekou, 杨家湾 Yangjiawan, 上坝 Shangba, 下坝 Xiaba, 冲口 Chongkou, 三岔河 Sanchahe, "
        "荷塘 Hetang",
    )),
    Named("linjiang", "临江", "Linjiang", "town", _places(
        "临江 Linjiang, 码头 Matou",
        "江口 Jiangkou, 渡口 Dukou, 望江 Wangjiang, 石湾 Shiwan, 新建 Xinjian, 联合 Lianhe, 黄泥坡 Huangnipo, "
        "双江 Shuangjiang",
    )),
    Named("shiqiao", "石桥", "Shiqiao", "town", _places(
        "石桥 Shiqiao",
        "樟木 Zhangmu, 桥头 Qiaotou, 石板 Shiban, 马鞍 Ma'an, 永安 Yong'an, 双桥 Shuangqiao, 枫树 Fengshu, "
        "高桥 Gaoqiao",
    )),
    Named("baisha", "白沙", "Baisha", "town", _places(
        "白沙 Baisha, 沙河 Shahe",
        "团结 Tuanjie, 竹园 Zhuyuan, 沙坪 Shaping, 白云 Baiyun, 光明 Guangming, 胜利 Shengli, 李家坝 Lijiaba, "
        "水口 Shuikou",
    )),
    Named("qingquan", "清泉", "Qingquan", "town", _places(
        "清泉 Qingquan",
        "茶园 Chayuan, 鹅公 Egong, 龙泉 Longquan, 泉塘 Quantang, 桂花 Guihua, 梅林 Meilin, 大湾 Dawan, 石门 Shimen, "
        "老屋 Laowu",
    )),
    Named("qingshan", "青山", "Qingshan", "town", _places(
        "青山 Qingshan",
        "小塘 Xiaotang, 松林 Songlin, 杉木 Shanmu, 油榨 Youzha, 凤凰 Fenghuang, 栗树 Lishu, 岩前 Yanqian, 金鸡 Jinji",
    )),
    Named("nanling", "南岭", "Nanling", "town", _places(
        "南岭 Nanling",
        "岭脚 Lingjiao, 云雾 Yunwu, 木瓜 Mugua, 枫香 Fengxiang, 回龙 Huilong, 坳上 Aoshang, 田心 Tianxin, 乌石 Wushi",
    )),
    Named("daping", "大坪", "Daping", "town", _places(
        "大坪 Daping",
        "红星 Hongxing, 坪山 Pingshan, 野鸭塘 Yeyatang, 羊角 Yangjiao, 红旗 Hongqi, 深坑 Shenkeng, 兰花 Lanhua",
    )),
)  # fmt: skip
"""In the order of the county's own lists: subdistricts first, then towns from north to south."""

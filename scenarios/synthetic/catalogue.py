"""What villages and communities ask money for: kinds of project with quantities, prices, purposes and what they close.

Prices are invented but of the order that county project libraries (项目库) show; every project of the register is one
of these with a quantity drawn for its unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BUILD = ("construction",)
PUBLIC = ("public-service-construction",)
OPERATE = ("operation",)
MAINTAIN = ("maintenance",)
SERVE = ("service",)
BOTH = ("village", "community")
VILLAGE = ("village",)
COMMUNITY = ("community",)


@dataclass(frozen=True)
class Template:
    """A kind of project. Texts may name {n}, the quantity; {h}, the households of the unit; {m}, `n` × `gain`."""

    key: str
    category: str
    zh: str
    en: str
    target: str
    """绩效目标."""
    purposes: tuple[str, ...]
    quantity: tuple[int, int]
    price: tuple[int, int]
    """Yuan for one of the quantity, from … to."""
    weight: int
    """How much good it does per household, in percent of the best kind."""
    closes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = BOTH
    fixed: int = 0
    """Yuan whatever the quantity: design, connection, equipment."""
    running: tuple[int, int] = (0, 0)
    """Yuan a year once built, from … to (M37)."""
    gain: int = 1
    by: Literal["unit", "township"] | str = "unit"
    """Who builds it: the unit, its township, or the named office of the county."""
    months: tuple[int, int] = (8, 11)
    after: tuple[str, ...] = ()
    """Kinds of project that must come first where the unit has them."""
    returns_office: bool = False


CLOSERS: tuple[Template, ...] = (
    Template("cadres", "governance", "培养后备干部{n}名并配齐网格员",
             "Train {n} reserve cadres and fill all grid posts",
             "储备后备干部{n}名，网格员到岗率100%", SERVE, (3, 6), (2200, 3100), 62, ("people",), fixed=3000),
    Template("worker", "governance", "聘用专职为民服务专干{n}名（一年）", "Full-time service workers for a year ({n})",
             "专干{n}名到岗，工作日全日有人值守", OPERATE, (1, 2), (9600, 11800), 66, ("people",), months=(6, 9)),
    Template("solar", "industry", "集体屋顶光伏发电{n}千瓦", "{n} kW of rooftop solar owned by the village",
             "并网发电{n}千瓦，村集体年增收{m}元以上", BUILD, (10, 24), (3300, 3900), 74, ("money",), VILLAGE,
             fixed=2000, running=(600, 1500), gain=420, months=(8, 11)),
    Template("cold-store", "industry", "农产品冷藏保鲜库{n}立方米", "Cold store of {n} m³ for farm produce",
             "建成冷库{n}立方米，出租年增收{m}元以上", BUILD, (60, 130), (640, 780), 70, ("money",), VILLAGE,
             fixed=5000, running=(1800, 4200), gain=90, by="township", months=(9, 12)),
    Template("grove", "industry", "低产油茶林改造{n}亩", "Renew {n} mu of low-yield tea-oil groves",
             "改造油茶林{n}亩，三年后村集体年增收{m}元", BUILD, (35, 90), (740, 940), 58, ("money",), VILLAGE,
             running=(800, 2000), gain=160, months=(10, 12)),
    Template("market", "industry", "社区便民市场摊位{n}个", "Neighbourhood market with {n} stalls",
             "建成摊位{n}个，集体年租金收入{m}元以上", BUILD, (12, 28), (2500, 3000), 68, ("money",), COMMUNITY,
             fixed=4000, running=(2000, 5000), gain=600, by="township"),
    Template("assets", "governance", "清查集体资产、规范发包合同{n}份", "Audit collective assets and renew {n} leases",
             "清理合同{n}份，年增加集体收入{m}元以上", OPERATE, (12, 30), (380, 520), 52, ("money",),
             fixed=3600, gain=500, months=(6, 10)),
    Template("extend", "premises", "党群服务中心改扩建{n}平方米", "Extend the community service centre by {n} m²",
             "改扩建{n}平方米，议事厅和活动室对外开放", BUILD, (40, 105), (620, 780), 78, ("place",),
             running=(1500, 3500), by="township"),
    Template("new-centre", "premises", "新建党群服务中心{n}平方米", "New community service centre of {n} m²",
             "新建{n}平方米，服务大厅、议事厅一次建成", BUILD, (120, 180), (1250, 1500), 100, ("place", "services"),
             running=(4000, 9000), by="township", months=(10, 12)),
    Template("school", "premises", "闲置校舍改建议事活动场所{n}平方米",
             "Unused school turned into a meeting house ({n} m²)",
             "改建{n}平方米，可容纳村民代表会议", BUILD, (60, 120), (370, 470), 70, ("place",), VILLAGE,
             running=(1200, 2800)),
    Template("return", "premises", "收回出租办公用房{n}间并修缮启用",
             "Take back and restore {n} rented-out office rooms",
             "收回办公用房{n}间，全部用于服务群众", BUILD, (4, 9), (5200, 6600), 90, ("place",),
             fixed=6000, running=(1500, 3000), by="township", months=(6, 9), returns_office=True),
    Template("charter", "governance", "修订自治章程、小微权力清单{n}项上墙",
             "Revise the charter and post {n} lists of powers",
             "修订并公示清单{n}项，群众知晓率90%以上", SERVE, (12, 24), (420, 520), 48, ("rules",),
             fixed=3000, months=(6, 9)),
    Template("desk", "services", "便民服务站（{n}个窗口）", "Service point with {n} counters",
             "设窗口{n}个，{h}户可就近办理民政、社保等事项", PUBLIC, (2, 4), (8800, 11000), 82, ("services",),
             running=(2400, 5200)),
    Template("clinic", "services", "标准化卫生室改造{n}平方米", "Clinic brought up to standard ({n} m²)",
             "改造卫生室{n}平方米，全年接诊{m}人次以上", PUBLIC, (50, 90), (560, 720), 80, ("services",),
             running=(3000, 6000), gain=20, by="县卫生健康局"),
    Template("archive", "governance", "规范化档案室并整理台账{n}卷", "Archive room with {n} volumes put in order",
             "整理归档{n}卷，台账完整率100%", OPERATE, (60, 140), (68, 86), 46, ("records",), fixed=4200,
             months=(6, 10)),
    Template("digital", "governance", "工作台账电子化（{n}类）", "Digital ledgers of {n} kinds",
             "{n}类台账上线运行，按月更新", SERVE, (5, 9), (1650, 2050), 50, ("records",), fixed=2000,
             running=(600, 1200)),
    Template("order", "governance", "制度汇编与档案规范一体化（{n}项）",
             "Rules and records brought into order ({n} items)",
             "制度{n}项、台账同步规范，年度检查达标", OPERATE, (14, 26), (640, 780), 60, ("rules", "records"),
             fixed=3800),
)  # fmt: skip
"""What closes a missing have (M18)."""

OTHERS: tuple[Template, ...] = (
    Template("road", "roads", "硬化通组道路{n}米", "Pave {n} m of road to outlying houses",
             "硬化道路{n}米，{h}户出行受益，验收合格率100%", BUILD, (180, 520), (215, 275), 86, kinds=VILLAGE,
             running=(1200, 3000), by="县交通运输局", months=(8, 11), after=("sewage", "pipes")),
    Template("lights", "roads", "安装太阳能路灯{n}盏", "{n} solar street lamps",
             "安装路灯{n}盏，亮灯率98%以上", BUILD, (15, 48), (1900, 2400), 60, running=(700, 2000), after=("road",)),
    Template("pipes", "water", "安全饮水管网改造{n}米", "Renew {n} m of drinking-water pipe",
             "改造管网{n}米，{h}户水质水量达标", BUILD, (500, 1300), (90, 120), 92, kinds=VILLAGE,
             running=(1500, 3600), by="县水利局", months=(7, 10)),
    Template("well", "water", "新打饮水机井{n}米并接入管网", "Deep well ({n} m) connected to the mains",
             "成井{n}米，枯水期供水保证率95%", BUILD, (90, 180), (380, 480), 84, kinds=VILLAGE,
             fixed=9000, running=(2400, 4800), by="县水利局", months=(7, 10)),
    Template("pond", "water", "山塘清淤扩容{n}立方米", "Dredge the hill pond by {n} m³",
             "清淤{n}立方米，蓄水保灌能力恢复", BUILD, (1400, 3600), (18, 24), 56, kinds=VILLAGE,
             by="township", months=(9, 12)),
    Template("canal", "water", "灌溉渠道修复{n}米", "Repair {n} m of irrigation canal",
             "修复渠道{n}米，恢复和改善灌溉面积", BUILD, (320, 850), (95, 125), 62, kinds=VILLAGE, running=(800, 1800),
             by="township", months=(9, 12), after=("pond",)),
    Template("sewage", "environment", "生活污水收集管网{n}米", "{n} m of sewers",
             "铺设管网{n}米，污水不再直排", BUILD, (280, 640), (195, 250), 72, running=(1800, 4200), by="township",
             months=(9, 12)),
    Template("waste", "environment", "垃圾分类收集点{n}处", "{n} waste sorting points",
             "建成{n}处，垃圾日产日清", PUBLIC, (3, 7), (5200, 6800), 54, running=(1800, 3600)),
    Template("toilet", "environment", "新建水冲式公厕{n}座", "Flush public toilets ({n})",
             "建成公厕{n}座，专人保洁", PUBLIC, (1, 2), (38000, 48000), 50, running=(2400, 4800), by="township",
             after=("pipes", "well")),
    Template("square", "culture", "文化活动广场{n}平方米", "Cultural square of {n} m²",
             "建成广场{n}平方米，年开展活动12场以上", BUILD, (320, 820), (105, 140), 58, running=(800, 2000),
             after=("extend", "school", "return")),
    Template("reading", "culture", "农家书屋更新图书{n}册", "{n} new books for the reading room",
             "更新图书{n}册，每周开放不少于20小时", SERVE, (400, 900), (20, 26), 40, running=(600, 1200)),
    Template("day-care", "care", "日间照料中心床位{n}张", "Day-care centre with {n} places for the elderly",
             "设床位{n}张，服务老人{m}名以上", PUBLIC, (8, 18), (4900, 6200), 80, gain=3, fixed=8000,
             running=(6000, 12000), by="县民政局", months=(9, 12), after=("desk",)),
    Template("meals", "care", "老年助餐点（日供{n}份）", "Meals for the elderly, {n} a day",
             "日供餐{n}份，老人满意度90%以上", PUBLIC, (20, 45), (720, 900), 72, running=(5000, 9600)),
    Template("children", "care", "留守儿童之家（{n}名）", "Activity home for {n} left-behind children",
             "服务留守儿童{n}名，寒暑假和课后开放", SERVE, (15, 35), (560, 720), 66, kinds=VILLAGE,
             running=(3000, 6000)),
    Template("after-school", "care", "社区四点半课堂（{n}名）", "After-school room for {n} children",
             "服务学生{n}名，每学期开放80天以上", SERVE, (20, 45), (500, 640), 66, kinds=COMMUNITY,
             running=(3000, 6000)),
    Template("points", "services", "志愿服务积分超市（兑换品{n}种）", "Volunteer points shop with {n} kinds of goods",
             "年兑换{m}人次以上，带动志愿服务常态化", SERVE, (30, 60), (280, 360), 44, gain=8, running=(2000, 4000),
             after=("charter", "order")),
    Template("training", "services", "实用技能培训{n}人次", "Skills training for {n} people",
             "培训{n}人次，就业率60%以上", SERVE, (60, 140), (140, 185), 56, months=(7, 11)),
    Template("online", "services", "电商服务站（年代办{n}件）", "Online trade point handling {n} parcels a year",
             "年代办{n}件以上，农产品线上销售", PUBLIC, (2000, 4500), (11, 14), 52, kinds=VILLAGE, running=(2400, 4800),
             after=("desk",)),
    Template("cameras", "safety", "公共安全视频监控{n}个点位", "{n} public safety cameras",
             "建成点位{n}个，在线率95%以上", PUBLIC, (10, 24), (1900, 2500), 48, running=(1800, 3600), by="township"),
    Template("fire", "safety", "微型消防站（器材{n}套）", "Fire point with {n} sets of gear",
             "配齐器材{n}套，5分钟内到场处置", PUBLIC, (6, 14), (2100, 2700), 54, running=(800, 1600)),
    Template("charging", "services", "电动车充电棚{n}个车位", "Charging shelter for {n} electric bikes",
             "建成充电位{n}个，消除飞线充电", PUBLIC, (32, 80), (680, 860), 64, kinds=COMMUNITY, running=(1500, 3000)),
    Template("ramps", "care", "无障碍坡道和扶手{n}处", "Ramps and rails at {n} entrances",
             "改造{n}处，方便老人和残疾人出行", BUILD, (14, 36), (1600, 2100), 62, kinds=COMMUNITY),
    Template("drains", "environment", "老旧小区雨污管道改造{n}米", "Renew {n} m of drains in old blocks",
             "改造管道{n}米，汛期不积水", BUILD, (200, 480), (240, 310), 80, kinds=COMMUNITY, running=(1200, 2800),
             by="township", months=(8, 10)),
    Template("parking", "roads", "小区停车位{n}个", "{n} parking spaces",
             "新增停车位{n}个，消防通道畅通", BUILD, (28, 70), (1050, 1400), 50, kinds=COMMUNITY, running=(800, 1600),
             after=("drains",)),
    Template("road-care", "roads", "村道日常养护{n}公里（一年）", "A year's care of {n} km of village road",
             "养护{n}公里，路况优良率85%以上", MAINTAIN, (5, 14), (1900, 2500), 60, kinds=VILLAGE, months=(10, 12)),
    Template("river-care", "environment", "河道保洁{n}公里（一年）", "A year's cleaning of {n} km of river",
             "保洁{n}公里，水面无漂浮物", MAINTAIN, (3, 8), (2700, 3500), 48, months=(10, 12)),
    Template("repairs", "services", "公共设施维修{n}处", "Repair {n} public facilities",
             "维修{n}处，完好率95%以上", MAINTAIN, (8, 20), (1150, 1550), 58, months=(8, 11)),
    Template("green-care", "environment", "公共绿地管护{n}平方米（一年）", "A year's care of {n} m² of green space",
             "管护{n}平方米，成活率95%以上", MAINTAIN, (1500, 4000), (6, 8), 42, kinds=COMMUNITY, months=(10, 12)),
    Template("agent", "services", "代办员全程代办{n}件（一年）", "Errands to offices for residents, {n} a year",
             "代办{n}件以上，群众办事不出村（社区）", OPERATE, (300, 600), (28, 36), 54, months=(10, 12)),
)  # fmt: skip
"""What else units ask for."""

ALTERNATIVES: dict[str, str] = {
    "extend": "new-centre",
    "school": "new-centre",
    "solar": "assets",
    "cold-store": "assets",
    "market": "assets",
    "pipes": "well",
}
"""Kinds that come as two variants of one project, of which at most one is built."""

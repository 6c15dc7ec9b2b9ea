"""A made archive: three newspapers over ten years whose mastheads print running numbers, with gaps of every kind.

    python -m tests.run_of_years FOLDER

- 松江日报 appeared daily but on Sundays and in the week of the lunar new year; held by months, with holes.
- 松江晚报 appeared daily from 2013 on; each number of a few runs of weeks is held.
- 江城周刊 appeared on Fridays; one number in three is held.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from site_builder.printed_dates import WEEKDAYS, lunar_of

START, END = dt.date(2011, 1, 1), dt.date(2020, 12, 31)
STORIES = (
    ("全市春耕备耕工作会议召开", "会议要求各县区抓紧备足种子、化肥和农机具，不误农时，确保粮食丰收。"),
    ("中小学开学第一天平安有序", "教育部门组织教师在校门口值守，学生秩序井然，课堂教学正常进行。"),
    ("市医院新门诊楼投入使用", "患者挂号、就诊、取药都在一处，医生说候诊的时间缩短了一半。"),
    ("滨江路改造工程竣工通车", "道路由双向四车道拓宽为六车道，公交车站也已重新设置。"),
    ("冬季清雪人人有责", "环卫工人凌晨上路清雪，沿街商户和机关干部也走出家门，清扫门前的积雪。"),
)


def newspapers() -> Iterator[tuple[str, str, list[dt.date], list[bool]]]:
    """Each newspaper's id, name, the days on which it appeared, and which of them are held."""
    days = [START + dt.timedelta(days=at) for at in range((END - START).days + 1)]
    dice = random.Random(5)

    def new_year(day: dt.date) -> bool:
        lunar = lunar_of(day)
        return lunar.month == 1 and lunar.day <= 6

    daily = [day for day in days if day.weekday() != 6 and not new_year(day)]
    shelves = {(year, month): dice.random() < 0.25 for year in range(2011, 2021) for month in range(1, 13)}
    held = [shelves[day.year, day.month] and day.month % 2 == 1 and dice.random() < 0.8 for day in daily]
    yield "songjiang-ribao", "松江日报", daily, held
    evening = [day for day in days if day.year >= 2013]
    weeks = {week for week in range(420) if dice.random() < 0.06}
    yield "songjiang-wanbao", "松江晚报", evening, [(day - START).days // 7 in weeks for day in evening]
    weekly = [day for day in days if day.weekday() == 4]
    yield "jiangcheng-zhoukan", "江城周刊", weekly, [dice.random() < 0.33 for _ in weekly]


def write(folder: Path) -> int:
    """The archive's files; how many issues there are."""
    count = 0
    tables = []
    for id, name, days, held in newspapers():
        tables.append(f'[[newspapers]]\nid = "{id}"\nname = "{name}"\ncity = "松江"\n')
        for number, (day, kept) in enumerate(zip(days, held, strict=True), 1):
            if not kept:
                continue
            count += 1
            for page in range(1, 1 + (4 if count % 3 == 0 else 2 if count % 3 == 1 else 1)):
                file = folder / id / day.isoformat() / f"{page}.txt"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text(name, day, number + 3000, page, count), "utf-8")
    (folder / "archive.toml").write_text('title = "松江旧报"\n\n' + "\n".join(tables), "utf-8")
    return count


def text(name: str, day: dt.date, number: int, page: int, seed: int) -> str:
    lines = [f"{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}　第{page}版", ""]
    if page == 1:
        lines = [
            name,
            f"{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}　农历{lunar_of(day).text}",
            f"总第{number}期　今日4版",
            "",
        ]
    for at in range(2):
        headline, body = STORIES[(seed + page + at) % len(STORIES)]
        lines += [headline, "", f"　　本报讯（记者 张赫）{body}", f"　　{body}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))

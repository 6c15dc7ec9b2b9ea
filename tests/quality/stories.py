"""What the made pages are written with: articles from the gold of the seeds and from texts.toml, told anew.

`tell` gives a story other persons, places, figures and dates, an opening (本报讯（记者…）),
a byline, a caption, a jump.
The same random number generator in the same state tells the same story.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
TOWNS = ("石桥镇", "青山镇", "河湾镇", "双塔镇", "柳林乡", "大王庄镇")
_WIDE = str.maketrans(",:;()!?", "，：；（）！？")
_HAN = "\u4e00-\u9fff"


@dataclass(frozen=True, slots=True)
class Town:
    """The city that a made newspaper is printed in."""

    name: str
    counties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption, and whether it stands in the article's midst (else after its text)."""

    text: str
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it was printed: the truth. A paragraph that opens with `## ` is a subheading.

    `opening` says how it may begin: `local` (本报讯), `agency` (新华社…电), `old` (【…电】) or `none`.
    """

    kind: str
    opening: str
    headline: tuple[str, ...]  # its printed lines
    paragraphs: tuple[str, ...]
    kicker: str = ""
    subtitle: str = ""
    byline: tuple[str, ...] = ()
    byline_line: str = ""
    dateline: str = ""
    captions: tuple[Caption, ...] = ()
    jump: str = ""  # with its brackets, as printed
    told: dt.date | None = None  # the day that its dates go by

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """The lines of its headings and their kinds, in the order of print."""
        heads = (("kicker", self.kicker), *(("headline", line) for line in self.headline), ("subtitle", self.subtitle))
        return tuple((kind, text) for kind, text in heads if text)

    @property
    def size(self) -> int:
        return sum(map(len, self.paragraphs))


@cache
def texts() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "texts.toml").read_text("utf-8"))


@cache
def towns() -> tuple[Town, ...]:
    return tuple(Town(city["name"], tuple(city["counties"])) for city in texts()["cities"])


@cache
def invented() -> tuple[Story, ...]:
    """The articles of texts.toml, with their blanks {甲} {县} still open."""
    return tuple(
        Story(
            story["kind"],
            story["opening"],
            tuple(story["headline"]),
            tuple(story["paragraphs"]),
            story.get("kicker", ""),
            story.get("subtitle", ""),
        )
        for story in texts()["stories"]
    )


@cache
def from_gold() -> tuple[Story, ...]:
    """The articles of the seeds without their openings and bylines. Those with a gap in their text are left out."""
    stories = []
    for path in sorted((HERE / "gold").glob("*.toml")):
        gold = tomllib.loads(path.read_text("utf-8"))
        for article in gold["articles"]:
            if not article["headline"] or (article["truncated"] and not article["jump"]):
                continue
            paragraphs = [widen(paragraph) for paragraph in article["paragraphs"]]
            if article["dateline"]:
                opening = rf"{re.escape(article['dateline'])}(?:（[^）]*）)?\s*"
                paragraphs[0] = re.sub(f"^{opening}", "", paragraphs[0])
            paragraphs[-1] = re.sub(r"（[^）]{2,16}）$", "", paragraphs[-1])
            opening = "agency" if "新华社" in article["dateline"] else "local" if article["dateline"] else "none"
            headline = widen(article["headline"])
            kind = "notice" if re.fullmatch(r"\d+年\d+月\d+日", paragraphs[-1]) else "gold"
            stories.append(
                Story(
                    kind,
                    opening,
                    (headline,),
                    tuple(paragraphs),
                    widen(article["kicker"]),
                    widen(article["subtitle"]),
                    told=dt.date.fromisoformat(str(gold["issue"]["date"])),
                )
            )
    return tuple(stories)


def widen(text: str) -> str:
    """The text with full-width marks, as it was printed.

    >>> widen("1月19日,市委(组轩) 24:00 E-mail:a")
    '1月19日，市委（组轩） 24:00 E-mail：a'
    """
    return re.sub(r"(?<![0-9])[,:;()!?]|[,;()!?](?![0-9])", lambda mark: mark[0].translate(_WIDE), text)


# ---------------------------------------------------------------- told anew


class Teller:
    """Tells stories for one page: its town and day, persons who are the same all over the page."""

    def __init__(self, rng: Random, town: Town, day: dt.date) -> None:
        self.rng, self.town, self.day = rng, town, day
        self.used: set[str] = set()
        others = [other for other in towns() if other != town]
        rng.shuffle(others)
        self._others = others

    def name(self) -> str:
        """A name that no one on the page has yet."""
        data = texts()
        while True:
            given = "".join(self.rng.sample(data["given"], self.rng.choice((1, 2, 2, 2))))
            name: str = self.rng.choice(data["surnames"]) + given
            if name not in self.used:
                self.used.add(name)
                return name

    def tell(self, story: Story, *, captions: float, jump: float) -> Story:
        """The story with new names, places, figures, dates and opening, and by chance a caption and a jump."""
        change = self._swaps(story)
        story = replace(
            story,
            headline=tuple(map(change, story.headline)),
            kicker=change(story.kicker),
            subtitle=change(story.subtitle),
            paragraphs=tuple(map(change, story.paragraphs)),
        )
        story = self._with_heads(story)
        if self.rng.random() < captions and story.kind in ("gold", "news", "feature", "sport", "agency"):
            story = replace(story, captions=(self._caption(),))
        if self.rng.random() < jump and story.kind in ("gold", "feature", "news") and story.size > 250:
            story = self._jumped(story)
        return self._opened(story)

    # ------------------------------------------------------------ words

    def _swaps(self, story: Story) -> Callable[[str], str]:
        rng = self.rng
        if story.told:
            return self._gold_swaps(story)
        yesterday = self.day - dt.timedelta(days=1)
        blanks = {
            "市": self.town.name,
            "县": rng.choice(self.town.counties),
            "镇": rng.choice(TOWNS),
            "年": str(self.day.year),
            "月": str(yesterday.month),
            "日": str(yesterday.day),
            "今": str(self.day.day),
            **{blank: self.name() for blank in "甲乙丙"},
        }
        figures = self._figures()
        return lambda text: re.sub(r"\{(.)\}", lambda blank: blanks[blank[1]], figures(text))

    def _gold_swaps(self, story: Story) -> Callable[[str], str]:
        gold = texts()["gold"]
        cities = [self.town.name, *(town.name for town in self._others)]
        counties = [*self.town.counties, *(county for town in self._others for county in town.counties)]
        swaps = {person: self.name() for person in gold["people"]}
        own = next((city for city in gold["cities"] if city in "".join(story.paragraphs)), gold["cities"][0])
        swaps |= zip([own, *(city for city in gold["cities"] if city != own)], cities, strict=False)
        swaps |= zip(gold["counties"], counties, strict=False)
        swaps["长白山"] = "长白山"  # which has 白山 in it
        pattern = re.compile("|".join(sorted(map(re.escape, swaps), key=len, reverse=True)))
        figures, dates = self._figures(), self._dates(story.told or self.day)
        return lambda text: pattern.sub(lambda name: swaps[name[0]], dates(figures(text)))

    def _figures(self) -> Callable[[str], str]:
        """Changes numbers of two digits and more, each everywhere to the same; not years, days and hours."""
        known: dict[str, str] = {}

        def other(number: re.Match[str]) -> str:
            digits = number[0]
            if digits not in known:
                known[digits] = digits[0] + "".join(str(self.rng.randrange(10)) for _ in digits[1:])
            return known[digits]

        return lambda text: re.sub(r"(?<![\d.—])\d{2,}(?![\d年月日时点:：.—]|小时)", other, text)

    def _dates(self, told: dt.date) -> Callable[[str], str]:
        """Moves dates by as many days as lie between the story's day and the page's."""
        moved = self.day - told

        def full(date: re.Match[str]) -> str:
            year = int(date[1][:-1]) if date[1] else told.year
            try:
                new = dt.date(year, int(date[2]), int(date[3])) + moved
            except ValueError:
                return date[0]
            return f"{f'{new.year}年' if date[1] else ''}{new.month}月{new.day}日"

        def year(date: re.Match[str]) -> str:
            return f"{int(date[1]) + self.day.year - told.year}年"

        def day(date: re.Match[str]) -> str:
            return f"{(told.replace(day=int(date[1])) + moved).day}日" if int(date[1]) <= told.day else date[0]

        def change(text: str) -> str:
            text = re.sub(r"(20\d\d)年(?!\d)", year, text)
            text = re.sub(r"(?<![\d月])(\d{1,2})日", day, text)
            return re.sub(r"(\d{4}年)?(\d{1,2})月(\d{1,2})日", full, text)

        return change

    # ------------------------------------------------------------ headings, openings, captions, jumps

    def _with_heads(self, story: Story) -> Story:
        rng, data = self.rng, texts()["furniture"]
        headline = story.headline
        if len(headline) == 1 and " " in headline[0] and rng.random() < 0.5:
            halves = headline[0].split(" ")
            headline = (" ".join(halves[: len(halves) // 2]), " ".join(halves[len(halves) // 2 :]))
        elif len(headline) == 2 and rng.random() < 0.4:
            headline = (" ".join(headline),)
        kicker, subtitle = story.kicker, story.subtitle
        if story.kind in ("news", "gold", "feature"):
            if not kicker and rng.random() < 0.15:
                kicker = rng.choice(data["kickers"])
            if not subtitle and rng.random() < 0.15:
                subtitle = rng.choice(data["subtitles"])
                subtitle = subtitle.replace("{市}", self.town.name).replace("{县}", rng.choice(self.town.counties))
        return replace(story, headline=headline, kicker=kicker, subtitle=subtitle)

    def _opened(self, story: Story) -> Story:
        rng, first = self.rng, story.paragraphs[0]
        yesterday = self.day - dt.timedelta(days=1)
        month_day = f"{yesterday.month}月{yesterday.day}日"
        dateline = ""
        if story.opening == "local":
            dateline = rng.choice(
                ("本报讯", "本报讯", "本报讯", "本报讯", f"本报{month_day}讯", f"《{self.town.name}日报》讯")
            )
        elif story.opening == "agency":
            place = rng.choice(("北京", "北京", "上海", "成都", "日内瓦"))
            dateline = f"新华社{place}{month_day}电"
        elif story.opening == "old":
            day = _in_hanzi(yesterday.day)
            left, right = rng.choice(("【】", "【】", "〔〕"))
            place = rng.choice(("北京", "保定", "河间", "沈阳", "上海"))
            agency = f"新华社{place}{day}日{'電' if left == '〔' and rng.random() < 0.5 else '电'}"
            dateline = left + rng.choice(("本报讯", agency, agency)) + right
        story = replace(story, dateline=dateline)
        if story.opening == "agency" and not story.jump and rng.random() < 0.25:
            return self._end_with(story, f"（{dateline}）")
        return self._signed(story, dateline, first)

    def _signed(self, story: Story, dateline: str, first: str) -> Story:
        rng = self.rng
        names = tuple(self.name() for _ in range(rng.choice((1, 1, 1, 2, 2, 3))))
        gap = rng.choice(("", " ", " "))
        form = rng.random()
        if story.kind in ("notice", "photo", "weather") or (story.opening == "old" and form < 0.8):
            form = 1.0
        if dateline and form < 0.6:
            listed = rng.choice((" ", " ", "、")).join(names)
            words = rng.choice((f"记者{gap}{listed}", f"记者{gap}{listed}", f"本报记者{gap or ' '}{listed}"))
            if len(names) > 1 and story.opening == "local" and rng.random() < 0.4:
                words = rng.choice(
                    (
                        f"记者{gap}{' '.join(names[:-1])} 通讯员{gap}{names[-1]}",
                        f"{' '.join(names[:-1])} 记者{names[-1]}",
                    )
                )
            lead = dateline + rng.choice(("", "", " ")) + f"（{words}）"
            story = replace(story, byline=names)
        elif (form < 0.75 and dateline) or (not dateline and form < 0.75 and story.kind != "old"):
            sign = rng.choice(("●", "□ ", "", "", "■"))
            who = "记者" if sign == "■" else "本报记者"
            line = f"{sign}{who} {' '.join(names)}{' 文/图' if sign == '■' else ''}"
            story = replace(story, byline=names, byline_line=line)
            lead = dateline + " " if dateline else ""
        elif form < 0.9 and not story.jump:
            story = self._end_with(replace(story, byline=names), f"（{' '.join(names)}）")
            lead = dateline + " " if dateline else ""
            first = story.paragraphs[0]
        else:
            lead = dateline + rng.choice((" ", " ", "　")) if dateline else ""
        return replace(story, paragraphs=(lead + first, *story.paragraphs[1:]))

    @staticmethod
    def _end_with(story: Story, words: str) -> Story:
        return replace(story, paragraphs=(*story.paragraphs[:-1], story.paragraphs[-1] + words))

    def _caption(self) -> Caption:
        rng, name = self.rng, self.name()
        yesterday = self.day - dt.timedelta(days=1)
        scene = rng.choice(texts()["furniture"]["captions"])
        scene = scene.replace("{县}", rng.choice(self.town.counties))
        scene = scene.replace("{月}", str(yesterday.month)).replace("{日}", str(yesterday.day))
        credit = rng.choice(
            (
                f" 本报记者{name}摄",
                f"本报记者 {name} 摄",
                f"（本报记者 {name} 摄）",
                f" 通讯员 {name} 摄影报道",
                f"{name}摄（影像中国）",
                f"新华社记者 {name} 摄",
                "资料图片",
            )
        )
        return Caption(scene + credit, rng.random() < 0.75)

    def _jumped(self, story: Story) -> Story:
        rng = self.rng
        words = rng.choice(("下转四版", "下转第四版", "下转第2版", "紧转6版", "下转A08版", "下转八版"))
        keep = rng.randrange(1, len(story.paragraphs) + 1)
        while keep > 1 and story.paragraphs[keep - 1].startswith("## "):
            keep -= 1
        last = story.paragraphs[keep - 1]
        cut = rng.randrange(len(last) // 2, len(last)) if rng.random() < 0.6 and len(last) > 60 else len(last)
        if last[cut : cut + 1] and last[cut] in "，。、；：！？”’）》":
            cut += 1
        kept = (*story.paragraphs[: keep - 1], last[:cut].rstrip())
        return replace(story, paragraphs=kept, jump=f"（{words}）")


def _in_hanzi(number: int) -> str:
    """
    >>> [_in_hanzi(number) for number in (5, 10, 15, 20, 31)]
    ['五', '十', '十五', '二十', '三十一']
    """
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")


def choose(rng: Random, number: int, *, old: bool) -> Sequence[Story]:
    """So many different stories, the old ones only for old papers. Half are from the gold, which is long and alike."""
    if old:
        stories = [story for story in invented() if story.kind == "old"]
        return rng.sample(stories, min(number, len(stories)))
    new = [story for story in invented() if story.kind != "old"]
    notices = [story for story in from_gold() if story.kind == "notice"]
    twins = rng.sample(notices, len(notices) - 1)  # the seeds' two bulletins are nearly word for word the same
    gold = rng.sample([story for story in from_gold() if story not in twins], number // 2)
    chosen = [*gold, *rng.sample(new, number - len(gold))]
    rng.shuffle(chosen)
    return chosen

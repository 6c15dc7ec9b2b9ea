"""Makes an archive of any size from the clauses of the seeds: `make(seed, count, folder)`.

The same articles are written twice:

- `folder/pages/<newspaper>/<date>/<page>.txt`: as OCR leaves a printed page, with the settings (`archive.toml`). It is
  what build-site reads.
- `folder/markdown/<issue>/<article>.md`: each article clean, with its metadata as front matter. It is what Hugo reads.

8 articles a page, 4 pages an issue, 5 newspapers with 48 reporters each, 12 topics, the days of 20 years. An article
has some 700 characters. What befalls a page is its layout: lines as wide as a column, blank lines in and between
paragraphs, half-width marks, headlines in two lines. Its characters stay, so that both forms say the same.

The same seed makes the same archive, byte for byte, and a smaller one is the beginning of a larger one.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

SEEDS = Path(__file__).parents[2] / "seeds"
READ = Path(__file__).parents[1] / "quality" / "gold"  # the seeds as a person has read them

ARTICLES = 8  # a page
PAGES = 4  # an issue
REPORTERS = 48  # a newspaper
FIRST_DAY = dt.date(2005, 1, 1)
DAYS = (dt.date(2025, 1, 1) - FIRST_DAY).days
STRIDE = 2617  # days from one made issue of a newspaper to its next; prime, so that no day comes twice before all have

TOPICS = (
    "疫情防控", "脱贫攻坚", "春耕生产", "复工复产", "乡村振兴", "教育", "医疗卫生", "环境保护", "项目建设", "民生保障",
    "党的建设", "文化体育",
)  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚"
GIVEN = "伟芳娜敏静丽强磊洋勇艳杰娟涛超霞平刚桂英华玉兰建国斌辉志海波鹏飞宇浩晨曦梦瑶子涵怡俊雅思琪佳慧雪梅春燕红轩"
PLACES = "东西南北大小上下前后新老高平长青红白黑金银龙凤马牛羊山水河湖江岭沟屯林田家旺富康安乐"
DONE = ("新增", "完成", "投入", "落实")
UNITS = ("人", "户", "万元", "亩", "项", "例")

_HALF = str.maketrans("，（）：；？！", ",():;?!")
_WIDE = str.maketrans(",():;?!", "，（）：；？！")
_FURNITURE = re.compile("版|刊号|总第|热线|邮编|编辑|记者|讯$|[一二三四五六七八九十]日$|星期")  # of no article's text
_NO_START = frozenset("，。、；：！？）”%,;:!?)")  # marks that open no line


@dataclass(frozen=True, slots=True)
class Newspaper:
    """A made newspaper and where it appears."""

    id: str
    name: str
    city: str


NEWSPAPERS = (
    Newspaper("baicheng-ribao", "白城日报", "白城"),
    Newspaper("liaoyuan-ribao", "辽源日报", "辽源"),
    Newspaper("changchun-ribao", "长春日报", "长春"),
    Newspaper("songyuan-ribao", "松原日报", "松原"),
    Newspaper("jiangcheng-wanbao", "江城晚报", "吉林"),
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the archive, as it was meant to be printed."""

    number: int
    newspaper: Newspaper
    date: dt.date
    page: int
    place: int  # on its page, from 1
    city: str
    topics: tuple[str, ...]
    title: str
    reporter: str
    paragraphs: tuple[str, ...]

    @property
    def issue(self) -> str:
        return f"{self.newspaper.id}-{self.date:%Y%m%d}"

    @property
    def slug(self) -> str:
        return f"{self.issue}-{self.page:02}-{self.place:02}"


def make(seed: int, count: int, folder: Path) -> None:
    """Write an archive of `count` articles in both forms."""
    pages, markdown = folder / "pages", folder / "markdown"
    pages.mkdir(parents=True)
    (pages / "archive.toml").write_text(settings(), "utf-8")
    made: set[Path] = set()

    def put(path: Path, text: str) -> None:
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(text, "utf-8", newline="\n")

    for page in archive(seed, count):
        first = page[0]
        put(pages / first.newspaper.id / f"{first.date}" / f"{first.page}.txt", page_text(seed, page))
        for article, before, after in zip(page, (None, *page), (*page[1:], None), strict=False):
            put(markdown / article.issue / f"{article.slug}.md", markdown_text(article, before, after))


def archive(seed: int, count: int) -> Iterator[tuple[Article, ...]]:
    """The pages of an archive of `count` articles; the last one may have fewer than the others."""
    for first in range(0, count, ARTICLES):
        yield tuple(article(seed, number) for number in range(first, min(first + ARTICLES, count)))


# ---------------------------------------------------------------- articles


@cache
def stock() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The clauses of the seeds, and their headlines."""
    clauses: set[str] = set()
    headlines: set[str] = set()
    for file in sorted(SEEDS.glob("*.txt")):
        running = re.sub(r"[ \u3000]*\n+[ \u3000]*", "", file.read_text("utf-8")).translate(_WIDE)
        clauses |= {
            clause
            for clause in re.split(r"[。！？，；：（）\s]", running)
            if re.fullmatch(r"[\u4e00-\u9fff0-9“”、%.]{5,30}", clause)
            and clause.count("“") == clause.count("”")
            and not _FURNITURE.search(clause)
        }
        read = tomllib.loads((READ / f"{file.stem}.toml").read_text("utf-8"))
        lines = {line for article in read["articles"] for line in article["headline"].split()}
        headlines |= {line for line in lines if re.fullmatch(r"[\u4e00-\u9fff“”]{8,26}", line)}
    return tuple(sorted(clauses)), tuple(sorted(headlines))


@cache
def reporters(seed: int, newspaper: Newspaper) -> tuple[str, ...]:
    """Those who write for a newspaper."""
    chance = Random(f"{seed}:{newspaper.id}")
    names: dict[str, None] = {}
    while len(names) < REPORTERS:
        names[_person(chance)] = None
    return tuple(names)


def article(seed: int, number: int) -> Article:
    """The article of this number, from 0."""
    clauses, headlines = stock()
    chance = Random(f"{seed}:{number}")
    page, place = divmod(number, ARTICLES)
    issue, page = divmod(page, PAGES)
    newspaper, date = _issue(seed, issue)
    city = newspaper.city if chance.random() < 0.7 else chance.choice(NEWSPAPERS).city
    reporter = chance.choice(reporters(seed, newspaper))
    headline = chance.choice(headlines)
    title = chance.choice((headline, f"{city}{headline}", f"{_place(chance)}{headline}"))
    length = max(150, min(1500, round(chance.gauss(620, 220))))
    day = date - dt.timedelta(days=1)
    opening = f"本报讯（记者{reporter}）{day.month}月{day.day}日，{city}{_place(chance)}，"
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < length:
        paragraphs.append(opening + _paragraph(chance, clauses, chance.randint(60, 220) - len(opening)))
        opening = ""
    return Article(
        number, newspaper, date, page + 1, place + 1, city,
        topics=tuple(chance.sample(TOPICS, 1 if chance.random() < 0.6 else 2)),
        title=title, reporter=reporter, paragraphs=tuple(paragraphs),
    )  # fmt: skip


def _issue(seed: int, number: int) -> tuple[Newspaper, dt.date]:
    """The newspaper and the day of the archive's issue of this number, from 0."""
    turn, which = divmod(number, len(NEWSPAPERS))
    newspaper = NEWSPAPERS[which]
    start = Random(f"{seed}:{newspaper.id}:days").randrange(DAYS)
    return newspaper, FIRST_DAY + dt.timedelta(days=(start + turn * STRIDE) % DAYS)


def _paragraph(chance: Random, clauses: Sequence[str], length: int) -> str:
    sentences: list[str] = []
    while not sentences or sum(map(len, sentences)) < length:
        said = [chance.choice(clauses) for _ in range(chance.randint(2, 5))]
        kind = chance.random()
        if kind < 0.12:
            said[0] = _person(chance) + chance.choice(("指出", "强调", "介绍说", "告诉记者"))
        elif kind < 0.24:
            said[-1] = f"{_place(chance)}{chance.choice(DONE)}{chance.randint(2, 9999)}{chance.choice(UNITS)}"
        sentences.append("，".join(said) + chance.choice("。。。。。！；？"))
    text = "".join(sentences)
    return text[:-1] + "。"


def _person(chance: Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=1 + (chance.random() < 0.75)))


def _place(chance: Random) -> str:
    return "".join(chance.choices(PLACES, k=2)) + chance.choice("镇乡村屯街")


# ---------------------------------------------------------------- the two forms


def settings() -> str:
    """The archive.toml of a made archive: as much as Hugo's configuration says."""
    tables = "".join(
        f'\n[[newspapers]]\nid = "{one.id}"\nname = "{one.name}"\ncity = "{one.city}"\n' for one in NEWSPAPERS
    )
    return f'title = "报纸档案"\nbase_url = "https://example.org/"\n{tables}'


def page_text(seed: int, articles: Sequence[Article]) -> str:
    """A page as OCR leaves it: most have wrapped lines; some a blank line after each; some run on, with Markdown."""
    first = articles[0]
    chance = Random(f"{seed}:page:{first.number}")
    (style,) = chance.choices(("wrapped", "spread", "running"), (60, 20, 20))
    half = style == "running" or chance.random() < 0.3
    width = chance.randint(20, 30)
    lines = _head(first)
    for article in articles:
        lines += ["", *_headline(article.title, style, width, chance), ""]
        column = chance.randint(10, 22)  # lines
        told = 0
        for paragraph in article.paragraphs:
            indent = chance.choice((" ", "　　")) if style != "running" and chance.random() < 0.3 else ""
            wrapped = [paragraph] if style == "running" else _wrapped(paragraph, width, chance)
            for at, line in enumerate(wrapped):
                told += 1
                lines.append((indent if at == 0 else "") + line)
                if style == "spread" or (style == "wrapped" and told % column == 0 and at < len(wrapped) - 1):
                    lines.append("")  # after each line; at a column's end
            if style != "spread":
                lines.append("")
    text = "\n".join(lines) + "\n"
    return text.translate(_HALF) if half else text


def _head(first: Article) -> list[str]:
    date, newspaper = first.date, first.newspaper
    if first.page > 1:
        return [f"第{first.page}版", ""]
    weekday = "一二三四五六日"[date.weekday()]
    number = 3000 + (date - FIRST_DAY).days
    return [
        newspaper.name, "", f"{date.year}年{date.month}月{date.day}日 星期{weekday}", "",
        f"总第{number}期 今日{PAGES}版", "",
        f"{newspaper.name}社出版 国内统一刊号：CN22-00{11 + NEWSPAPERS.index(newspaper)}", "",
    ]  # fmt: skip


def _headline(title: str, style: str, width: int, chance: Random) -> list[str]:
    if style == "running":
        return ["# " + title if chance.random() < 0.4 else title]
    half = len(title) // 2
    return [title] if len(title) <= width else [title[:half], title[half:]]


def _wrapped(text: str, width: int, chance: Random) -> list[str]:
    lines, at = [], 0
    while at < len(text):
        end = at + width - (chance.random() < 0.15)
        while end < len(text) and text[end] in _NO_START:
            end += 1
        lines.append(text[at:end])
        at = end
    return lines


def markdown_text(article: Article, before: Article | None, after: Article | None) -> str:
    """An article as Hugo likes it, with all that its page shows of it; `before` and `after` it on the page."""
    rows = [
        f'title: "{article.title}"', f"date: {article.date}", f"slug: {article.slug}",
        f"newspaper: {article.newspaper.name}", f"issue: {article.issue}", f"city: {article.city}",
        f"topics: [{', '.join(article.topics)}]", f'month: "{article.date:%Y-%m}"', f'day: "{article.date}"',
        f"pageno: {article.page}", f"reporter: {article.reporter}", f'excerpt: "{article.paragraphs[0][:80]}"',
    ]  # fmt: skip
    for name, other in (("before", before), ("after", after)):
        if other:
            rows += [f"{name}: {other.slug}", f'{name}_title: "{other.title}"']
    return "\n".join(["---", *rows, "---", "\n\n".join(article.paragraphs), ""])

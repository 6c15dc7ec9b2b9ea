"""The places of China, from places.tsv: what a name stands for, and which names have to prove it.

The table holds every province, prefecture-level city, county and district. A name is looked up by its full form
(辽源市, 东辽县) or its short one (辽源, 东辽); districts have no short form, for 龙山 alone is as likely a hill.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from site_builder.charmaps import Openings

MUNICIPALITIES = frozenset({"11", "12", "31", "50", "81", "82"})
"""北京, 天津, 上海, 重庆, 香港, 澳门: a city and a province in one."""
GENERIC_DISTRICTS = frozenset({"城区", "郊区", "矿区", "新城区", "老城区", "城中区", "市中区", "新市区"})
"""Districts whose name any city's paper uses as an ordinary word: only 大同市城区 is the place."""
FORMER_SUFFIXES = ("地区", "专区", "专署")  # 绥化地区, 通化专区: what many a city was until the 1980s and 1990s


@dataclass(frozen=True, slots=True)
class Place:
    """A row of places.tsv. `short` equals `name` where there is no shorter form.

    `is_word` says that the short form is also an ordinary word (和平, 公安) or a province's name (吉林).
    """

    code: str
    name: str
    short: str
    is_word: bool = False

    @property
    def is_city(self) -> bool:
        """A prefecture-level city, or a municipality."""
        return len(self.code) == 4 or self.code in MUNICIPALITIES

    @property
    def is_province(self) -> bool:
        return len(self.code) == 2

    @property
    def is_county(self) -> bool:
        return len(self.code) == 6

    @property
    def province(self) -> str:
        """The code of the province it lies in."""
        return self.code[:2]

    @property
    def display(self) -> str:
        """How lists name it: a city by its short name, a county in full, and with its city where others are called so.

        >>> city("辽源").display, named("东辽县")[0].display, [place.display for place in named("朝阳区")]
        ('辽源', '东辽县', ['北京市朝阳区', '长春市朝阳区'])
        """
        if self.is_city:
            return self.short
        namesakes = sum(place.name == self.name for place in named(self.name)) > 1
        return self.in_full if namesakes else self.name

    @property
    def in_full(self) -> str:
        """Its name after its city's, where it lies in one.

        >>> named("龙山区")[0].in_full, city("辽源").in_full
        ('辽源市龙山区', '辽源市')
        """
        parent = city_of(self)
        return self.name if parent is None or parent == self else parent.name + self.name


@cache
def by_code() -> MappingProxyType[str, Place]:
    """All places by their code, in the table's order.

    >>> by_code()["2204"]
    Place(code='2204', name='辽源市', short='辽源', is_word=False)
    """
    table = {}
    for row in files("site_builder").joinpath("places.tsv").read_text(encoding="utf-8").splitlines():
        if row.startswith("#") or not row:
            continue
        code, name, short, *word = row.split("\t")
        table[code] = Place(code, name, name if short == "=" else short, bool(word))
    return MappingProxyType(table)


@cache
def by_name() -> MappingProxyType[str, tuple[Place, ...]]:
    """The places that a full or a short name may stand for, larger ones first."""
    table: dict[str, list[Place]] = {}
    for place in sorted(by_code().values(), key=lambda place: (len(place.code), place.code)):
        for name in _names(place):
            table.setdefault(name, []).append(place)
    return MappingProxyType({name: tuple(found) for name, found in table.items()})


def _names(place: Place) -> Iterator[str]:
    names = [place.name, place.short]
    if place.is_city and not place.is_province:
        names += [place.short + suffix for suffix in ("市", *FORMER_SUFFIXES)]
        if place.name.endswith("自治州"):
            names[2:] = [place.short + "州"]
    return iter(dict.fromkeys(names))


def named(name: str) -> tuple[Place, ...]:
    """Everything that bears the name.

    >>> [by_code()[place.code[:4]].short for place in named("龙山区")]
    ['辽源']
    >>> [place.name for place in named("吉林")]
    ['吉林省', '吉林市']
    """
    return by_name().get(name, ())


def city(name: str) -> Place | None:
    """The city of that name, full or short; for a county's name, None.

    >>> city("延边朝鲜族自治州").short
    '延边'
    >>> city("通化专区").short, city("东辽县")
    ('通化', None)
    """
    return next((place for place in named(name) if place.is_city), None)


def province(name: str) -> Place | None:
    """The province of that name, full or short.

    >>> province("吉林").name
    '吉林省'
    """
    return next((place for place in named(name) if place.is_province), None)


def capital(place: Place) -> Place:
    """The seat of a province's government, and so of its Party daily. A municipality is its own.

    >>> capital(province("吉林")).short, capital(province("北京")).short
    ('长春', '北京')
    """
    return place if place.code in MUNICIPALITIES else by_code().get(f"{place.province}01", place)


def city_of(place: Place) -> Place | None:
    """The city that a place is or belongs to: None for a province, and for a county directly under one.

    >>> city_of(named("东辽县")[0]).short
    '辽源'
    >>> city_of(named("仙桃市")[0]) is None
    True
    """
    if place.is_city:
        return place
    if place.is_province:
        return None
    found = by_code().get(place.code[:4]) or by_code().get(place.province)
    return found if found is not None and found.is_city else None


@cache
def by_pinyin() -> MappingProxyType[str, tuple[Place, ...]]:
    """Provinces, cities and counties by their short name's pinyin, as a masthead spells it under the title.

    >>> [place.short for place in by_pinyin()["LINYI"]][:1]
    ['临沂']
    """
    from pypinyin import lazy_pinyin

    table: dict[str, list[Place]] = {}
    for place in sorted(by_code().values(), key=lambda place: (len(place.code), place.code)):
        table.setdefault("".join(lazy_pinyin(place.short)).upper(), []).append(place)
    return MappingProxyType({spelling: tuple(found) for spelling, found in table.items()})


@cache
def _by_first_two() -> MappingProxyType[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for name in by_name():
        table.setdefault(name[:2], []).append(name)
    return MappingProxyType({start: tuple(sorted(names, key=len, reverse=True)) for start, names in table.items()})


@cache
def _openings() -> Openings:
    return Openings(by_name())


def may_begin(text: str) -> NDArray[np.int64]:
    """The offsets in a text at which a place name may begin, in order; at few others than those where one does."""
    return _openings().at(text)


def mentions(text: str, starts: Iterable[int] | None = None) -> Iterator[tuple[int, str]]:
    """Every place name in a text and where it starts; of names that overlap, the one that starts first, and is longest.

    `starts` are the only offsets to look at, in order: those of `may_begin` where words begin. Whether the characters
    really are that name is for the caller to judge: 和平 is a county, too.

        >>> list(mentions("辽源市东辽县与龙山区"))
        [(0, '辽源市'), (3, '东辽县'), (7, '龙山区')]
    """
    table, last = _by_first_two(), 0
    for at in may_begin(text).tolist() if starts is None else starts:
        if at < last or (found := table.get(text[at : at + 2])) is None:
            continue
        for name in found:
            if text.startswith(name, at):
                yield at, name
                last = at + len(name)
                break

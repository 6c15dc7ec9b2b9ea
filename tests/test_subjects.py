"""Topics and places: few and certain."""

from __future__ import annotations

import re

import pytest

from site_builder import gazetteer
from site_builder import subjects as subjects_module
from site_builder.metadata import add_subjects, topics_for
from site_builder.model import (
    Article,
    City,
    Newspaper,
    Page,
    PageEntry,
    PageFacts,
    Settings,
    SourcePage,
    TextBlock,
    Topic,
)
from site_builder.subjects import Home, home_of, places_of


def article(headline: str, *paragraphs: str, kicker: str = "") -> Article:
    blocks = [TextBlock("kicker", kicker, ())] if kicker else []
    return Article((*blocks, TextBlock("headline", headline, ()), *(TextBlock("paragraph", p, ()) for p in paragraphs)))


def subjects(one: Article, city: str = "", settings: Settings | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    page = Page(SourcePage("x.txt", ""), (), (one,), facts=PageFacts(city=city))
    (done,) = add_subjects(page, settings or Settings()).articles
    return done.topics, done.places


@pytest.mark.parametrize(
    ("headline", "text", "topics"),
    [
        ("我市严防疫情反弹", "各社区加强疫情防控，开展核酸检测，对密切接触者隔离观察。", ("疫情防控",)),
        ("公社社员抢插早稻", "全公社社员日夜积肥、插秧，水稻增产有望，生产队开展劳动竞赛。", ("农业生产",)),
        ("炼钢工人苦战一月", "车间开展技术革新，钢铁产量提前完成，炼钢炉炉火正红。", ("工业经济",)),
        ("承包责任制调动积极性", "包产到户以后，农户种粮积极性高，粮食增产。", ("农业生产",)),
        ("全市中小学今日开学", "教师做好准备，学生返校，校园一片欢笑。", ("教育",)),
        ("暴雨红色预警", "气象台预计强降雨持续，各地做好防汛，水库开闸。", ("气象防灾",)),
        ("人间四月", "她坐在窗前，想起许多往事。", ()),
    ],
)
def test_the_built_in_topics(headline: str, text: str, topics: tuple[str, ...]) -> None:
    assert subjects(article(headline, text))[0] == topics


def test_a_topic_mentioned_once_in_passing_does_not_count() -> None:
    text = "她在灯下读完了那封信。窗外的雪落得很轻。多年以后，人们还记得那个夜晚，记得医院门口的灯光。"
    assert subjects(article("冬夜", text))[0] == ()


def test_at_most_four_topics_best_first() -> None:
    words = "疫情防控 复工复产 脱贫攻坚 乡村振兴 春耕备耕 安全生产"
    done = subjects(article(words, "疫情防控。" * 4 + "复工复产。" * 2))[0]
    assert len(done) == 4
    assert done[:2] == ("疫情防控", "复工复产")


def test_declared_topics_replace_the_built_in_ones() -> None:
    settings = Settings(topics=(Topic("gangkou", "港口", ("码头", "泊位")), Topic("yutian", "雨天")))
    assert topics_for(settings) == settings.topics
    assert subjects(article("新码头开工", "两个泊位年底建成，疫情防控不放松。雨天施工。"), settings=settings)[0] == (
        "港口",
    )


def test_the_built_in_ids_are_addresses_and_unlike() -> None:
    topics = topics_for(Settings())
    ids = [topic.id for topic in topics]
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", one) for one in ids)
    assert len(set(ids)) == len({topic.name for topic in topics}) == len(topics) == 43
    assert all(topic.words for topic in topics)


@pytest.mark.parametrize(
    ("headline", "text", "places"),
    [
        ("东丰县春耕忙", "记者在东丰县看到，种子备足。", ("东丰县",)),
        ("东辽这样做", "东辽县出台办法，东辽的企业受益。", ("东辽县",)),
        ("龙山区复工", "龙山区8户企业复工。", ("龙山区",)),
        ("我市开展联合检查", "检查组到我市3户企业。", ("辽源",)),
        ("和平的声音", "人们热爱和平。和平来之不易，朝阳升起。", ()),
        ("朝阳区现场办公", "在长春市朝阳区，朝阳区的干部介绍了情况。长春市加强调度。", ("长春市朝阳区", "长春")),
        ("和平区的经验", "和平区做得好，和平区的居民满意。", ()),
        ("检查组到城区清雪", "城区街路清雪，城区市民点赞。", ()),
        ("吉林日报社论", "吉林大学与北京路的居民，新华社北京电。", ()),
        ("吉林市出院人数", "吉林市卫生健康委通报，吉林全省情况。", ("吉林",)),
        ("一次远行", "他路过四平，想起家。", ()),
    ],
)
def test_places_seen_from_liaoyuan(headline: str, text: str, places: tuple[str, ...]) -> None:
    assert subjects(article(headline, text), "辽源")[1] == places


def test_at_most_five_places() -> None:
    names = ("长春", "四平", "通化", "白山", "松原", "白城", "辽源")
    text = "".join(f"{name}市召开会议。{name}市加强防控。" for name in names)
    assert subjects(article("各地行动", text * 2))[1] == names[:5]


def test_a_declared_city_shows_under_its_own_name() -> None:
    settings = Settings(cities=(City("meihe", "梅河新区", ("梅河口市",)), City("x", "红旗镇")))
    one = article("梅河口市开会", "红旗镇的代表参加，红旗镇的经验好，红旗镇领奖。")
    assert subjects(one, settings=settings)[1] == ("梅河新区", "红旗镇")


def test_home_comes_from_archive_toml_first() -> None:
    papers = (Newspaper("baicheng-ribao", "白城日报", (), "白城"),)
    page = Page(SourcePage("x.txt", ""), (), (), facts=PageFacts(city="天津"))
    given = Settings(newspapers=papers, pages=(PageEntry("x.txt", PageFacts(newspaper="baicheng-ribao")),))
    assert home_of(page, given) == Home("白城", gazetteer.city("白城"))
    assert home_of(page, Settings(newspapers=papers)) == Home("天津", gazetteer.city("天津"))


def test_home_is_what_the_archive_will_say() -> None:
    liaoyuan = Home("辽源", gazetteer.city("辽源"))
    path = PageFacts(newspaper="辽源日报")
    assert home_of(Page(SourcePage("x.txt", "", path), (), ()), Settings()) == liaoyuan
    given = Settings(pages=(PageEntry("x.txt", path),))
    assert home_of(Page(SourcePage("x.txt#2", ""), (), (), facts=PageFacts(city="天津")), given) == liaoyuan
    concluded = Page(
        SourcePage("x.txt", "", path), (), (), facts=PageFacts(newspaper="天津日报"), newspaper_certainty="inferred"
    )
    assert home_of(concluded, Settings()) == liaoyuan
    printed = Page(SourcePage("x.txt", "", path), (), (), facts=PageFacts(newspaper="天津日报"))
    assert home_of(printed, Settings()).name == "天津"


def test_an_unknown_home_resolves_by_the_parent_named_in_the_text() -> None:
    one = article("西湖区开会", "杭州市西湖区开会。西湖区出台办法。")
    assert places_of(one, Home(), Settings()) == ("杭州市西湖区",)
    assert places_of(article("西湖区开会", "西湖区出台办法。"), Home(), Settings()) == ()


def test_the_gazetteer_holds_the_country() -> None:
    places = gazetteer.by_code().values()
    assert sum(place.is_province for place in places) == 34
    assert sum(len(place.code) == 4 for place in places) == 333
    assert gazetteer.named("前郭") == gazetteer.named("前郭尔罗斯蒙古族自治县")
    assert [place.code for place in gazetteer.named("龙山区")] == ["220402"]


def test_a_word_that_jieba_does_not_list_weighs_as_much_as_jieba_gives_it() -> None:
    weights = sorted(map(float, subjects_module._idf().values()))
    assert weights[len(weights) // 2] == subjects_module.UNLISTED

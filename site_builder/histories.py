"""What editors have set right in an article, in words for readers: what, from which reading, who, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from site_builder import words
from site_builder.entries import Revision
from site_builder.language import N_, _
from site_builder.model import Correction, Outcome

FACTS = {
    "newspaper": N_("报纸"),
    "date": N_("日期"),
    "page": N_("版次"),
    "byline": N_("署名"),
    "topics": N_("主题"),
}
KINDS = {
    "kicker": N_("引题"),
    "headline": N_("标题"),
    "subtitle": N_("副题"),
    "byline": N_("署名"),
    "paragraph": N_("正文"),
    "subheading": N_("小标题"),
    "caption": N_("图片说明"),
    "jump": N_("转版"),
    "duplicate": N_("重复文字"),
}


def history(
    outcomes: Iterable[Outcome], befores: Iterable[str], onward: Mapping[str, str] | None = None
) -> tuple[Revision, ...]:
    """The corrections that were carried out, each with the piece, as it was read, in which it replaced words.

    `onward` are the titles of the articles in which others go on, by the others' ids.
    """
    read = list(befores)
    return tuple(_revision(outcome, read, (onward or {}).get(outcome.article_id, "")) for outcome in outcomes)


def _revision(outcome: Outcome, befores: list[str], onward: str) -> Revision:
    one = outcome.correction
    found = outcome.before if one.do == "replace" else ""
    return Revision(
        said=said(outcome, onward),
        why=one.why,
        signed=_signed(one, outcome.state == "re-anchored"),
        before=next((text for text in befores if found and found in text), ""),
    )


def said(outcome: Outcome, onward: str = "") -> str:
    """What a correction that was carried out has done, as a sentence; of a veiled one, why that isn't told. `onward` is
    the title of the article in which another goes on, if it says so.
    """
    return outcome.message if outcome.veiled else "".join(_said(outcome.correction, outcome.before, onward))


def _signed(one: Correction, moved: bool) -> str:
    """Who and when; and that the source has changed since, so that nobody wonders at the quotation."""
    signed = _("{by}，{date}", by=one.by, date=words.long_date(one.date))
    return _("{signed}；来源后有变动，已随之移用", signed=signed) if moved else signed


def _said(one: Correction, before: str, onward: str = "") -> Iterator[str]:
    """What was done, as a sentence.

    >>> import datetime as dt
    >>> one = Correction("", 1, 1, "replace", "书记记", "张赫", dt.date(2026, 11, 22), "衍字", becomes="书记")
    >>> "".join(_said(one, "书记记"))
    '原作“书记记”，今作“书记”。'
    """
    quoted = words.quote(words.cut(one.exact, words.QUOTED))
    if one.do == "replace":
        old, new = (words.quote(words.cut(text, words.QUOTED)) for text in (before, one.becomes))
        if not one.becomes:
            yield _("删去{old}。", old=old)
        elif not before:
            yield _("补入{new}。", new=new)
        else:
            yield _("原作{old}，今作{new}。", old=old, new=new)
    elif one.do == "split-paragraph":
        yield _("自{words}起另起一段。", words=quoted)
    elif one.do == "join-paragraph":
        yield _("{words}一段与前文相连。", words=quoted)
    elif one.do == "split-article":
        yield _("自{words}起的文字另为一篇。", words=quoted)
    elif one.do == "join-article":
        yield _("{words}所在的一篇并入此文。", words=quoted)
    elif one.do == "heading":
        yield _("{words}归入此文，作{kind}。", words=quoted, kind=_kind(one.kind or "headline"))
    elif one.do == "kind":
        yield _("{words}一段原归{old}，今归{new}。", words=quoted, old=_kind(before), new=_kind(one.kind))
    elif one.do == "move":
        yield _("{words}一段移至今处。", words=quoted)
    elif one.fact == "jump" and not one.becomes:
        yield _("此文没有下文。")
    elif one.fact == "jump":
        yield _("下文见{words}。", words=words.quote(onward or one.becomes))
    else:
        fact = _(FACTS[one.fact])
        old, new = (words.quote(text) if text else _("（无）") for text in (before, one.becomes))
        yield _("{fact}原作{old}，今作{new}。", fact=fact, old=old, new=new)


def _kind(kind: str) -> str:
    return _(KINDS[kind]) if kind in KINDS else words.FURNITURE.get(kind, kind)

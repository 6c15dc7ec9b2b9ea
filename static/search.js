/* The search page (templates/search.html): what was asked, its results, what narrows them. It finds by index.js, and by
   related.js what is only related. What is asked stands in the address, so that it can be linked and gone back to. */
(() => {
  "use strict";

  if (!window.archiveText || !window.archiveIndex) return; // not loaded: the page goes on saying what works instead

  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));
  const { fold, parse, written } = window.archiveText;
  const index = window.archiveIndex;
  const HERE = document.currentScript.src;
  const A_PAGE = 10;
  const PAUSE = 200; // milliseconds without a key pressed, after which the search begins
  const DATE_PAUSE = 600; // the same of a date, which changes with each of its numbers
  const SHOWN = 8; // values of a facet, before 更多
  const SUGGESTIONS = 6;
  const DATE = /^[1-9]\d{3}-\d{2}-\d{2}$/; // a year that begins with 0 is still being typed

  const element = (id) => document.getElementById(id);
  const form = element("search-form");
  const statusLine = element("search-status");
  const tips = element("search-tips");
  const suggestions = element("search-suggestions");
  const list = element("search-results");
  const pager = element("search-pager");
  const sides = element("search-facets");
  const related = element("search-related");
  const elsewhere = element("search-elsewhere");
  const active = element("search-active");
  const options = element("search-options");
  const plainTitle = document.title;

  /** An element with attributes and children. */
  function make(name, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  }

  // ------------------------------------------------------------ what is asked

  const FIELDS = ["q", "from", "to", "sort"]; // of the form
  const FACETS = { newspaper: say("报纸"), city: say("地区"), topic: say("主题"), year: say("年份") };
  const NAMES = [...FIELDS, "newspaper", "city", "topic", "page", "mode"];

  /** What the address asks. */
  function asked() {
    const query = new URLSearchParams(location.search);
    const found = Object.fromEntries(NAMES.map((name) => [name, query.get(name)?.trim() ?? ""]));
    for (const name of ["from", "to"]) if (!DATE.test(found[name])) found[name] = "";
    return found;
  }

  /** The address that asks this, with some of it changed; a change leads back to the first page. */
  function addressOf(what, changes = {}) {
    const wanted = { ...what, ...("page" in changes ? {} : { page: "" }), ...changes };
    const query = new URLSearchParams(NAMES.flatMap((name) => (wanted[name] ? [[name, wanted[name]]] : []))).toString();
    return `${location.pathname}${query && `?${query}`}`;
  }

  const isNothing = (what) => NAMES.every((name) => ["sort", "page", "mode"].includes(name) || !what[name]);
  const isNarrowed = (what) => ["newspaper", "city", "topic", "from", "to"].some((name) => what[name]);

  /** The year, if the dates are one. */
  const yearOf = ({ from, to }) => (from.slice(4) === "-01-01" && to === `${from.slice(0, 4)}-12-31` ? from.slice(0, 4) : "");

  function fill(what) {
    for (const name of FIELDS) form.elements[name].value = what[name];
  }

  // ------------------------------------------------------------ saying

  const PRINTED = list.dataset.printed ?? document.documentElement.lang; // the language of newspapers' names, of headlines and texts
  const GAP = /^zh/.test(document.documentElement.lang) ? "" : " "; // between two sentences
  const listed = (words) => words.join(say("、"));
  const quoted = (words) => listed(words.map((word) => say("“{text}”", { text: word })));
  const thousands = (number) => number.toLocaleString("zh-CN");

  function inWords(date) {
    const [year, month, day] = date.split("-").map(Number);
    return say("{year}年{month}月{day}日", { year, month, day });
  }

  const yearInWords = (year) => say("{year}年", { year: Number(year) });

  /** A sentence as pieces, with elements in its place `{here}`. */
  function around(sentence, ...elements) {
    const [before, after] = sentence.split("\0");
    return [before, ...elements, after];
  }

  function tell(what, { terms, exclude, typed }, total, lost) {
    const asTyped = (words) => quoted(words.map((word) => typed.get(word)));
    const lostSome = lostInWords(lost, total, typed);
    const left = exclude.filter((word) => !lost.kept.includes(word));
    const found = { n: total, total: thousands(total), words: asTyped(total ? left : terms) };
    let said = left.length ? say("共找到 {total} 篇文章，都不含{words}。", found) : say("共找到 {total} 篇文章。", found);
    if (!total) {
      said = nothing(terms.length, isNarrowed(what), { ...found, excluded: asTyped(left) }, left.length > 0);
      if (lostSome.length) said = say("能查到的部分里{sentence}", { sentence: said });
    }
    statusLine.replaceChildren(said, ...lostSome);
  }

  function nothing(terms, isBound, words, isWithout) {
    if (!terms) return say("没有一篇文章符合所选条件。");
    if (isWithout && isBound) return say("没有一篇文章含有{words}而不含{excluded}，并符合所选条件。", words);
    if (isWithout) return say("没有一篇文章含有{words}而不含{excluded}。", words);
    if (isBound) return terms > 1 ? say("没有一篇文章同时含有{words}并符合所选条件。", words) : say("没有一篇文章含有{words}并符合所选条件。", words);
    return terms > 1 ? say("没有一篇文章同时含有{words}。", words) : say("没有一篇文章含有{words}。", words);
  }

  /** What could not be read, and what was searched all the same; each loss once. */
  function lostInWords(lost, total, typed) {
    const said = [];
    if (lost.pieces.size) {
      const words = { words: quoted([...lost.pieces]) };
      if (total) said.push(say("索引里{words}的部分没能读出来，下面的文章含有其余的字，未必含有全部。", words));
      else said.push(say("索引里{words}的部分没能读出来。", words));
    } else if (lost.unsure) {
      if (total) said.push(say("索引的一部分没能读出来，下面的文章含有所查的字，但未必连在一起。"));
      else said.push(say("索引的一部分没能读出来。"));
    }
    if (lost.kept.length) {
      const words = { words: quoted(lost.kept.map((word) => typed.get(word))) };
      said.push(say("索引的一部分没能读出来，{words}没能排除，下面的文章里可能有。", words));
    }
    if (lost.when.length) {
      const dates = { dates: listed(lost.when) };
      if (lost.isAll || said.length) said.push(say("索引的一部分没能读出来：{dates}的文章没有查全。", dates));
      else said.push(say("索引的一部分没能读出来：{dates}的文章没有查全；其余的都查过了。", dates));
    }
    if (lost.texts) said.push(say("有 {n} 篇的文字没能读出来。", { n: lost.texts }));
    return said.map((text) => make("span", { className: "search-lost", textContent: ` ${text}` }));
  }

  /** The lost spans of articles as spans of time. */
  async function datesOf(lost) {
    const { spans, starts: { groups }, articles } = await index.meta();
    const joined = [];
    for (const [begin, end] of lost.spans.sort((a, b) => a[0] - b[0])) {
      const last = joined[joined.length - 1];
      if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([begin, end]);
    }
    lost.isAll = joined.length === 1 && joined[0][0] === 0 && joined[0][1] >= articles;
    lost.when = [...new Set(joined.map(([begin, end]) => {
      const touched = spans.filter((_, group) => groups[group] < end && (groups[group + 1] ?? articles) > begin);
      const newest = touched.reduce((latest, [day]) => (day > latest ? day : latest), "");
      const oldest = touched.reduce((first, [, day]) => (day < first ? day : first), "9999");
      if (!newest) return say("日期不详");
      if (!oldest) return say("{date}以前和日期不详", { date: inWords(newest) });
      return say("{first}至{last}", { first: inWords(oldest), last: inWords(newest) });
    }))];
    return lost;
  }

  // ------------------------------------------------------------ showing

  /** Where a result leads: the article, which marks the words; the browser itself shows the first, if it can. */
  function linkTo(found, words) {
    const [first] = /<mark>(.*?)<\/mark>/.exec(found.excerpt)?.slice(1) ?? [];
    const plain = first && make("textarea", { innerHTML: first }).value;
    const directive = plain ? `:~:text=${encodeURIComponent(plain).replace(/-/g, "%2D")}` : "";
    const find = new URLSearchParams(words.map((word) => ["find", word]));
    return `${encodeURI(found.url)}${words.length ? `#${find}${directive}` : ""}`;
  }

  const printed = (text) => make("span", { textContent: text, lang: PRINTED });

  /** `terms` are marked; `words` are the same as they were typed. */
  function item(found, terms, words = terms) {
    const where = make("p", { className: "search-where" }, found.newspaper ? printed(found.newspaper) : make("span", {}, say("报纸不详")));
    const when = found.date ? make("time", { dateTime: found.date, textContent: inWords(found.date) }) : say("日期不详");
    where.append(make("span", {}, when, ...(found.inferred ? [make("span", { className: "mark", textContent: say("推断") })] : [])));
    if (found.page) where.append(make("span", { textContent: say("第{page}版", { page: found.page }) }));
    const link = make("a", { href: linkTo(found, words), lang: found.unread ? document.documentElement.lang : PRINTED });
    if (found.unread) link.textContent = say("这一篇的文字没能读出来，可以打开它的网页");
    else link.innerHTML = index.marked(found.headline, terms); // escaped there
    const mark = found.untitled ? [make("span", { className: "untitled-mark", textContent: say("〔无题〕") })] : [];
    const heading = make("h2", {}, ...mark, link);
    const excerpt = make("p", { className: "search-excerpt", lang: PRINTED });
    excerpt.innerHTML = found.excerpt;
    return make("li", {}, heading, where, ...(found.unread ? [] : [excerpt]));
  }

  async function show(articles, start, terms, facts, lost) {
    const shown = articles.slice(start, start + A_PAGE);
    return Promise.all(shown.map((article) => index.result(article, terms, facts, lost)));
  }

  function turnPages(what, total, here) {
    const last = Math.ceil(total / A_PAGE);
    pager.hidden = last < 2;
    const link = (number, text, rel) =>
      make("a", { href: addressOf(what, { page: number > 1 ? String(number) : "" }), textContent: text, rel });
    pager.replaceChildren(
      ...(here > 1 ? [link(here - 1, say("上一页"), "prev")] : []),
      make("span", { textContent: say("第 {page} 页，共 {pages} 页", { page: here, pages: thousands(last) }) }),
      ...(here < last ? [link(here + 1, say("下一页"), "next")] : []),
    );
  }

  /** What narrows the result: each value with its count, those in use with a way back. */
  function showFacets(what, counts) {
    const groups = Object.entries(FACETS).map(([name, title]) => {
      const inUse = name === "year" ? yearOf(what) : what[name];
      const values = [...counts[name]].sort((a, b) => (name === "year" ? b[0].localeCompare(a[0]) : b[1] - a[1]));
      if (inUse && !counts[name].has(inUse)) values.unshift([inUse, 0]);
      if (!inUse && values.length < 2 && name !== "topic") return null;
      const entries = values.map(([value, count]) => entry(what, name, value, count, value === inUse));
      if (!entries.length) return null;
      const group = make("section", {}, make("h2", { textContent: title }), make("ul", {}, ...entries.slice(0, SHOWN)));
      if (entries.length > SHOWN) {
        group.append(make("details", {}, make("summary", { textContent: say("其余 {n} 个", { n: entries.length - SHOWN }) }), make("ul", {}, ...entries.slice(SHOWN))));
      }
      return group;
    }).filter(Boolean);
    sides.hidden = !groups.length;
    element("search-facet-groups").replaceChildren(...groups);
  }

  function entry(what, name, value, count, inUse) {
    const setting = inUse ? "" : value;
    const changes = name === "year" ? { from: setting && `${setting}-01-01`, to: setting && `${setting}-12-31` } : { [name]: setting };
    const label = name === "year" ? make("span", { textContent: yearInWords(value) }) : printed(value);
    const link = make("a", { href: addressOf(what, changes) }, label);
    if (inUse) {
      link.setAttribute("aria-current", "true");
      link.append(make("span", { className: "search-undo", textContent: say("取消") }));
    } else link.append(make("span", { className: "search-count", textContent: thousands(count) }));
    return make("li", {}, link);
  }

  /** What narrows the result now, beside the count, each with a way back: on a phone the facets are folded up. */
  function showActive(what) {
    const chips = Object.entries(FACETS).filter(([name]) => name !== "year" && what[name]).map(([name]) => [printed(what[name]), { [name]: "" }]);
    const year = yearOf(what);
    if (year) chips.push([yearInWords(year), { from: "", to: "" }]);
    else {
      if (what.from) chips.push([say("{date}起", { date: inWords(what.from) }), { from: "" }]);
      if (what.to) chips.push([say("{date}止", { date: inWords(what.to) }), { to: "" }]);
    }
    active.hidden = !chips.length;
    active.replaceChildren(...chips.map(([text, changes]) => make("li", {}, make("a", { href: addressOf(what, changes) },
      make("span", { className: "visually-hidden", textContent: say("取消：") }), text, make("span", { ariaHidden: "true", textContent: " ×" })))));
  }

  /** Newspapers, cities and topics that are called so. */
  async function suggest(what) {
    const known = await index.meta();
    const text = fold(what.q).trim();
    const found = [];
    if (text) {
      for (const [name, values] of [["newspaper", known.newspapers], ["city", known.cities], ["topic", known.topics]]) {
        for (const value of values) {
          if (!value || what[name] || !fold(value).includes(text)) continue;
          found.push([FACETS[name], value, addressOf(what, { q: "", [name]: value })]);
        }
      }
    }
    suggestions.hidden = !found.length;
    suggestions.replaceChildren(...found.slice(0, SUGGESTIONS).map(([kind, name, href]) =>
      make("li", {}, make("a", { href }, make("span", { className: "search-kind", textContent: kind }), printed(name)))));
  }

  /** What to try where nothing was found. */
  function advise(what, { terms, exclude, typed }) {
    const link = (changes, text) => make("a", { href: addressOf(what, changes), textContent: text });
    const advice = [];
    if (isNarrowed(what)) {
      const all = link({ newspaper: "", city: "", topic: "", from: "", to: "" }, say("去掉所选的条件"));
      advice.push(around(say("{here}，在全部文章里找。", { here: "\0" }), all));
    }
    if (terms.length && exclude.length) {
      const all = link({ q: terms.map((term) => written(typed.get(term))).join(" ") }, say("去掉要排除的词"));
      advice.push(around(say("{here}再找。", { here: "\0" }), all));
    }
    if (terms.length > 1) {
      const only = (term) => link({ q: written(typed.get(term)) }, say("只找“{word}”", { word: typed.get(term) }));
      advice.push(around(say("少用几个词：{here}。", { here: "\0" }), ...terms.flatMap((term, i) => [i ? say("、") : "", only(term)])));
    } else if ([...(terms[0] ?? "")].length > 3) advice.push([say("少打几个字：检索找的是一字不差的文字，印刷或识别的错字会让长句落空。")]);
    else if (terms.length) advice.push([say("换一个说法，或看看旧时的写法、别的译名。")]);
    tips.hidden = !advice.length;
    tips.replaceChildren(...advice.map((parts) => make("li", {}, ...parts)));
  }

  // ------------------------------------------------------------ related

  const loadRelated = (() => {
    let promise;
    return () => (promise ??= new Promise((resolve, reject) => {
      const script = make("script", { src: new URL("related.js", HERE), onload: resolve });
      script.onerror = () => {
        promise = undefined;
        script.remove();
        reject(new Error("related.js can't be loaded"));
      };
      document.head.append(script);
    }));
  })();

  function startRelated() {
    related.hidden = false;
    const state = (...words) => element("search-related-status").replaceChildren(...words);
    const found = element("search-related-results");
    found.replaceChildren();
    state(say("正在找相关的文章…"));
    return { state, found };
  }

  async function showRelated(what, { terms, exclude, typed }, literal, isLate) {
    const { state, found } = startRelated();
    try {
      await loadRelated();
      const lost = index.nothingLost();
      const answer = await window.archiveRelated(terms.join(" "), { ...what, exclude, found: literal }, lost);
      const others = answer.articles.slice(0, 2 * A_PAGE);
      const results = await Promise.all(others.map((article) => index.result(article, answer.words, answer.facts, lost)));
      if (isLate()) return;
      found.replaceChildren(...results.map((result) => item(result, answer.words)));
      const said = location.protocol === "file:" ? [say("从磁盘打开时不能按词义相关检索，这里按所含的词语多少排列。")] : [];
      if (results.length) said.push(say("这些文章未必含有原句，但含有{words}中的词语。", { words: quoted(answer.words) }));
      else said.push(literal.size ? say("没有别的相关文章。") : say("也没有相关的文章。"));
      const skipped = answer.unsearched.map((shard) => shard.what).slice(0, 3);
      if (skipped.length) said.push(say("相关索引有一部分没能读出来：{parts}没有查到。", { parts: listed(skipped) }));
      await datesOf(lost);
      const told = lostInWords(lost, results.length, typed).filter(({ textContent }) => !statusLine.textContent.includes(textContent));
      state(said.join(GAP), ...told);
    } catch (error) {
      console.error(error);
      if (!isLate()) state(say("相关的文章没能找：索引没能读出来。请检查网络后再试。"));
    }
  }

  // ------------------------------------------------------------ running

  let latest = 0; // number of the newest search: the answer to an older one is dropped

  function clear() {
    for (const part of [tips, suggestions, pager, sides, related]) part.hidden = true;
    list.replaceChildren();
  }

  // On a wide page the facets are not folded up (and search.css shows no way to); dates and order are, if not in use, and
  // on a narrow one, where the dates stand beside the count, unless there is an order to see.
  const wide = window.matchMedia("(min-width: 60rem)");
  function foldUp(what) {
    sides.open = wide.matches;
    if (options.contains(document.activeElement)) return;
    options.open = Boolean(what.sort) || (wide.matches && (isNothing(what) || Boolean(what.from || what.to)));
  }

  /** Show what the address asks. While one types, related articles are only offered: finding them loads much. */
  async function run(typing = false) {
    const number = ++latest;
    const isLate = () => number !== latest;
    const what = asked();
    document.title = what.q ? `${what.q} - ${plainTitle}` : plainTitle;
    elsewhere.hidden = !isNothing(what);
    element("search-related-link").hidden = true;
    foldUp(what);
    showActive(what);
    if (isNothing(what)) {
      clear();
      statusLine.textContent = "";
      return;
    }
    if (what.from && what.to && what.from > what.to) {
      clear();
      statusLine.textContent = say("起始日期（{from}）在截止日期（{to}）之后，两个日期写反了。", { from: inWords(what.from), to: inWords(what.to) });
      tips.hidden = false;
      tips.replaceChildren(make("li", {}, make("a", { href: addressOf(what, { from: what.to, to: what.from }), textContent: say("对调两个日期") })));
      return;
    }
    const slow = setTimeout(() => isLate() || (statusLine.textContent = say("正在检索…")), 250);
    try {
      await index.meta(); // and with it what folding needs
      const query = parse(what.q);
      const { terms, exclude, typed } = query;
      const words = terms.map((term) => typed.get(term));
      if (!terms.length && exclude.length && !isNarrowed(what)) {
        if (isLate()) return;
        clear();
        statusLine.textContent = say("请再写一个要找的词，或选定报纸、地区、主题、日期：“-”后面的词只用来排除。");
        return;
      }
      const lost = index.nothingLost();
      const { articles, facts } = await index.find(terms, { ...what, sort: what.sort || (terms.length ? "" : "newest"), exclude }, lost);
      const last = Math.max(1, Math.ceil(articles.length / A_PAGE));
      const here = Math.min(last, Math.max(1, Number.parseInt(what.page, 10) || 1));
      const [results, counts] = await Promise.all([
        show(articles, (here - 1) * A_PAGE, terms, facts, lost), index.facets(articles, facts), datesOf(lost),
      ]);
      if (isLate()) return;
      clearTimeout(slow);
      list.start = (here - 1) * A_PAGE + 1;
      list.replaceChildren(...results.map((found) => item(found, terms, words)));
      tell(what, query, articles.length, lost);
      turnPages(what, articles.length, here);
      showFacets(what, counts);
      await suggest(what);
      if (isLate()) return;
      tips.hidden = true;
      if (!articles.length) advise(what, query);
      const wantsRelated = terms.length > 0 && (what.mode === "related" || (!articles.length && !typing));
      related.hidden = !wantsRelated;
      if (wantsRelated) await showRelated(what, query, new Set(articles), isLate);
      else if (terms.length) {
        element("search-related-link").hidden = false;
        element("search-related-link").querySelector("a").href = addressOf(what, { mode: "related" });
      }
    } catch (error) {
      if (isLate()) return;
      console.error(error);
      clear();
      elsewhere.hidden = false;
      const said = error instanceof index.Unread ? error.message : say("索引没能读出来。请检查网络后再试。");
      statusLine.textContent = say("检索没有成功：{reason}也可以按下面的目录浏览。", { reason: said });
    } finally {
      clearTimeout(slow);
    }
  }

  /** Go to an address of this page: as a new one, or in place of the one that typing in the same field led to. */
  function goTo(address, typing = "") {
    if (address === `${location.pathname}${location.search}`) {
      if (!typing) history.replaceState(null, "", address);
    } else if (typing && history.state?.typing === typing) history.replaceState({ typing }, "", address);
    else history.pushState(typing ? { typing } : null, "", address);
    run(Boolean(typing));
  }

  function fromForm() {
    const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
    for (const name of ["from", "to"]) if (!DATE.test(values[name])) values[name] = "";
    return values;
  }

  let pause; // until what is typed is searched
  let goOn = null; // what is done then
  function stop() {
    clearTimeout(pause);
    goOn = null;
  }

  function type(field, changes = {}) {
    stop();
    goOn = () => {
      stop();
      goTo(addressOf(asked(), { ...fromForm(), ...changes }), field);
    };
    pause = setTimeout(goOn, field === "q" ? PAUSE : DATE_PAUSE);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stop();
    goTo(addressOf(asked(), { ...fromForm(), mode: "" }));
  });
  form.elements.q.addEventListener("input", (event) => event.isComposing || type("q", { mode: "" }));
  form.elements.q.addEventListener("compositionend", () => type("q", { mode: "" }));
  form.addEventListener("change", ({ target: { name, value } }) => {
    if (name === "sort") {
      stop();
      goTo(addressOf(asked(), fromForm()));
    } else if (name !== "q" && (!value || DATE.test(value))) type(name);
  });
  window.addEventListener("popstate", () => {
    stop();
    fill(asked());
    run();
  });

  // A link to another search of this page is followed without loading the page anew.
  document.querySelector("main").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.defaultPrevented) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const isOurs = link.pathname === location.pathname && !link.hash;
    const target = new URLSearchParams(link.search);
    const goThere = (address) => history[history.state?.typing ? "replaceState" : "pushState"](null, "", address);
    if (goOn) { // what was typed just before: its own step, and in the link what the link left as it was
      const before = asked();
      const typed = fromForm();
      for (const name of FIELDS) if ((target.get(name) ?? "") === before[name]) target.set(name, typed[name]);
      if (!isOurs) stop();
      goThere(addressOf(before, { ...typed, mode: "" }));
    }
    if (!isOurs) return;
    event.preventDefault();
    stop();
    history.pushState(null, "", addressOf({}, Object.fromEntries(target)));
    fill(asked());
    const byPager = pager.contains(link);
    const toRelated = element("search-related-link").contains(link);
    run();
    if (byPager) window.scrollTo({ top: 0 });
    if (toRelated) startRelated(); // else its heading can't be gone to
    (toRelated ? element("search-related-title") : statusLine).focus(); // not the box: it would open a phone's keyboard
  });

  // Up and down walk the results; Enter opens the one in focus, as it does any link.
  document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const links = [...document.querySelectorAll("#search-results h2 a, #search-related-results h2 a")];
    const at = links.indexOf(document.activeElement);
    if (at < 0 && document.activeElement !== form.elements.q) return;
    if (event.key === "Escape" && at < 0) return;
    event.preventDefault();
    const next = event.key === "Escape" ? -1 : at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? form.elements.q : links[Math.min(next, links.length - 1)])?.focus();
  });

  form.hidden = false;
  element("search-notice").hidden = true;
  wide.addEventListener("change", () => foldUp(asked()));
  fill(asked());
  index.meta().catch(() => {}); // so that the first search need not wait for it
  run();
})();

/* The search page (templates/search.html): what was asked, its results, what narrows them. It finds by index.js, and by
   related.js what is only related. What is asked stands in the address, so that it can be linked and gone back to. */
(() => {
  "use strict";

  if (!window.archiveText || !window.archiveIndex) return; // not loaded: the page goes on saying what works instead

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
  const FACETS = { newspaper: "报纸", city: "地区", topic: "主题", year: "年份" };
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

  const quoted = (words) => words.map((word) => `“${word}”`).join("、");
  const thousands = (number) => number.toLocaleString("zh-CN");

  function inChinese(date) {
    const [year, month, day] = date.split("-").map(Number);
    return `${year}年${month}月${day}日`;
  }

  function tell(what, { terms, exclude, typed }, total, lost) {
    const asTyped = (words) => quoted(words.map((word) => typed.get(word)));
    const lostSome = lostInWords(lost, total, typed);
    const left = exclude.filter((word) => !lost.kept.includes(word));
    let said = total ? `共找到 ${thousands(total)} 篇文章` : "";
    if (!total) {
      const words = terms.length > 1 ? `同时含有${asTyped(terms)}` : terms.length ? `含有${asTyped(terms)}` : "";
      const conditions = isNarrowed(what) || exclude.length ? "符合所选条件" : "";
      said = `${lostSome.length ? "能查到的部分里" : ""}没有一篇文章${[words, conditions].filter(Boolean).join("并")}`;
    } else if (left.length) said += `，都不含${asTyped(left)}`;
    statusLine.replaceChildren(`${said}。`, ...lostSome);
  }

  /** What could not be read, and what was searched all the same; each loss once. */
  function lostInWords(lost, total, typed) {
    const said = [];
    if (lost.pieces.size) {
      said.push(`索引里${quoted([...lost.pieces])}的部分没能读出来${total ? "，下面的文章含有其余的字，未必含有全部" : ""}。`);
    } else if (lost.unsure) said.push(`索引的一部分没能读出来${total ? "，下面的文章含有所查的字，但未必连在一起" : ""}。`);
    if (lost.kept.length) said.push(`索引的一部分没能读出来，${quoted(lost.kept.map((word) => typed.get(word)))}没能排除，下面的文章里可能有。`);
    if (lost.when.length) {
      const hasRest = !lost.isAll && !said.length;
      said.push(`索引的一部分没能读出来：${lost.when.join("、")}的文章没有查全${hasRest ? "；其余的都查过了" : ""}。`);
    }
    if (lost.texts) said.push(`有 ${lost.texts} 篇的文字没能读出来。`);
    return said.map((text) => make("span", { className: "search-lost", textContent: ` ${text}` }));
  }

  /** The lost spans of articles as spans of time. */
  async function datesOf(lost) {
    const { spans, facts, articles } = await index.meta();
    const joined = [];
    for (const [begin, end] of lost.spans.sort((a, b) => a[0] - b[0])) {
      const last = joined[joined.length - 1];
      if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
      else joined.push([begin, end]);
    }
    lost.isAll = joined.length === 1 && joined[0][0] === 0 && joined[0][1] >= articles;
    lost.when = [...new Set(joined.map(([begin, end]) => {
      const newest = spans[Math.floor(begin / facts)][0];
      const oldest = spans[Math.floor((end - 1) / facts)][1];
      if (!newest) return "日期不详";
      return oldest ? `${inChinese(oldest)}至${inChinese(newest)}` : `${inChinese(newest)}以前和日期不详`;
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

  /** `terms` are marked; `words` are the same as they were typed. */
  function item(found, terms, words = terms) {
    const where = make("p", { className: "search-where" }, make("span", { textContent: found.newspaper || "报纸不详" }));
    const when = found.date ? make("time", { dateTime: found.date, textContent: inChinese(found.date) }) : "日期不详";
    where.append(make("span", {}, when, ...(found.inferred ? [make("span", { className: "mark", textContent: "推断" })] : [])));
    if (found.page) where.append(make("span", { textContent: `第${found.page}版` }));
    const link = make("a", { href: linkTo(found, words) });
    if (found.unread) link.textContent = "这一篇的文字没能读出来，可以打开它的网页";
    else link.innerHTML = index.marked(found.headline, terms); // escaped there
    const mark = found.untitled ? [make("span", { className: "untitled-mark", textContent: "〔无题〕" })] : [];
    const heading = make("h2", {}, ...mark, link);
    const excerpt = make("p", { className: "search-excerpt" });
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
      ...(here > 1 ? [link(here - 1, "上一页", "prev")] : []),
      make("span", { textContent: `第 ${here} 页，共 ${thousands(last)} 页` }),
      ...(here < last ? [link(here + 1, "下一页", "next")] : []),
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
        group.append(make("details", {}, make("summary", { textContent: `其余 ${entries.length - SHOWN} 个` }), make("ul", {}, ...entries.slice(SHOWN))));
      }
      return group;
    }).filter(Boolean);
    sides.hidden = !groups.length;
    element("search-facet-groups").replaceChildren(...groups);
  }

  function entry(what, name, value, count, inUse) {
    const setting = inUse ? "" : value;
    const changes = name === "year" ? { from: setting && `${setting}-01-01`, to: setting && `${setting}-12-31` } : { [name]: setting };
    const label = name === "year" ? `${Number(value)}年` : value;
    const link = make("a", { href: addressOf(what, changes) }, make("span", { textContent: label }));
    if (inUse) {
      link.setAttribute("aria-current", "true");
      link.append(make("span", { className: "search-undo", textContent: "取消" }));
    } else link.append(make("span", { className: "search-count", textContent: thousands(count) }));
    return make("li", {}, link);
  }

  /** What narrows the result now, beside the count, each with a way back: on a phone the facets are folded up. */
  function showActive(what) {
    const chips = Object.entries(FACETS).filter(([name]) => name !== "year" && what[name]).map(([name]) => [what[name], { [name]: "" }]);
    const year = yearOf(what);
    if (year) chips.push([`${Number(year)}年`, { from: "", to: "" }]);
    else {
      if (what.from) chips.push([`${inChinese(what.from)}起`, { from: "" }]);
      if (what.to) chips.push([`${inChinese(what.to)}止`, { to: "" }]);
    }
    active.hidden = !chips.length;
    active.replaceChildren(...chips.map(([text, changes]) => make("li", {}, make("a", { href: addressOf(what, changes) },
      make("span", { className: "visually-hidden", textContent: "取消：" }), text, make("span", { ariaHidden: "true", textContent: " ×" })))));
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
      make("li", {}, make("a", { href }, make("span", { className: "search-kind", textContent: kind }), name))));
  }

  /** What to try where nothing was found. */
  function advise(what, { terms, typed }) {
    const link = (changes, text) => make("a", { href: addressOf(what, changes), textContent: text });
    const advice = [];
    if (isNarrowed(what)) advice.push([link({ newspaper: "", city: "", topic: "", from: "", to: "" }, "去掉所选的条件"), "，在全部文章里找。"]);
    if (terms.length > 1) advice.push(["少用几个词：", ...terms.flatMap((term, i) => [i ? "、" : "", link({ q: written(typed.get(term)) }, `只找“${typed.get(term)}”`)]), "。"]);
    else if ([...(terms[0] ?? "")].length > 3) advice.push(["少打几个字：检索找的是一字不差的文字，印刷或识别的错字会让长句落空。"]);
    else if (terms.length) advice.push(["换一个说法，或看看旧时的写法、别的译名。"]);
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
    const say = (...words) => element("search-related-status").replaceChildren(...words);
    const found = element("search-related-results");
    found.replaceChildren();
    say("正在找相关的文章…");
    return { say, found };
  }

  async function showRelated(what, { terms, exclude, typed }, literal, isLate) {
    const { say, found } = startRelated();
    try {
      await loadRelated();
      const lost = index.nothingLost();
      const answer = await window.archiveRelated(terms.join(" "), { ...what, exclude, found: literal }, lost);
      const others = answer.articles.slice(0, 2 * A_PAGE);
      const results = await Promise.all(others.map((article) => index.result(article, answer.words, answer.facts, lost)));
      if (isLate()) return;
      found.replaceChildren(...results.map((result) => item(result, answer.words)));
      const disk = location.protocol === "file:" ? "从磁盘打开时不能按词义相关检索，这里按所含的词语多少排列。" : "";
      const said = results.length ? `这些文章未必含有原句，但含有${quoted(answer.words)}中的词语。` : literal.size ? "没有别的相关文章。" : "也没有相关的文章。";
      const skipped = answer.unsearched.map((shard) => shard.what).slice(0, 3).join("、");
      await datesOf(lost);
      const told = lostInWords(lost, results.length, typed).filter(({ textContent }) => !statusLine.textContent.includes(textContent));
      say(`${disk}${said}${skipped && `相关索引有一部分没能读出来：${skipped}没有查到。`}`, ...told);
    } catch (error) {
      console.error(error);
      if (!isLate()) say("相关的文章没能找：索引没能读出来。请检查网络后再试。");
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
      statusLine.textContent = `起始日期（${inChinese(what.from)}）在截止日期（${inChinese(what.to)}）之后，两个日期写反了。`;
      tips.hidden = false;
      tips.replaceChildren(make("li", {}, make("a", { href: addressOf(what, { from: what.to, to: what.from }), textContent: "对调两个日期" })));
      return;
    }
    const slow = setTimeout(() => isLate() || (statusLine.textContent = "正在检索…"), 250);
    try {
      await index.meta(); // and with it what folding needs
      const query = parse(what.q);
      const { terms, exclude, typed } = query;
      const words = terms.map((term) => typed.get(term));
      if (!terms.length && exclude.length && !isNarrowed(what)) {
        if (isLate()) return;
        clear();
        statusLine.textContent = "请再写一个要找的词，或选定报纸、地区、主题、日期：“-”后面的词只用来排除。";
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
      const said = error instanceof index.Unread ? error.message : "索引没能读出来。请检查网络后再试。";
      statusLine.textContent = `检索没有成功：${said}也可以按下面的目录浏览。`;
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

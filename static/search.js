/* The search page (templates/search.html): what was asked, its results, what narrows them. It finds by index.js, and by
   related.js what is only related. What is asked stands in the address, so that it can be linked and gone back to. */
(() => {
  "use strict";

  const { fold, parse } = window.archiveText;
  const index = window.archiveIndex;
  const HERE = document.currentScript.src;
  const A_PAGE = 10;
  const PAUSE = 200; // milliseconds without a key pressed, after which the search begins
  const SHOWN = 8; // values of a facet, before 更多
  const SUGGESTIONS = 6;

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
    for (const name of ["from", "to"]) if (!/^\d{4}-\d{2}-\d{2}$/.test(found[name])) found[name] = "";
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
    for (const name of FIELDS) if (form.elements[name] !== document.activeElement || name !== "q") form.elements[name].value = what[name];
  }

  // ------------------------------------------------------------ saying

  const quoted = (words) => words.map((word) => `“${word}”`).join("、");
  const thousands = (number) => number.toLocaleString("zh-CN");

  function inChinese(date) {
    const [year, month, day] = date.split("-").map(Number);
    return `${year}年${month}月${day}日`;
  }

  function tell(what, terms, exclude, total, lost) {
    let said = total ? `共找到 ${thousands(total)} 篇文章` : "";
    if (!total) {
      const words = terms.length > 1 ? `同时含有${quoted(terms)}` : terms.length ? `含有${quoted(terms)}` : "";
      const conditions = isNarrowed(what) || exclude.length ? "符合所选条件" : "";
      said = `没有一篇文章${[words, conditions].filter(Boolean).join("并")}`;
    } else if (exclude.length) said += `，都不含${quoted(exclude)}`;
    statusLine.replaceChildren(`${said}。`, ...lostInWords(lost));
  }

  /** What could not be read, and what was searched all the same. */
  function lostInWords(lost) {
    const said = [];
    if (lost.pieces.size) said.push(`索引里${quoted([...lost.pieces])}的部分没能读出来，下面的文章含有其余的字，未必含有全部。`);
    else if (lost.unsure) said.push("索引的一部分没能读出来，下面的文章含有所查的字，但未必连在一起。");
    if (lost.when.length) said.push(`索引的一部分没能读出来：${lost.when.join("、")}的文章没有查全；其余的都查过了。`);
    if (lost.texts) said.push(`有 ${lost.texts} 篇的文字没能读出来。`);
    return said.map((text) => make("span", { className: "search-lost", textContent: ` ${text}` }));
  }

  /** The lost spans of articles as spans of time. */
  async function datesOf(lost) {
    const { spans, facts } = await index.meta();
    lost.when = [...new Set(lost.spans.map(([begin, end]) => {
      const newest = spans[Math.floor(begin / facts)][0];
      const oldest = spans[Math.floor((end - 1) / facts)][1];
      if (!newest) return "日期不详";
      return oldest ? `${inChinese(oldest)}至${inChinese(newest)}` : `${inChinese(newest)}以前和日期不详`;
    }))];
    return lost;
  }

  // ------------------------------------------------------------ showing

  /** Where a result leads: the article, which marks the words; the browser itself shows the first, if it can. */
  function linkTo(found, terms) {
    const [first] = /<mark>(.*?)<\/mark>/.exec(found.excerpt)?.slice(1) ?? [];
    const plain = first && make("textarea", { innerHTML: first }).value;
    const directive = plain ? `:~:text=${encodeURIComponent(plain).replace(/-/g, "%2D")}` : "";
    const words = new URLSearchParams(terms.map((term) => ["find", term]));
    return `${encodeURI(found.url)}${terms.length ? `#${words}${directive}` : ""}`;
  }

  function item(found, terms) {
    const where = make("p", { className: "search-where" }, make("span", { textContent: found.newspaper || "报纸不详" }));
    const when = found.date ? make("time", { dateTime: found.date, textContent: inChinese(found.date) }) : "日期不详";
    where.append(make("span", {}, when, ...(found.inferred ? [make("span", { className: "mark", textContent: "推断" })] : [])));
    if (found.page) where.append(make("span", { textContent: `第${found.page}版` }));
    const link = make("a", { href: linkTo(found, terms) });
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

  /** Newspapers, cities and topics that are called so, and headlines in which it stands. */
  async function suggest(what, terms, results) {
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
    const headlines = results.filter(({ headline, untitled }) => headline && !untitled && terms.length && terms.every((term) => fold(headline).includes(term)));
    for (const result of headlines.slice(0, 2)) {
      found.push(["标题", result.headline, linkTo(result, terms)]);
    }
    suggestions.hidden = !found.length;
    suggestions.replaceChildren(...found.slice(0, SUGGESTIONS).map(([kind, name, href]) =>
      make("li", {}, make("a", { href }, make("span", { className: "search-kind", textContent: kind }), name))));
  }

  /** What to try where nothing was found. */
  function advise(what, terms) {
    const link = (changes, text) => make("a", { href: addressOf(what, changes), textContent: text });
    const advice = [];
    if (isNarrowed(what)) advice.push([link({ newspaper: "", city: "", topic: "", from: "", to: "" }, "去掉所选的条件"), "，在全部文章里找。"]);
    if (terms.length > 1) advice.push(["少用几个词：", ...terms.flatMap((term, i) => [i ? "、" : "", link({ q: term }, `只找“${term}”`)]), "。"]);
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

  async function showRelated(what, terms, literal, isLate) {
    related.hidden = false;
    const say = (...words) => element("search-related-status").replaceChildren(...words);
    const found = element("search-related-results");
    found.replaceChildren();
    say("正在找相关的文章…");
    try {
      await loadRelated();
      const lost = index.nothingLost();
      const answer = await window.archiveRelated(terms.join(" "), what, lost);
      const others = answer.articles.filter((article) => !literal.has(article)).slice(0, 2 * A_PAGE);
      const results = await Promise.all(others.map((article) => index.result(article, answer.words, answer.facts, lost)));
      if (isLate()) return;
      found.replaceChildren(...results.map((result) => item(result, answer.words)));
      const disk = location.protocol === "file:" ? "从磁盘打开时不能按词义相关检索，这里按所含的词语多少排列。" : "";
      const said = results.length ? `这些文章未必含有原句，但含有${quoted(answer.words)}中的词语。` : "也没有相关的文章。";
      const skipped = answer.unsearched.map((shard) => shard.what).slice(0, 3).join("、");
      say(`${disk}${said}${skipped && `相关索引有一部分没能读出来：${skipped}没有查到。`}`, ...lostInWords(await datesOf(lost)));
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

  async function run() {
    const number = ++latest;
    const isLate = () => number !== latest;
    const what = asked();
    document.title = what.q ? `${what.q} - ${plainTitle}` : plainTitle;
    elsewhere.hidden = !isNothing(what);
    element("search-related-link").hidden = true;
    if (isNothing(what)) {
      clear();
      statusLine.textContent = "";
      return;
    }
    const slow = setTimeout(() => isLate() || (statusLine.textContent = "正在检索…"), 250);
    try {
      await index.meta(); // and with it what folding needs
      const { terms, exclude } = parse(what.q);
      if (!terms.length && exclude.length) {
        clear();
        statusLine.textContent = "请再写一个要找的词：“-”后面的词只用来排除。";
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
      list.replaceChildren(...results.map((found) => item(found, terms)));
      tell(what, terms, exclude, articles.length, lost);
      turnPages(what, articles.length, here);
      showFacets(what, counts);
      await suggest(what, terms, results);
      if (isLate()) return;
      tips.hidden = true;
      related.hidden = true;
      if (!articles.length) advise(what, terms);
      const wantsRelated = terms.length && (what.mode === "related" || !articles.length);
      if (wantsRelated) await showRelated(what, terms, new Set(articles), isLate);
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

  /** Go to an address of this page: as a new one, or in place of the one that the same typing led to. */
  function goTo(address, typing = false) {
    if (address === `${location.pathname}${location.search}`) {
      if (!typing) history.replaceState(null, "", address);
    } else if (typing && history.state?.typing) history.replaceState({ typing }, "", address);
    else history.pushState(typing ? { typing } : null, "", address);
    run();
  }

  const fromForm = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));

  let pause;
  function type() {
    clearTimeout(pause);
    pause = setTimeout(() => goTo(addressOf(asked(), { ...fromForm(), mode: "" }), true), PAUSE);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    goTo(addressOf(asked(), { ...fromForm(), mode: "" }));
  });
  form.elements.q.addEventListener("input", (event) => event.isComposing || type());
  form.elements.q.addEventListener("compositionend", type);
  form.addEventListener("change", (event) => event.target.name === "q" || goTo(addressOf(asked(), fromForm())));
  window.addEventListener("popstate", () => {
    clearTimeout(pause);
    for (const name of FIELDS) form.elements[name].value = asked()[name];
    run();
  });

  // A link to another search of this page is followed without loading the page anew.
  document.querySelector("main").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || link.pathname !== location.pathname || event.defaultPrevented) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", `${link.pathname}${link.search}`);
    fill(asked());
    form.elements.q.value = asked().q;
    run();
    const byPager = pager.contains(link);
    if (byPager) window.scrollTo({ top: 0 });
    (byPager ? statusLine : form.elements.q).focus({ preventScroll: !byPager });
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
  // On a wide page nothing is folded up (and search.css shows no way to); on a narrow one, what isn't in use is.
  for (const [folded, width, isUsed] of [
    [sides, "60rem", () => false],
    [element("search-options"), "40rem", () => ["from", "to", "sort"].some((name) => asked()[name])],
  ]) {
    const wide = window.matchMedia(`(min-width: ${width})`);
    const set = () => { folded.open = wide.matches || isUsed(); };
    wide.addEventListener("change", set);
    set();
  }
  fill(asked());
  form.elements.q.value = asked().q;
  index.meta().catch(() => {}); // so that the first search need not wait for it
  run();
})();

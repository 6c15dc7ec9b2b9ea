/* The search page (templates/search.html). The index and how it spells a text: site_builder/search.py.

   A classic script, because module scripts don't run from disk; addresses are relative to this file, so the site may
   lie under any path. Nothing is loaded before the first search. */
(() => {
  "use strict";

  const INDEX = new URL("../pagefind/", document.currentScript.src);
  const LANGUAGE = "unknown"; // the index's; see startPagefind
  const SPACE = "⸱"; // a printed space
  const BLOCK = "⸏"; // between two blocks
  const REST = "⸖"; // before what is only there to be found
  const AT_ONCE = 10; // results shown at a time
  const EXCERPT = 110; // characters of an excerpt, of which
  const BEFORE = 30; // stand before the first hit

  const element = (id) => document.getElementById(id);
  const form = element("search-form");
  const fields = element("search-fields");
  const statusLine = element("search-status");
  const list = element("search-results");
  const more = element("search-more");
  const plainTitle = document.title;

  // ------------------------------------------------------------ text

  /** Half-width and small letters, one character for one: as the index was folded. */
  const fold = (text) =>
    text.replace(/[\s\S]/g, (char) => {
      const code = char.charCodeAt(0);
      if (code >= 0xff01 && code <= 0xff5e) char = String.fromCharCode(code - 0xfee0);
      else if (code === 0x3000 || code === 0xa0) return " ";
      const small = char.toLowerCase();
      return small.length === 1 ? small : char;
    });

  const inLatin = (text, at) => /[a-z0-9]/.test(text[at - 1] ?? "") && /[a-z0-9]/.test(text[at] ?? "");

  /** Cut a term into words of the index: always the longest that fits, which never parts a number or a Latin word.
      Where none fits, a single character, or the whole number or Latin word, stands alone. Punctuation is not indexed. */
  function cut(term, vocabulary) {
    const words = [];
    for (let at = 0; at < term.length; ) {
      let end = Math.min(term.length, at + vocabulary.longest);
      while (end > at && (inLatin(term, end) || !vocabulary.words.has(term.slice(at, end)))) end--;
      if (end === at) {
        const rest = term.slice(at);
        end = at + (/^(?:[a-z0-9]+|[\s\S])/u.exec(rest)?.[0].length ?? 1);
      }
      const word = term.slice(at, end);
      if (/[\p{L}\p{N}]/u.test(word)) words.push(word);
      at = end;
    }
    return words;
  }

  /** The blocks of a record's text as they were printed: the inverse of `spaced` in search.py. */
  function printed(content) {
    const blocks = [""];
    for (const word of content.split(/\s+/)) {
      if (word === REST) break;
      if (word === BLOCK) blocks.push("");
      else if (word === SPACE) blocks[blocks.length - 1] += " ";
      else blocks[blocks.length - 1] += word;
    }
    return blocks.filter(Boolean);
  }

  /** Where the needles stand in a text: [start, end, needle], in order. */
  function hits(text, needles) {
    const folded = fold(text);
    const found = [];
    for (const needle of needles) {
      for (let at = folded.indexOf(needle); at >= 0; at = folded.indexOf(needle, at + needle.length)) {
        found.push([at, at + needle.length, needle]);
      }
    }
    return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  }

  /** The text with its hits in <mark>. */
  function marked(text, needles) {
    const out = document.createDocumentFragment();
    let at = 0;
    for (const [start, end] of hits(text, needles)) {
      if (end <= at) continue;
      if (start < at) { // it overlaps the mark before: lengthen that
        out.lastChild.append(text.slice(at, end));
      } else {
        out.append(text.slice(at, start));
        out.append(Object.assign(document.createElement("mark"), { textContent: text.slice(start, end) }));
      }
      at = end;
    }
    out.append(text.slice(at));
    return out;
  }

  /** The stretch of one block that holds most different needles, of the longest such block, as a paragraph tells more
      than a line of the heading; the beginning of the text if there are none. */
  function excerpt(blocks, needles) {
    let best = { score: 0, block: blocks[0] ?? "", at: 0 };
    for (const block of blocks) {
      const found = hits(block, needles);
      found.forEach(([start], i) => {
        const near = new Set();
        for (let j = i; j < found.length && found[j][1] <= start + EXCERPT - BEFORE; j++) near.add(found[j][2]);
        const score = near.size + Math.min(block.length, EXCERPT) / (EXCERPT + 1);
        if (score > best.score) best = { score, block, at: start };
      });
    }
    const start = best.at > BEFORE ? best.at - BEFORE : 0;
    const end = start + EXCERPT;
    const text = best.block.slice(start, end).trim();
    return `${start > 0 ? "…" : ""}${text}${end < best.block.length ? "…" : ""}`;
  }

  // ------------------------------------------------------------ the index

  /** Call a loader once, and again only if it failed. */
  const once = (load) => {
    let promise;
    return () => (promise ??= load().catch((error) => { promise = undefined; throw error; }));
  };

  const loadVocabulary = once(async () => {
    const answer = await fetch(new URL("words.txt", INDEX));
    if (!answer.ok) throw new Error(`words.txt: ${answer.status}`);
    const text = await answer.text();
    const words = new Set(text.split("\n"));
    words.delete("");
    let longest = 1;
    for (const word of words) longest = Math.max(longest, word.length);
    return { words, longest, begins: (start) => text.startsWith(start) || text.includes(`\n${start}`) };
  });

  /** Pagefind takes the language from <html>, and for zh would cut our words again by the browser's own dictionary. It
      reads it while init() is called, before anything is awaited, so the page is `zh-CN` again before it is drawn. */
  const startPagefind = once(async () => {
    const pagefind = await import(new URL("pagefind.js", INDEX));
    const page = document.documentElement;
    const language = page.lang;
    page.lang = LANGUAGE;
    try {
      pagefind.init();
    } finally {
      page.lang = language;
    }
    return pagefind;
  });

  /** The articles for what was asked: {results, needles}, and `missing` if words of it are not in the index.
      Every word must occur: Pagefind itself would answer a word it doesn't know with others that look like it. */
  async function find(asked) {
    const vocabulary = await loadVocabulary();
    const terms = fold(asked.q).split(/[\s"“”]+/).filter(Boolean);
    const needles = terms.map((term) => ({ term, words: cut(term, vocabulary) })).filter(({ words }) => words.length);
    const words = [...new Set(needles.flatMap((needle) => needle.words))];
    const missing = words.filter((word) => !vocabulary.words.has(word) && !vocabulary.begins(word));
    const answer = { results: [], needles, words, missing };
    if (missing.length || !vocabulary.words.size) return answer;
    if (!words.length && asked.q.trim()) return answer;

    const pagefind = await startPagefind();
    const filters = {};
    for (const name of ["newspaper", "city", "topic"]) if (asked[name]) filters[name] = asked[name];
    if (asked.from || asked.to) {
      const held = Object.keys((await pagefind.filters()).date ?? {});
      const dates = held.filter((date) => (!asked.from || date >= asked.from) && (!asked.to || date <= asked.to));
      if (!dates.length) return answer;
      filters.date = { any: dates };
    }
    const sort = asked.sort ? { date: asked.sort === "oldest" ? "asc" : "desc" } : words.length ? {} : { date: "desc" };
    answer.results = (await pagefind.search(words.length ? words.join(" ") : null, { filters, sort })).results;
    if (!asked.sort) answer.results = await unbrokenFirst(answer.results, needles, pagefind, filters);
    return answer;
  }

  /** Results in which more of the terms stand unbroken, before those that hold their words here and there.
      Only an order: jieba may have cut the text in another way there, and the phrase is not seen. */
  async function unbrokenFirst(results, needles, pagefind, filters) {
    const whole = new Map();
    for (const { words } of needles.filter((needle) => needle.words.length > 1)) {
      const phrase = await pagefind.search(`"${words.join(" ")}"`, { filters });
      for (const { id } of phrase.results) whole.set(id, (whole.get(id) ?? 0) + 1);
    }
    return [...results].sort((a, b) => (whole.get(b.id) ?? 0) - (whole.get(a.id) ?? 0));
  }

  // ------------------------------------------------------------ the page

  const NAMES = ["q", "newspaper", "city", "topic", "from", "to", "sort"];
  const fieldsAsked = () =>
    Object.fromEntries(NAMES.map((name) => [name, form.elements[name]?.value.trim() ?? ""]));
  const addressOf = (asked) => {
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value)).toString();
    return `${location.pathname}${query && `?${query}`}`;
  };
  const isNothing = (asked) => NAMES.every((name) => name === "sort" || !asked[name]);
  const quoted = (words) => words.map((word) => `“${word}”`).join("、");

  function restore() {
    const query = new URLSearchParams(location.search);
    for (const name of NAMES) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = query.get(name) ?? "";
      if (field.value !== (query.get(name) ?? "")) field.value = ""; // an option that isn't there any more
    }
  }

  function article(data, needles) {
    const all = printed(data.content);
    const title = printed(data.meta.title ?? "").join("");
    const whole = fold(all.join("\n"));
    // A term that stands there as it was typed is marked as a whole, else its words are.
    const wanted = needles.flatMap(({ term, words }) => (whole.includes(term) ? [term] : words));
    const body = all.filter((block) => !title.includes(block));
    const blocks = body.length ? body : all;
    const [date = ""] = data.filters.date ?? [];
    const [page = ""] = data.filters.page ?? [];
    const [newspaper = ""] = data.filters.newspaper ?? [];

    const item = document.createElement("li");
    const heading = document.createElement("h2");
    const link = Object.assign(document.createElement("a"), { href: data.raw_url });
    link.append(marked(title, wanted));
    heading.append(link);
    const where = Object.assign(document.createElement("p"), { className: "search-where" });
    where.append(newspaper || "报纸不详", " · ");
    if (date) {
      const [year, month, day] = date.split("-").map(Number);
      where.append(Object.assign(document.createElement("time"), {
        dateTime: date, textContent: `${year}年${month}月${day}日`,
      }));
      if (data.filters.certainty?.[0] === "inferred") {
        where.append(Object.assign(document.createElement("span"), { className: "mark", textContent: "推断" }));
      }
    } else where.append("日期不详");
    if (page) where.append(` · 第${page}版`);
    const text = Object.assign(document.createElement("p"), { className: "search-excerpt" });
    text.append(marked(excerpt(blocks, wanted), wanted));
    item.append(heading, where, text);
    return item;
  }

  let latest = 0; // number of the newest search: the answer to an older one is dropped

  async function show(answer, number) {
    const start = list.childElementCount;
    const next = answer.results.slice(start, start + AT_ONCE);
    const loaded = await Promise.all(next.map((result) => result.data()));
    if (number !== latest) return;
    list.append(...loaded.map((data) => article(data, answer.needles)));
    const left = answer.results.length - list.childElementCount;
    more.hidden = left <= 0;
    more.textContent = `再看 ${Math.min(left, AT_ONCE)} 篇（还有 ${left} 篇）`;
    more.onclick = () => {
      show(answer, number).then(() => list.children[start + AT_ONCE]?.querySelector("a").focus(), () => failed(number));
    };
  }

  function tell(answer, asked) {
    const filtered = NAMES.some((name) => name !== "q" && name !== "sort" && asked[name]);
    statusLine.textContent = "";
    if (answer.missing.length) {
      statusLine.append(`没有结果：索引里没有词语${quoted(answer.missing)}。`);
      const others = answer.words.filter((word) => !answer.missing.includes(word));
      if (others.length) {
        const link = Object.assign(document.createElement("a"), { textContent: `只查${quoted(others)}` });
        link.href = addressOf({ ...asked, q: others.join(" ") });
        statusLine.append(link);
      }
    } else if (answer.results.length) {
      statusLine.append(`共找到 ${answer.results.length} 篇文章`);
      if (answer.words.length > 1) statusLine.append(`，每篇都含有${quoted(answer.words)}`);
      statusLine.append("。");
    } else if (asked.q && !answer.words.length) {
      statusLine.append("没有结果：标点不能检索，请输入文字或数字。");
    } else if (answer.words.length > 1) {
      statusLine.append(`没有一篇文章同时含有${quoted(answer.words)}${filtered ? "并符合所选条件" : ""}。`);
    } else {
      statusLine.append(filtered ? "没有符合所选条件的文章，可以放宽条件再试。" : "没有找到文章。");
    }
  }

  function failed(number) {
    if (number !== latest) return;
    statusLine.textContent = "检索没有成功：索引没能读出来。请检查网络后再试，或按下面的目录浏览。";
  }

  async function run() {
    const number = ++latest;
    const asked = fieldsAsked();
    list.replaceChildren();
    more.hidden = true;
    document.title = asked.q ? `${asked.q} - ${plainTitle}` : plainTitle;
    if (isNothing(asked)) {
      statusLine.textContent = "";
      return;
    }
    statusLine.textContent = "正在检索…";
    try {
      const answer = await find(asked);
      if (number !== latest) return;
      await show(answer, number);
      if (number !== latest) return;
      tell(answer, asked);
    } catch (error) {
      console.error(error);
      failed(number);
    }
  }

  function submit() {
    const address = addressOf(fieldsAsked());
    if (address !== `${location.pathname}${location.search}`) history.pushState(null, "", address);
    run();
  }

  restore();
  if (location.protocol === "file:") {
    fields.disabled = true;
    statusLine.textContent = "从磁盘打开网站时，浏览器不允许检索运行；请按下面的目录浏览，或到网上的网站检索。";
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "q") submit();
  });
  window.addEventListener("popstate", () => {
    restore();
    run();
  });
  run();
})();

/* The search page (templates/search.html). The index: site_builder/search.py, pagefind.py.

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

  const UNDATED = "0000-00-00";
  const dateOf = (result) => result.id.slice(0, UNDATED.length); // see put_in_order in pagefind.py

  /* What of the index was asked for in vain: the address, by the shard's path ("" for what all shards share). Where a
     file of a shard is missing, Pagefind only finds less and doesn't say so; hence it fetches through our hands. */
  const unread = new Map();
  let sharedIsUnread = () => {};
  const plainFetch = window.fetch.bind(window);

  async function read(address, options) {
    const answer = await plainFetch(address, options);
    const isPage = answer.headers.get("content-type")?.startsWith("text/html"); // some hosts' way to say 404
    if (!answer.ok || isPage) throw new Error(`${address}: ${answer.status}`);
    return answer;
  }

  window.fetch = async (address, options) => {
    const { href } = new URL(address.url ?? address, location.href);
    if (!href.startsWith(INDEX.href)) return plainFetch(address, options);
    try {
      return await read(address, options);
    } catch (error) {
      const path = href.slice(INDEX.href.length);
      const shard = path.includes("/") ? path.split("/")[0] : "";
      if (shard) unread.set(shard, href);
      else sharedIsUnread(error);
      throw error;
    }
  };

  const loadShards = once(async () => (await read(new URL("shards.json", INDEX))).json());

  const loadVocabulary = once(async () => {
    const text = await (await read(new URL("words.txt", INDEX))).text();
    const words = new Map(); // with the numbers of the shards: see vocabulary_lines in search.py
    let longest = 1;
    for (const line of text.split("\n")) {
      const [word, numbers = "-"] = line.split("\t");
      if (word) words.set(word, numbers);
      longest = Math.max(longest, word.length);
    }
    return { words, longest };
  });

  /** For each shard, whether it holds the word or one that begins with it: Pagefind finds either. */
  function holders(word, vocabulary, shards) {
    const held = shards.map(() => false);
    for (const [known, numbers] of vocabulary.words) {
      if (!known.startsWith(word)) continue;
      const listed = new Set(numbers.replace("-", "").split(" "));
      const holds = !numbers.startsWith("-");
      shards.forEach((_, number) => { held[number] ||= listed.has(String(number)) === holds; });
    }
    return held;
  }

  /** Pagefind with these shards, joined to the index of nothing that it starts from. One that can't be read is in
      `unread` then, and would spoil every search.
      Pagefind takes the language from <html>, and for zh would cut our words again by the browser's own dictionary. It
      reads it while it is called, before anything is awaited, so the page is `zh-CN` again before it is drawn. */
  async function startPagefind(shards) {
    const module = await import(new URL("pagefind.js", INDEX));
    const lost = new Promise((_, reject) => { sharedIsUnread = reject; });
    const page = document.documentElement;
    const language = page.lang;
    let pagefind;
    page.lang = LANGUAGE;
    try {
      pagefind = module.createInstance({ noWorker: true }); // a worker would fetch by itself
    } finally {
      page.lang = language;
    }
    const joined = shards.map(async ({ path, tag }) => {
      const address = new URL(`${path}/`, INDEX);
      try { // `ranking` changes nothing, but is refused by a shard whose contents were not read
        await pagefind.mergeIndex(address.pathname, { language: LANGUAGE, metaCacheTag: tag, ranking: {}, mergeFilter: { shard: path } });
      } catch {
        if (!unread.has(path)) unread.set(path, new URL("pagefind-entry.json", address).href);
      }
    });
    await Promise.race([Promise.all(joined), lost]);
    return { pagefind, shards };
  }

  let running; // the promise of what startPagefind returns

  /** What `ask` answers on all shards that can be read, and the others: {results, unsearched}. */
  async function searched(ask) {
    const all = await loadShards();
    for (;;) {
      const engine = (running ??= startPagefind(all.filter(({ path }) => !unread.has(path))));
      const isSpoilt = ({ path }) => unread.has(path);
      let results;
      let shards = [];
      try {
        const started = await engine;
        ({ shards } = started);
        if (all.length && !shards.length) throw new Error("no part of the index can be read");
        if (!shards.some(isSpoilt)) results = await ask(started.pagefind);
      } catch (error) {
        if (!shards.some(isSpoilt)) {
          if (running === engine) running = undefined;
          throw error;
        }
      }
      if (!shards.some(isSpoilt)) return { results, unsearched: all.filter((shard) => !shards.includes(shard)) };
      if (running === engine) running = undefined; // once more, without what was found to be unreadable
    }
  }

  /** See whether what could not be read can be read now. */
  async function tryAgain() {
    await Promise.all([...unread].map(async ([shard, address]) => {
      try {
        await (await read(address, { cache: "reload" })).arrayBuffer();
        unread.delete(shard);
        running = undefined;
      } catch { /* still not */ }
    }));
  }

  /** The articles for what was asked: {results, needles}, `missing` if words of it are not in the index, and the
      shards that were not searched. Every word must occur. */
  async function find(asked) {
    const [vocabulary, shards] = await Promise.all([loadVocabulary(), loadShards()]);
    const terms = fold(asked.q).split(/[\s"“”]+/).filter(Boolean);
    const needles = terms.map((term) => ({ term, words: cut(term, vocabulary) })).filter(({ words }) => words.length);
    const words = [...new Set(needles.flatMap((needle) => needle.words))];
    const held = words.map((word) => holders(word, vocabulary, shards));
    const missing = words.filter((_, i) => !held[i].includes(true));
    const answer = { results: [], unsearched: [], needles, words, missing };
    if (missing.length || !vocabulary.words.size) return answer;
    if (!words.length && asked.q.trim()) return answer;

    // A shard that lacks one of the words would answer for the others, or for words that look like it.
    const able = shards.filter((_, number) => held.every((has) => has[number])).map(({ path }) => path);
    if (!able.length) return answer;
    const filters = able.length < shards.length ? { shard: { any: able } } : {};
    for (const name of ["newspaper", "city", "topic"]) if (asked[name]) filters[name] = asked[name];
    await tryAgain();
    Object.assign(answer, await searched(async (pagefind) => {
      const { results } = await pagefind.search(words.length ? words.join(" ") : null, { filters });
      return asked.sort || !words.length ? results : unbrokenFirst(results, needles, pagefind, filters);
    }));
    if (asked.from || asked.to) {
      const first = asked.from || "0000-00-01"; // after UNDATED
      answer.results = answer.results.filter((result) => {
        const date = dateOf(result);
        return date >= first && (!asked.to || date <= asked.to);
      });
    }
    if (asked.sort || !words.length) sortByDate(answer.results, asked.sort === "oldest" ? 1 : -1);
    return answer;
  }

  /** The more relevant first on the same day. Pagefind's own sorting is lost where it joins the shards' results. */
  function sortByDate(results, direction) {
    results.sort((a, b) => {
      const [one, other] = [dateOf(a), dateOf(b)];
      return one === other ? 0 : one < other ? -direction : direction;
    });
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

  function inChinese(date) {
    const [year, month, day] = date.split("-").map(Number);
    return `${year}年${month}月${day}日`;
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
      where.append(Object.assign(document.createElement("time"), { dateTime: date, textContent: inChinese(date) }));
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

  /** What stands for an article that was found but can't be shown. */
  function lostArticle(result) {
    const date = dateOf(result);
    const when = date === UNDATED ? "日期不详" : inChinese(date);
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("p"), {
      className: "search-excerpt", textContent: `有一篇文章（${when}）的内容没能读出来，请稍后再检索一次。`,
    }));
    return item;
  }

  let latest = 0; // number of the newest search: the answer to an older one is dropped

  async function show(answer, number) {
    const start = list.childElementCount;
    const next = answer.results.slice(start, start + AT_ONCE);
    const loaded = await Promise.allSettled(next.map((result) => result.data()));
    if (number !== latest) return;
    list.append(...loaded.map(({ value }, i) => (value ? article(value, answer.needles) : lostArticle(next[i]))));
    const left = answer.results.length - list.childElementCount;
    more.hidden = left <= 0;
    more.textContent = `再看 ${Math.min(left, AT_ONCE)} 篇（还有 ${left} 篇）`;
    more.onclick = () => {
      show(answer, number).then(() => list.children[start + AT_ONCE]?.querySelector("a")?.focus(), () => failed(number));
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
    if (answer.unsearched.length) {
      const count = answer.unsearched.reduce((sum, { articles }) => sum + articles, 0);
      const what = answer.unsearched.slice(0, 3).map((shard) => shard.what).join("、");
      const others = answer.unsearched.length > 3 ? "等" : "";
      statusLine.append(`索引有一部分没能读出来：${what}${others}，共 ${count} 篇，没有查到；其余的都查过了。`);
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

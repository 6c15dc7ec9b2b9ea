/* Articles that tell of the same: by the word index (site_builder/wordindex.py), which Pagefind reads. Loaded only when
   asked for. From disk Pagefind can't run; there the literal index counts which articles hold most of the words.
   Defines window.archiveRelated. */
(() => {
  "use strict";

  const { fold } = window.archiveText;
  const index = window.archiveIndex;
  const FROM_DISK = location.protocol === "file:";
  const INDEX = new URL("../pagefind/", document.currentScript.src);
  const LANGUAGE = "unknown"; // the index's; see startPagefind
  const UNKNOWN = 143; // how improbable a character is that no dictionary has
  const MOST_WORDS = 12; // that a query is looked up by
  const AT_MOST = 50; // articles, of which
  const LOOKED_AT = 30; // are put in order by their headlines too

  /** Call a loader once, and again only if it failed. */
  const once = (load) => {
    let promise;
    return () => (promise ??= load().catch((error) => { promise = undefined; throw error; }));
  };

  // ------------------------------------------------------------ words

  const loadVocabulary = once(async () => {
    const [lines, rarities] = await index.load("words");
    const numbers = window.archiveText.decode(rarities);
    const words = new Map(); // word -> {rarity, shards}: see vocabulary_script in wordindex.py
    let longest = 1;
    lines.split("\n").forEach((line, i) => {
      const [word, shards = "-"] = line.split("\t");
      if (!word) return;
      words.set(word, { rarity: numbers[i], shards });
      longest = Math.max(longest, word.length);
    });
    return { words, longest };
  });

  /** Cut a text into words as jieba does: the most probable way through the dictionary's words; then, where only single
      characters are left side by side, the words that jieba found in such places of the archive. */
  function cut(text, { words, longest }) {
    const found = [];
    for (const [run] of fold(text).matchAll(/[a-z0-9]+(?:\.[0-9]+)?%?|[\p{L}\p{N}]+?(?=[a-z0-9]|[^\p{L}\p{N}]|$)/gu)) {
      if (/^[a-z0-9]/.test(run)) {
        found.push(run);
        continue;
      }
      const best = new Float64Array(run.length + 1);
      const next = new Int32Array(run.length);
      for (let at = run.length - 1; at >= 0; at--) {
        best[at] = -Infinity;
        for (let end = at + 1; end <= Math.min(run.length, at + longest); end++) {
          const rarity = words.get(run.slice(at, end))?.rarity || (end === at + 1 ? UNKNOWN : 0);
          if (rarity && best[end] - rarity >= best[at]) {
            best[at] = best[end] - rarity;
            next[at] = end;
          }
        }
      }
      let single = "";
      for (let at = 0; at < run.length; at = next[at]) {
        if (next[at] === at + 1) single += run[at];
        else {
          found.push(...habitual(single, words, longest), run.slice(at, next[at]));
          single = "";
        }
      }
      found.push(...habitual(single, words, longest));
    }
    return found;
  }

  function habitual(text, words, longest) {
    const found = [];
    for (let at = 0; at < text.length;) {
      let end = Math.min(text.length, at + longest);
      while (end > at + 1 && words.get(text.slice(at, end))?.rarity !== 0) end--;
      found.push(text.slice(at, end));
      at = end;
    }
    return found;
  }

  /** The words to look up, rarest first, with their weights: those of the query, and at half weight words inside them. */
  function wanted(text, vocabulary) {
    const found = new Map();
    for (const word of cut(text, vocabulary)) {
      if (vocabulary.words.has(word)) found.set(word, 1);
      for (let at = 0; word.length > 2 && at < word.length - 1; at++) {
        const inner = word.slice(at, at + 2);
        if (vocabulary.words.has(inner) && !found.has(inner)) found.set(inner, 0.5);
      }
    }
    const rarity = (word) => vocabulary.words.get(word).rarity || UNKNOWN;
    const telling = [...found].filter(([word]) => [...word].length > 1 || [...text].length < 3); // not 的, 上
    return telling.sort(([a, x], [b, y]) => y - x || rarity(b) - rarity(a)).slice(0, MOST_WORDS);
  }

  // ------------------------------------------------------------ Pagefind

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

  /** For each shard, whether it holds the word or one that begins with it: Pagefind finds either. */
  function holders(word, vocabulary, shards) {
    const held = shards.map(() => false);
    for (const [known, { shards: numbers }] of vocabulary.words) {
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

  /** What `ask` answers on all shards that can be read, and the others: {answer, unsearched}. */
  async function searched(ask) {
    const all = await loadShards();
    for (;;) {
      const engine = (running ??= startPagefind(all.filter(({ path }) => !unread.has(path))));
      const isSpoilt = ({ path }) => unread.has(path);
      let answer;
      let shards = [];
      try {
        const started = await engine;
        ({ shards } = started);
        if (all.length && !shards.length) throw new Error("no part of the index can be read");
        if (!shards.some(isSpoilt)) answer = await ask(started.pagefind, all);
      } catch (error) {
        if (!shards.some(isSpoilt)) {
          if (running === engine) running = undefined;
          throw error;
        }
      }
      if (!shards.some(isSpoilt)) return { answer, unsearched: all.filter((shard) => !shards.includes(shard)) };
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

  /** Article -> how well it fits, by Pagefind: each word is asked for alone, so that an article need not have all. */
  async function byPagefind(words, vocabulary, options, known) {
    await tryAgain();
    const numberOf = (id) => { // an article is called by its shard and its number there
      const [shard, number] = id.split("/");
      return known.starts.shards[known.shardOf.get(shard)] + Number(number);
    };
    const { answer, unsearched } = await searched(async (pagefind, shards) => {
      const scores = new Map();
      for (const [word, weight] of words) {
        const able = holders(word, vocabulary, shards);
        const filters = able.includes(false) ? { shard: { any: shards.filter((_, i) => able[i]).map(({ path }) => path) } } : {};
        for (const name of ["newspaper", "city", "topic"]) if (options[name]) filters[name] = options[name];
        const { results } = await pagefind.search(word, { filters });
        const highest = results.reduce((most, { score }) => Math.max(most, score), 0);
        add(scores, results.map(({ id, score }) => [numberOf(id), score / highest]), weight, known.articles);
      }
      return scores;
    });
    return { scores: answer, unsearched };
  }

  /** The same by the literal index, from disk. */
  async function byCounting(words, articles, lost) {
    const scores = new Map();
    for (const [word, weight] of words) {
      const term = await index.termOf(word);
      const held = await index.holders(term, null, lost);
      const counts = held?.length ? await index.weigh(term, held, lost) : new Map();
      add(scores, [...counts].map(([article, count]) => [article, (count >> 1) + 3 * (count & 1)]).map(([article, hits]) => [article, hits / (hits + 1.2)]), weight, articles);
    }
    return scores;
  }

  /** The rarer the word, the more it tells; that an article has it at all tells more than how often. */
  function add(scores, found, weight, articles) {
    const rarity = Math.log(1 + articles / (found.length + 0.5));
    for (const [article, score] of found) scores.set(article, (scores.get(article) ?? 0) + weight * rarity * (1 + score));
  }

  /** The pairs of neighbours in a text, punctuation left out. */
  const pairsOf = (text) => {
    const chars = [...fold(text).replace(/[^\p{L}\p{N}]+/gu, "")];
    return new Set(chars.slice(1).map((char, i) => chars[i] + char));
  };

  /** How much of two texts' pairs they share, 0 to 1 (Dice). */
  function likeness(one, other) {
    let shared = 0;
    for (const pair of one) if (other.has(pair)) shared++;
    return one.size + other.size ? (2 * shared) / (one.size + other.size) : 0;
  }

  /** The first articles once more in order: a headline that is nearly the text tells most of all. */
  async function byHeadline(text, articles, scores, newest) {
    const pairs = pairsOf(text);
    const first = await Promise.all(articles.slice(0, LOOKED_AT).map(async (article) => {
      const title = await index.textOf(article).then((shown) => shown.title, () => "");
      return [article, scores.get(article) * (1 + 2 * likeness(pairs, pairsOf(title)))];
    }));
    first.sort(([a, one], [b, other]) => other - one || newest(a, b));
    return [...first.map(([article]) => article), ...articles.slice(LOOKED_AT)];
  }

  /** The articles that fit a text best: {articles, facts, words, unsearched}. Options are those of a search, and `found`: a
      set of articles that are not wanted again. */
  window.archiveRelated = async (text, options, lost) => {
    const vocabulary = await loadVocabulary();
    const words = wanted(text, vocabulary);
    const known = await index.meta();
    let unsearched = [];
    let scores = new Map();
    if (words.length && FROM_DISK) scores = await byCounting(words, known.articles, lost);
    else if (words.length) ({ scores, unsearched } = await byPagefind(words, vocabulary, options, known));
    const others = Int32Array.from([...scores.keys()].filter((article) => !options.found?.has(article))).sort();
    const facts = await index.columns(others, lost);
    const narrowed = await index.filtered(others, options, facts);
    const articles = Array.from(await index.without(narrowed, options.exclude ?? [], lost));
    const newest = index.newestFirst(facts);
    articles.sort((a, b) => scores.get(b) - scores.get(a) || newest(a, b));
    const ranked = await byHeadline(text, articles.slice(0, AT_MOST), scores, newest);
    return { articles: ranked, facts, words: words.map(([word]) => word), unsearched };
  };
  window.archiveRelated.cut = async (text) => cut(text, await loadVocabulary());
})();

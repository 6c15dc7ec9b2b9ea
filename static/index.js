/* The literal index, read: finds every string of every article, over http and from disk alike, and defines
   window.archiveSearch (see README, "Search"). The index: site_builder/literal.py, shelves.py, grams.py.

   Every part of it is a script that calls archiveShard, since a page opened from disk may load nothing else. */
(() => {
  "use strict";

  if (!window.archiveText) return; // it could not be loaded, and the page says what works instead

  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));
  const { decode, fold, hits, ranges } = window.archiveText;
  const ROOT = new URL("../search/", document.currentScript.src);
  const FEW = 10; // articles are looked through rather than more of the index loaded: their texts are shown anyway
  const EXCERPT = 100; // characters of an excerpt, of which
  const BEFORE = 30; // at most stand before the first hit
  const K1 = 1.2; // how soon another hit adds little, and
  const B = 0.6; // how far a long article's hits count less: Okapi BM25
  const IN_HEADING = 4; // hits that one in a heading is worth

  // ------------------------------------------------------------ shards

  /** A part of the index that can't be loaded. The message is for readers. */
  class Unread extends Error {}
  const UNREAD = say("索引的一部分没能读出来，这次没有查全。请检查网络后再试。");
  const CHANGED = say("网站刚刚更新过，请重新载入本页再检索。");

  const shards = new Map(); // name -> promise of its arguments
  const arrived = new Map();
  const VERSION = 8; // characters

  window.archiveShard = (name, version, ...parts) => arrived.set(name, { version, parts });

  function load(name) {
    if (!shards.has(name)) {
      const shard = name === "meta" ? fetched(name, "") : meta().then((known) => fetched(name, known.versionOf(name)));
      shard.catch(() => shards.delete(name)); // it is tried again when it is wanted again
      shards.set(name, shard);
    }
    return shards.get(name);
  }

  function fetched(name, version) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`${name}.js${version && location.protocol !== "file:" ? `?v=${version}` : ""}`, ROOT);
      script.onerror = () => {
        script.remove();
        reject(new Unread(UNREAD));
      };
      script.onload = () => {
        script.remove();
        const found = arrived.get(name);
        arrived.delete(name);
        if (!found) reject(new Unread(UNREAD));
        else if (version && found.version !== version) reject(new Unread(CHANGED));
        else resolve(found.parts);
      };
      document.head.append(script);
    });
  }

  /** The page loads the table of Simplified forms itself; once more, if that failed: without it half the texts would look
      as if they didn't hold what they hold. */
  function loadForms() {
    if (window.archiveText.knowsForms()) return null;
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("simplified.js", ROOT);
      script.onerror = () => reject(new Unread(UNREAD));
      script.onload = resolve;
      document.head.append(script);
    });
  }

  let knowing;
  /** What the index is about: the shard `meta`, its borders read. */
  function meta() {
    knowing ??= Promise.all([load("meta"), loadForms()]).then(([[told]]) => {
      const known = { ...told, files: [] }; // what was loaded stays as it is, should this be tried again
      known.frequent = new Map(told.frequent.map((pair, number) => [pair, number]));
      for (const family of ["chars", "pairs", "triples"]) known[family] = told[family].map((borders) => keys(decode(borders)));
      known.bounds = Array.from(told.bounds, (char) => char.codePointAt(0));
      known.starts = { shards: startsOf(told.counts), groups: startsOf(told.groups) };
      known.shardOf = new Map(told.shards.map((name, number) => [name, number]));
      known.spans = Array.from({ length: known.starts.groups.length }, () => null);
      decode(told.spans).forEach((day, i) => { (known.spans[i >> 1] ??= [])[i & 1] = isoDate(day); });
      known.versionOf = (name) => {
        const [kind, one] = name.split("/");
        if (kind === "words") return known.words;
        if (kind === "facts") return versionAt(known.facts, one);
        if (kind === "texts") return versionAt(known.texts, known.shardOf.get(one));
        return versionAt(kind.startsWith("triples") ? known.tripleLists : known.lists, one);
      };
      return known;
    }).catch((error) => {
      knowing = undefined;
      throw error;
    });
    return knowing;
  }

  const versionAt = (versions, number) => versions.slice(VERSION * number, VERSION * number + VERSION);

  /** Where each begins, of parts of these sizes. */
  function startsOf(sizes) {
    let start = 0;
    return Array.from(decode(sizes), (size) => (start += size) - size);
  }

  // ------------------------------------------------------------ lists

  const keyOf = (first, second) => first * 0x200000 + second;

  /** Keys from steps: see shelves.py. */
  function keys(steps) {
    const found = new Float64Array(steps.length / 2);
    let first = 0;
    let second = 0;
    for (let i = 0; i < steps.length; i += 2) {
      first += steps[i];
      second = steps[i] ? steps[i + 1] : second + steps[i + 1];
      found[i / 2] = keyOf(first, second);
    }
    return found;
  }

  /** The index of the last value that is not above `wanted`, or -1. */
  function lastUpTo(values, wanted, of = (value) => value) {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (of(values[middle]) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  const shelves = new Map(); // name -> lists by key

  /** The list of a key, or null if it stands nowhere. */
  async function listOf(family, first, second) {
    const known = await meta();
    const key = keyOf(first, second);
    // A string of three characters is in the span of its frequent pair, any other in that of its first character.
    const spans = known[family].length;
    const span = family === "triples" ? lastUpTo(Array.from({ length: spans }, (_, i) => Math.floor(known.frequent.size * i / spans)), first >> 1) : lastUpTo(known.bounds, first) + 1;
    const number = lastUpTo(known[family][span], key);
    if (number < 0) return null;
    const name = `${family}/${span}/${number}`;
    const parts = await load(name);
    if (!shelves.has(name)) shelves.set(name, shelf(family, span, parts));
    return shelves.get(name).get(key) ?? null;
  }

  /** A shelf's lists: {rows, parts}. A part is a stretch of rows: its first article, the row it begins at, how many it has,
      its `read` promises {articles, counts}, and `runs` of places: each with its first row and `read`. */
  function shelf(family, span, texts) {
    const [steps, sizes, aside, gaps, counts, places] = texts.map(decode);
    const found = new Map();
    let row = 0;
    let place = 0;
    let told = 0;
    keys(steps).forEach((key, i) => {
      const rows = sizes[i] >> 2;
      const parts = [];
      let runs = [];
      if (sizes[i] & 2) {
        let file = aside[told++];
        let first = 0;
        let begin = 0;
        for (let left = aside[told++]; left; left--) {
          const name = `${family}-rows/${span}/${file++}`;
          first += aside[told++];
          const start = first;
          parts.push({ first, begin, rows: aside[told++], read: async () => rowsFrom(start, ...(await load(name)).map(decode)) });
          begin += parts[parts.length - 1].rows;
        }
      } else {
        const [from, to] = [row, row + rows];
        row = to;
        const read = () => rowsFrom(0, gaps.subarray(from, to), counts.subarray(from, to));
        parts.push({ first: gaps[from], begin: 0, rows, read });
      }
      if (sizes[i] & 1) {
        let file = aside[told++];
        let begin = 0;
        for (let left = aside[told++]; left; left--) {
          const name = `${family}-places/${span}/${file++}`;
          begin += aside[told++];
          runs.push({ begin, read: async () => decode((await load(name))[0]) });
        }
      } else if (!(sizes[i] & 2)) {
        const from = place;
        if (family !== "chars") for (let r = row - rows; r < row; r++) place += (counts[r] >> 1) + 1;
        const to = place;
        runs.push({ begin: 0, read: () => places.subarray(from, to) });
      }
      found.set(key, { rows, parts, runs, aside: sizes[i] & 1 });
    });
    return found;
  }

  function rowsFrom(first, gaps, counts) {
    const articles = new Int32Array(gaps.length);
    let article = first - 1;
    for (let i = 0; i < gaps.length; i++) articles[i] = article += gaps[i] + 1;
    return { articles, counts };
  }

  /** The parts of a list that may hold the wanted articles (null: all), each with its rows. */
  async function partsOf(list, wanted, lost) {
    const held = list.parts.filter((part, i) => {
      if (!wanted) return true;
      const end = list.parts[i + 1]?.first ?? Infinity;
      const at = lastUpTo(wanted, end - 1);
      return at >= 0 && wanted[at] >= part.first;
    });
    const read = await Promise.all(held.map(async (part) => {
      try {
        return { part, ...(await part.read()) };
      } catch (error) {
        const next = list.parts[list.parts.indexOf(part) + 1];
        lose(lost, error, { span: [part.first, next ? next.first : (await meta()).articles] });
        return null;
      }
    }));
    return read.filter(Boolean);
  }

  /** Rows of a list for the wanted articles (null: all): {articles, counts}. */
  async function rowsOf(list, wanted, lost) {
    const articles = [];
    const counts = [];
    for (const rows of await partsOf(list, wanted, lost)) {
      both(wanted ?? rows.articles, rows.articles, (_, i) => {
        articles.push(rows.articles[i]);
        counts.push(rows.counts[i]);
      });
    }
    return { articles: Int32Array.from(articles), counts };
  }

  /** Call `each` with the indexes of every number that two rising rows share. */
  function both(one, other, each) {
    if (one.length * 20 < other.length) {
      for (let i = 0; i < one.length; i++) {
        const j = lastUpTo(other, one[i]);
        if (j >= 0 && other[j] === one[i]) each(i, j);
      }
      return;
    }
    for (let i = 0, j = 0; i < one.length && j < other.length;) {
      if (one[i] === other[j]) each(i++, j++);
      else if (one[i] < other[j]) i++;
      else j++;
    }
  }

  /** By article, where a key stands in each of the wanted ones. What could not be read is missing. */
  async function placesOf(list, wanted, lost) {
    const found = new Map();
    const needed = new Map(); // run -> what is wanted of it
    for (const { part, articles, counts } of await partsOf(list, wanted, lost)) {
      const starts = new Int32Array(articles.length + 1); // of each row's places, in the part
      for (let i = 0; i < articles.length; i++) starts[i + 1] = starts[i] + (counts[i] >> 1) + 1;
      both(wanted, articles, (_, i) => {
        const run = list.runs[lastUpTo(list.runs, part.begin + i, ({ begin }) => begin)];
        const offset = starts[run.begin - part.begin];
        if (!needed.has(run)) needed.set(run, []);
        needed.get(run).push([articles[i], starts[i] - offset, starts[i + 1] - offset]);
      });
    }
    await Promise.all([...needed].map(async ([run, rows]) => {
      let steps;
      try {
        steps = await run.read();
      } catch (error) {
        lose(lost, error, { unsure: true });
        for (const [article] of rows) found.set(article, null);
        return;
      }
      for (const [article, from, to] of rows) {
        const places = new Int32Array(to - from);
        let place = -1;
        for (let i = from; i < to; i++) places[i - from] = place += steps[i] + 1;
        found.set(article, places);
      }
    }));
    return found;
  }

  // ------------------------------------------------------------ what could not be read

  /** Note what is lost; where nobody asked to go on without, it is an error. */
  function lose(lost, error, { span, unsure, piece }) {
    if (!lost || !(error instanceof Unread) || error.message === CHANGED) throw error;
    if (span) lost.spans.push(span);
    if (unsure) lost.unsure = true;
    if (piece) lost.pieces.add(piece);
  }

  const nothingLost = () => ({ spans: [], pieces: new Set(), unsure: false, kept: [], texts: 0 });

  // ------------------------------------------------------------ terms

  /** A term as the pieces that cover it: {text, length, pieces: [{offset, text, list}]}. A piece is two characters (one,
      if that is the term), or three where two of them are a frequent pair: then nobody has to load where that stands.
      `list` is undefined until loaded, null if the piece stands nowhere, "lost" if it can't be read. */
  async function termOf(text) {
    const { frequent } = await meta();
    const chars = [...text];
    const size = chars.length;
    const is = (at) => frequent.has(chars.slice(at, at + 2).join(""));
    const best = [{ cost: 0, pieces: [] }]; // of covering so many characters
    for (let end = 1; end <= size; end++) {
      best.push({ cost: Infinity, pieces: [] });
      for (const length of size < 3 ? [size] : [2, 3]) {
        const offset = end - length;
        if (offset < 0 || (length === 3 && !is(offset) && !is(offset + 1))) continue;
        if (length === 2 && size > 2 && is(offset)) continue;
        const piece = { offset, text: chars.slice(offset, end).join(""), list: undefined };
        const cost = length === 3 && is(offset) && is(offset + 1) ? 5 : 1; // shelves
        for (let covered = offset; covered < end; covered++) {
          const before = best[covered];
          if (before.cost + cost < best[end].cost) best[end] = { cost: before.cost + cost, pieces: [...before.pieces, piece] };
        }
      }
    }
    return { text, length: size, pieces: best[size].pieces };
  }

  /** The family and the key of a piece: see `triples` in grams.py. */
  async function listOfPiece(text) {
    const chars = [...text];
    const codes = chars.map((char) => char.codePointAt(0));
    if (codes.length < 3) return listOf(codes.length < 2 ? "chars" : "pairs", codes[0], codes[1] ?? 0);
    const { frequent } = await meta();
    const leading = frequent.get(chars[0] + chars[1]);
    if (leading !== undefined) return listOf("triples", 2 * leading, codes[2]);
    return listOf("triples", 2 * frequent.get(chars[1] + chars[2]) + 1, codes[0]);
  }

  async function lookUp(piece, lost) {
    try {
      piece.list = await listOfPiece(piece.text);
    } catch (error) {
      lose(lost, error, { piece: piece.text });
      piece.list = "lost";
    }
  }

  /** The articles (of the wanted ones; null: of all) that hold all pieces of the term. Of a long term three pieces are
      looked up first: often they leave so few articles that the others need not be loaded. */
  async function holders(term, wanted, lost) {
    const spread = term.pieces.length > 4 ? [0, term.pieces.length >> 1, term.pieces.length - 1] : [];
    const first = spread.length ? spread.map((i) => term.pieces[i]) : term.pieces;
    for (const pieces of [first, term.pieces.filter((piece) => !first.includes(piece))]) {
      if (!pieces.length || (wanted && wanted.length <= FEW && pieces !== first)) break;
      await Promise.all(pieces.map((piece) => lookUp(piece, lost)));
      if (pieces.some(({ list }) => list === null)) return new Int32Array(0);
      for (const { list } of pieces.filter(({ list: known }) => known !== "lost").sort((a, b) => a.list.rows - b.list.rows)) {
        wanted = (await rowsOf(list, wanted, lost)).articles;
        if (!wanted.length) return wanted;
      }
    }
    return wanted;
  }

  /** How often a term stands in each of the articles: article -> twice the count, 1 more if also in a heading. These
      articles hold all its pieces; those where the pieces don't join are left out, and if `surely` those where nobody
      knows. */
  async function weigh(term, articles, lost, surely = false) {
    const weights = new Map();
    const known = term.pieces.filter(({ list }) => list && list !== "lost");
    if (known.length === 1 && term.length <= 2) {
      const { articles: found, counts } = await rowsOf(known[0].list, articles, lost);
      found.forEach((article, i) => weights.set(article, counts[i] + 2));
      return weights;
    }
    if (articles.length <= FEW && (known.length < term.pieces.length || known.some(({ list }) => list.aside))) {
      return weighByText(term, articles, lost, surely);
    }
    if (known.length < term.pieces.length) lost.unsure = true; // else an error would have been thrown
    if (surely && known.length < term.pieces.length) return weights;
    const unknown = new Set();
    const { body } = await meta();
    let starts = new Map(Array.from(articles, (article) => [article, null])); // article -> where the term may begin; null: who knows
    for (const { offset, list } of known.sort((a, b) => a.list.rows - b.list.rows)) {
      const places = await placesOf(list, Int32Array.from(starts.keys()), lost);
      const joined = new Map();
      for (const [article, before] of starts) {
        const here = places.get(article);
        if (here === undefined) continue;
        if (!here) unknown.add(article);
        let begins;
        if (!here) begins = before;
        else if (!before) begins = here.map((place) => place - offset);
        else {
          begins = [];
          both(before, here.map((place) => place - offset), (i) => begins.push(before[i]));
        }
        if (!begins || begins.length) joined.set(article, begins);
      }
      starts = joined;
    }
    for (const [article, begins] of starts) {
      if (surely && unknown.has(article)) continue;
      weights.set(article, begins ? 2 * begins.length + (begins[0] < body ? 1 : 0) : 2);
    }
    return weights;
  }

  async function weighByText(term, articles, lost, surely) {
    const weights = new Map();
    await Promise.all(Array.from(articles, async (article) => {
      try {
        const { headings, blocks } = await textOf(article);
        const counts = blocks.map((block) => hits(block, [term.text]).length);
        const count = counts.reduce((sum, more) => sum + more, 0);
        if (count) weights.set(article, 2 * count + (counts.slice(0, headings).some(Boolean) ? 1 : 0));
      } catch (error) {
        lose(lost, error, { unsure: true });
        if (!surely) weights.set(article, 2);
      }
    }));
    return weights;
  }

  // ------------------------------------------------------------ facts and texts

  /** Which file of facts an article is in. */
  const groupOf = (known, article) => lastUpTo(known.starts.groups, article);

  /** A file of facts: columns for the articles from `start`. */
  async function factsOf(number) {
    const known = await meta();
    return (known.files[number] ??= load(`facts/${number}`).then(([topics, ids, days, newspapers, cities, sets, lengths, texts]) => {
      const size = lengths.length; // one character each: no length passes 90
      const start = known.starts.groups[number];
      const fill = (runs, bySteps) => {
        const column = new Int32Array(size);
        const numbers = decode(runs);
        let at = 0;
        for (let i = 0, value = 0; i < numbers.length; i += 2) {
          const step = numbers[i] >> 1;
          value = bySteps ? value + (numbers[i] & 1 ? step : -step) : numbers[i];
          column.fill(value, at, at += numbers[i + 1]);
        }
        return column;
      };
      const begins = decode(texts);
      const files = new Int32Array(size); // of its shard
      const inFile = new Int32Array(size); // which of its file's articles each is
      let shard = lastUpTo(known.starts.shards, start);
      for (let i = 0; i < size; i++) {
        if (start + i === known.starts.shards[shard]) shard++;
        else {
          files[i] = files[i - 1] + begins[i];
          inFile[i] = begins[i] ? 0 : inFile[i - 1] + 1;
        }
      }
      return {
        start, days: fill(days, true), newspapers: fill(newspapers), cities: fill(cities),
        topics: Array.from(decode(sets), (set) => topics[set]), lengths: decode(lengths), files, inFile, ids: idsFrom(ids),
      };
    }).catch((error) => {
      known.files[number] = undefined;
      throw error;
    }));
  }

  /** Ids from lines: see `ids` in literal.py. */
  function idsFrom(lines) {
    const found = [];
    let id = "";
    for (const line of lines.split("\n")) {
      if (line[0] === "+") {
        for (let left = Number(line.slice(1)); left; left--) {
          const [digits] = /[0-9]+$/.exec(id);
          id = id.slice(0, -digits.length) + String(Number(digits) + 1).padStart(digits.length, "0");
          found.push(id);
        }
      } else found.push((id = id.slice(0, line.charCodeAt(0) - 48) + line.slice(1)));
    }
    return found;
  }

  /** The facts of all these articles: `of` a column's name and an article, and whether an article's could be read. */
  async function columns(articles, lost) {
    const known = await meta();
    const { groups } = known.starts;
    const wanted = [...new Set(Array.from(articles, (article) => groupOf(known, article)))];
    const files = new Map();
    await Promise.all(wanted.map(async (number) => {
      try {
        files.set(number, await factsOf(number));
      } catch (error) {
        lose(lost, error, { span: [groups[number], groups[number + 1] ?? known.articles] });
      }
    }));
    const of = (name, article) => {
      const file = files.get(groupOf(known, article));
      return file[name][article - file.start];
    };
    return { of, has: (article) => files.has(groupOf(known, article)) };
  }

  /** What a result shows of an article: {title, page, inferred, untitled, headings, blocks}. */
  async function textOf(article) {
    const known = await meta();
    const { start, files, inFile } = await factsOf(groupOf(known, article));
    const shard = known.shards[lastUpTo(known.starts.shards, article)];
    const texts = await load(`texts/${shard}/${files[article - start]}`);
    const [title, page, marks, headings, ...blocks] = texts[inFile[article - start]];
    return { title, page, inferred: Boolean(marks & 1), untitled: Boolean(marks & 2), headings, blocks };
  }

  const escaped = (text) => text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]);

  /** A text with the terms in it marked, as HTML. */
  function marked(text, terms) {
    let html = "";
    let at = 0;
    for (const [start, end] of ranges(text, terms)) {
      html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
      at = end;
    }
    return html + escaped(text.slice(at));
  }

  /** The stretch of one block that holds most of the terms, as HTML: of a paragraph rather than of a heading, which the
      result shows anyway. */
  function excerpt({ headings, blocks }, terms) {
    const room = Math.max(EXCERPT, ...terms.map((term) => term.length + BEFORE));
    let best = { score: -1, block: blocks[headings] ?? blocks[0] ?? "", at: 0 };
    blocks.forEach((block, number) => {
      const found = hits(block, terms);
      found.forEach(([start], i) => {
        if (i && start - found[i - 1][0] < BEFORE) return; // the stretch from the one before shows it
        const near = new Set();
        for (let j = i; j < found.length && found[j][1] <= start + room - BEFORE; j++) near.add(found[j][2]);
        const score = near.size + (number >= headings ? 0.5 : 0) + Math.min(block.length, room) / room / 4;
        if (score > best.score) best = { score, block, at: start };
      });
    });
    const { block, at } = best;
    let start = Math.max(0, Math.min(at - BEFORE, block.length - room));
    const sentence = /[。！？；]/.exec([...block.slice(start, at)].reverse().join(""));
    if (start && sentence) start = at - sentence.index; // begin with the sentence
    if (start && /[\udc00-\udfff]/.test(block[start])) start--;
    let end = Math.min(block.length, start + room);
    if (/[\udc00-\udfff]/.test(block[end] ?? "")) end++;
    return marked(`${start ? "…" : ""}${block.slice(start, end)}${end < block.length ? "…" : ""}`, terms);
  }

  /** A result as it is shown: its own words, marked. Text that can't be read is null. */
  async function result(article, terms, facts, lost) {
    const known = await meta();
    const id = facts.of("ids", article);
    const shown = {
      id, url: `${id}.html`, headline: "", excerpt: "", newspaper: known.newspapers[facts.of("newspapers", article)],
      date: isoDate(facts.of("days", article)), page: 0, inferred: false, untitled: false, unread: false,
    };
    try {
      const text = await textOf(article);
      return { ...shown, headline: text.title, page: text.page, inferred: text.inferred, untitled: text.untitled, excerpt: excerpt(text, terms) };
    } catch (error) {
      lose(lost, error, {});
      lost.texts++;
      return { ...shown, unread: true };
    }
  }

  /** Days are counted as Python does: 1 is 0001-01-01. */
  const isoDate = (day) => (day ? new Date((day - 719163) * 86400000).toISOString().slice(0, 10) : "");

  // ------------------------------------------------------------ searching

  const asTerms = (query) => (Array.isArray(query) ? query : String(query ?? "").split(/[\s\x1c-\x1f\x85]+/));
  const folded = (terms) => [...new Set(terms.map((term) => fold(String(term))).filter((term) => term.trim()))];

  /** All articles, but those in files of other dates. */
  async function datedAll({ from, to }) {
    const known = await meta();
    const all = [];
    for (const [number, [newest, oldest]] of known.spans.entries()) {
      if ((from || to) && ((from && newest < from) || (to && oldest && oldest > to) || !newest)) continue;
      for (let a = known.starts.groups[number]; a < (known.starts.groups[number + 1] ?? known.articles); a++) all.push(a);
    }
    return Int32Array.from(all);
  }

  /** Those of the articles that the options let through. */
  async function filtered(articles, { newspaper, city, topic, from, to }, facts) {
    const known = await meta();
    const [paper, place, subject] = [known.newspapers.indexOf(newspaper), known.cities.indexOf(city), known.topics.indexOf(topic)];
    return articles.filter((article) => {
      if (!facts.has(article)) return false;
      if (newspaper && facts.of("newspapers", article) !== paper) return false;
      if (city && facts.of("cities", article) !== place) return false;
      if (topic && !facts.of("topics", article).includes(subject)) return false;
      if (!from && !to) return true;
      const day = facts.of("days", article);
      const date = isoDate(day);
      return Boolean(day) && (!from || date >= from) && (!to || date <= to);
    });
  }

  /** How many of the articles each newspaper, city, topic and year has: {newspaper: Map, …}. */
  async function facets(articles, facts) {
    const known = await meta();
    const found = { newspaper: new Map(), city: new Map(), topic: new Map(), year: new Map() };
    const count = (name, value) => value && found[name].set(value, (found[name].get(value) ?? 0) + 1);
    for (const article of articles) {
      count("newspaper", known.newspapers[facts.of("newspapers", article)]);
      count("city", known.cities[facts.of("cities", article)]);
      for (const topic of facts.of("topics", article)) count("topic", known.topics[topic]);
      count("year", isoDate(facts.of("days", article)).slice(0, 4));
    }
    return found;
  }

  /** The articles that don't hold the excluded terms. Where nobody can know, an article stays, and the term is noted. */
  async function without(articles, exclude, lost) {
    for (const text of exclude) {
      if (!articles.length) break;
      const ours = lost && nothingLost();
      const term = await termOf(text);
      const held = await holders(term, articles, ours);
      const found = held?.length ? await weigh(term, held, ours, true) : new Map();
      articles = articles.filter((article) => !found.has(article));
      if (ours && articles.length && (ours.spans.length || ours.unsure)) lost.kept.push(text);
    }
    return articles;
  }

  /** The articles that hold all terms, in order: {articles, facts, lost}. Terms are folded. Where `lost` is given, what
      can't be read is noted in it and the rest searched; else it is an error. */
  async function find(terms, options, lost) {
    const known = await meta();
    const wanted = await Promise.all(terms.map(termOf));
    let articles = terms.length ? null : await datedAll(options);
    for (const term of wanted.sort((a, b) => b.length - a.length)) {
      articles = await holders(term, articles, lost);
      if (articles && !articles.length) break;
    }
    if (!articles) throw new Unread(UNREAD);
    const narrowed = ["newspaper", "city", "topic", "from", "to"].some((name) => options[name]);
    const knowing = columns(articles, lost);
    if (narrowed) articles = await filtered(articles, options, await knowing);
    const weights = [];
    for (const term of wanted) {
      if (!articles.length) break;
      weights.push(await weigh(term, articles, lost));
      articles = articles.filter((article) => weights[weights.length - 1].has(article));
    }
    const facts = await knowing;
    articles = articles.filter(facts.has);
    articles = await without(articles, options.exclude ?? [], lost);
    const newest = newestFirst(facts);
    if (options.sort === "oldest") {
      const day = (article) => facts.of("days", article) || Infinity; // the undated are last, as from new to old
      articles = articles.slice().sort((a, b) => day(a) - day(b) || newest(a, b));
    } else if (options.sort === "newest" || !terms.length) articles = articles.slice().sort(newest);
    else articles = byScore(articles, weights, facts, known);
    return { articles: Array.from(articles), facts };
  }

  /** Compares two articles: the newer first, the undated last, of a day by their ids. */
  const newestFirst = (facts) => (a, b) => facts.of("days", b) - facts.of("days", a) || (facts.of("ids", a) < facts.of("ids", b) ? -1 : 1);

  /** The articles by how well the terms fit them, the newest first of equals. */
  function byScore(articles, weights, facts, known) {
    const mean = Math.log2(known.characters / Math.max(1, known.articles) || 1);
    const rarity = weights.map((found) => Math.log(1 + (known.articles - found.size + 0.5) / (found.size + 0.5)));
    const scores = Float64Array.from(articles, (article) => {
      const length = 2 ** (facts.of("lengths", article) / 2 - mean);
      return weights.reduce((sum, found, i) => {
        const weight = found.get(article);
        const hit = (weight >> 1) + (weight & 1) * IN_HEADING;
        return sum + rarity[i] * hit * (K1 + 1) / (hit + K1 * (1 - B + B * length));
      }, 0);
    });
    const newest = newestFirst(facts);
    return Int32Array.from(articles.keys()).sort((a, b) => scores[b] - scores[a] || newest(articles[a], articles[b])).map((at) => articles[at]);
  }

  window.archiveSearch = async (query, options = {}) => {
    if (!asTerms(query).some((term) => fold(String(term)).trim())) return { total: 0, ids: [], results: [] };
    await meta(); // and with it what folding needs
    const terms = folded(asTerms(query));
    const exclude = folded(options.exclude ?? []);
    const { articles, facts } = await find(terms, { ...options, exclude });
    const first = articles.slice(0, options.limit ?? 10);
    const results = await Promise.all(first.map(async (article) => {
      const { id, url, headline, excerpt: html, newspaper, date, page } = await result(article, terms, facts);
      return { id, url, headline, excerpt: html, newspaper, date, page };
    }));
    return { total: articles.length, ids: articles.map((article) => facts.of("ids", article)), results };
  };

  window.archiveIndex = { meta, load, find, newestFirst, facets, result, columns, filtered, without, holders, termOf, weigh, textOf, marked, isoDate, nothingLost, Unread };
})();

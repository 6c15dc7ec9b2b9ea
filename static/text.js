/* What the search page and an article that is reached from it share: numbers as text (site_builder/numbers.py), the
   folding of text (site_builder/folding.py), and where words stand in a text. A classic script, as all of them: module
   scripts don't run from disk. */
window.archiveText = (() => {
  "use strict";

  /** The numbers that numbers.py wrote as text. */
  function decode(text) {
    const numbers = new Int32Array(text.length);
    let count = 0;
    let high = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0xe000) {
        high = (code - 0xe000) * 32768;
        continue;
      }
      numbers[count++] = high + (code < 0x7f ? code - (code > 92 ? 36 : 35) : code < 0x800 ? code - 0xa1 + 91 : code - 0x3001 + 1977);
      high = 0;
    }
    return numbers.subarray(0, count);
  }

  const forms = new Map(); // of Traditional characters

  /** Called by search/simplified.js. */
  function simplified(characters, steps) {
    const to = decode(steps);
    let char = 0;
    let form = 0;
    decode(characters).forEach((step, i) => {
      char += step;
      form += to[i] & 1 ? -(to[i] >> 1) : to[i] >> 1;
      forms.set(String.fromCodePoint(char), String.fromCodePoint(form));
    });
  }

  function foldCharacter(char) {
    const code = char.codePointAt(0);
    if (code >= 0xff01 && code <= 0xff5e) char = String.fromCharCode(code - 0xfee0);
    else if (code === 0x3000 || code === 0xa0) return " ";
    const small = char.toLowerCase();
    if (small.length === char.length && [...small].length === 1) char = small;
    return forms.get(char) ?? char;
  }

  /** As search compares it: width, case, Traditional and Simplified made one, character by character. */
  const fold = (text) => Array.from(text, foldCharacter).join("");

  /** Where the (folded) terms stand in a text: [start, end, term] in order, one inside another too. Offsets are those of
      the text as it is, also where folding takes a character from beyond the BMP into it. */
  function hits(text, terms) {
    let folded = "";
    let starts = null;
    if (/[\ud800-\udfff]/.test(text)) {
      starts = [];
      let at = 0;
      for (const char of text) {
        const form = foldCharacter(char);
        for (let i = 0; i < form.length; i++) starts.push(at + i);
        folded += form;
        at += char.length;
      }
      starts.push(at);
    } else folded = fold(text);
    const found = [];
    for (const term of terms) {
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + 1)) {
        const end = at + term.length;
        found.push(starts ? [starts[at], starts[end], term] : [at, end, term]);
      }
    }
    return found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  }

  /** The same with what overlaps made one: [start, end]. */
  function ranges(text, terms) {
    const joined = [];
    for (const [start, end] of hits(text, terms)) {
      const last = joined[joined.length - 1];
      if (last && start < last[1]) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    return joined;
  }

  const QUOTES = '"“”＂'; // of any kind, since input methods turn one into another
  const isSpace = (char) => char === undefined || /[\s\x1c-\x1f\x85]/.test(char);

  /** Where the quotation closes that opens here: before white space or the end, and not inside another one. -1: nowhere. */
  function closing(query, open) {
    const isStraight = (char) => char === '"' || char === "＂";
    let depth = 1;
    for (let at = open + 1; at < query.length; at++) {
      const char = query[at];
      if (!QUOTES.includes(char)) continue;
      const ends = isSpace(query[at + 1]);
      if (char === "“" && !ends) depth++;
      else if (isStraight(char) && isStraight(query[open])) return ends ? at : -1;
      else if (isStraight(char)) {
        if (ends && depth === 1) return at;
      } else if (depth > 1) depth--;
      else if (ends) return at;
      else if (!isStraight(query[open])) return -1;
    }
    return -1;
  }

  /** What was typed as terms that must and must not occur: words between spaces, `"…"` with its spaces, `-…` without.
      A quotation mark or dash anywhere but at a term's border is text. `typed`: each term as it was typed. */
  function parse(query) {
    const found = { terms: new Set(), exclude: new Set(), typed: new Map() };
    for (let at = 0; at < query.length; at++) {
      if (isSpace(query[at])) continue;
      const minus = (query[at] === "-" || query[at] === "－") && !isSpace(query[at + 1]);
      if (minus) at++;
      const close = QUOTES.includes(query[at]) ? closing(query, at) : -1;
      let word = close < 0 ? "" : query.slice(at + 1, close).trim();
      const begin = at;
      if (word) at = close;
      else {
        while (!isSpace(query[at])) at++;
        word = query.slice(begin, at);
      }
      const term = fold(word);
      found[minus ? "exclude" : "terms"].add(term);
      found.typed.set(term, word);
    }
    return { terms: [...found.terms], exclude: [...found.exclude], typed: found.typed };
  }

  /** A term so written that parse reads it as this one term. */
  function written(term) {
    const { terms, exclude } = parse(term);
    return terms.length === 1 && !exclude.length && terms[0] === fold(term) ? term : `"${term}"`;
  }

  return { decode, simplified, knowsForms: () => forms.size > 0, fold, hits, ranges, parse, written };
})();

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

  /** What was typed as terms that must and must not occur: words between spaces, `"…"` with its spaces, `-…` without.
      Quotation marks of any kind, since input methods turn one into another. */
  function parse(query) {
    const terms = [];
    const exclude = [];
    const piece = /(-?)(?:["“”＂]([^"“”＂]*)["“”＂]?|([^\s\x1c-\x1f\x85"“”＂]+))/g;
    for (const [, minus, quoted, word] of query.replace(/－(?=\S)/g, (dash, at) => (at && /\S/.test(query[at - 1]) ? dash : "-")).matchAll(piece)) {
      const text = fold(quoted ?? word);
      if (text.trim()) (minus ? exclude : terms).push(quoted === undefined ? text : text.trim());
    }
    return { terms: [...new Set(terms)], exclude: [...new Set(exclude)] };
  }

  return { decode, simplified, knowsForms: () => forms.size > 0, fold, hits, ranges, parse };
})();

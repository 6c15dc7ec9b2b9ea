/* On every page: `/` goes to the search box. On an article reached from search: its words marked, the first one shown, and
   a bar to go on to the next; the address says them (`#find=…`), so that a link keeps them. */
(() => {
  "use strict";

  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));
  const HERE = document.currentScript.src;
  const MARKED = "hgroup h1, hgroup p, .text > :is(p, h2):not(.doubt)";
  const OURS = ".untitled-mark, .caption-mark, .continued, .jump span"; // words of the page, not of the newspaper

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = document.querySelector("#q, #search-box, #site-search");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  /** Put a text on the clipboard, also where the page is not served safely; fails where that can't be done. */
  window.archiveCopy = async (text) => {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text });
      const before = document.activeElement;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      before?.focus();
      if (!done) throw new Error();
    }
  };

  const article = document.querySelector("main .article");
  if (!article) return;
  let bar = null;
  let shown = ""; // the words that are marked

  /** The words of the address; a browser that knows no `:~:` leaves it in. */
  const words = () => new URLSearchParams(location.hash.slice(1).split(":~:")[0]).getAll("find").filter((word) => word.trim());

  const load = (path) => new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: new URL(path, HERE), onload: resolve, onerror: reject });
    document.head.append(script);
  });

  let loading;
  function loadFolding() {
    return (loading ??= load("text.js").then(() => load("../search/simplified.js").catch(() => {}))); // without: only as printed
  }

  /** Mark the stretch of an element's text; it may run over several text nodes. */
  function wrap(nodes, start, end) {
    const marks = [];
    let at = 0;
    for (const node of nodes) {
      const [from, to] = [Math.max(0, start - at), Math.min(node.length, end - at)];
      at += node.length;
      if (from >= to) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      const mark = document.createElement("mark");
      range.surroundContents(mark);
      marks.push(mark);
    }
    return marks;
  }

  /** Mark the words: for each hit its marks, in order. */
  function mark(terms) {
    const hits = [];
    for (const element of article.querySelectorAll(MARKED)) {
      const nodes = [];
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(OURS)) nodes.push(walker.currentNode);
      const found = window.archiveText.ranges(nodes.map((node) => node.data).join(""), terms);
      hits.push(...found.reverse().map(([start, end]) => wrap(nodes, start, end)).reverse()); // from the end: nodes are cut there
    }
    return hits;
  }

  function unmark() {
    bar?.remove();
    bar = null;
    shown = "";
    for (const marked of article.querySelectorAll("mark")) {
      const parent = marked.parentNode;
      marked.replaceWith(...marked.childNodes);
      parent.normalize();
    }
  }

  function show(terms, hits) {
    let at = -1;
    const said = Object.assign(document.createElement("p"), { role: "status" });
    said.setAttribute("role", "status");
    said.className = "visually-hidden";
    const button = (sign, name, onclick) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: name, onclick });
      made.setAttribute("aria-label", name);
      return made;
    };
    const visible = (className) => {
      const made = Object.assign(document.createElement("span"), { className });
      made.setAttribute("aria-hidden", "true");
      return made;
    };
    const count = visible("found-count");
    const found = visible("found-words");
    found.textContent = terms.map((text) => say("“{text}”", { text })).join(say("、"));
    const go = (step, behavior) => {
      hits[at]?.forEach((marked) => marked.classList.remove("current"));
      at = (at + step + hits.length) % hits.length;
      hits[at].forEach((marked) => marked.classList.add("current"));
      hits[at][0].scrollIntoView({ block: "center", behavior });
      count.textContent = `${at + 1}/${hits.length}`;
      said.textContent = say("{words}：第 {at} 处，共 {n} 处", { words: found.textContent, at: at + 1, n: hits.length });
    };
    bar = Object.assign(document.createElement("section"), { className: "found-bar" });
    bar.setAttribute("aria-label", say("检索到的文字"));
    const [back, on] = hits.length > 1 ? [button("‹", say("上一处"), () => go(-1)), button("›", say("下一处"), () => go(1))] : ["", ""];
    bar.append(said, back, count, on, found, button("×", say("不再标出"), () => {
      unmark();
      document.documentElement.classList.add("unmarked");
      if (words().length) history.replaceState(null, "", location.pathname + location.search);
      const heading = article.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }));
    article.after(bar);
    go(1, "instant");
  }

  async function arrive() {
    const asked = words();
    if (!asked.length || asked.join("\n") === shown) return; // another place of the same page
    unmark();
    shown = asked.join("\n");
    document.documentElement.classList.remove("unmarked");
    try {
      await loadFolding();
    } catch {
      return; // the text can be read all the same
    }
    const hits = mark(asked.map(window.archiveText.fold));
    if (hits.length) show(asked, hits);
  }

  document.addEventListener("archive:change", unmark); // the text becomes another (reading.js)
  document.addEventListener("archive:changed", arrive);
  window.addEventListener("hashchange", arrive);
  arrive();
})();

/* On an article: the size of its text, kept between visits; a link to a paragraph, or to the article, to copy or share;
   reading in Traditional characters. All of it goes without script too, but for the size and the characters. */
(() => {
  "use strict";

  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));
  const HERE = document.currentScript.src;
  const root = document.documentElement;
  const tools = document.querySelector(".tools");
  if (!tools) return;

  const kept = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch {
      // a browser that keeps nothing, for pages from disk or at all
    }
    return null;
  };

  const status = Object.assign(document.createElement("span"), { className: "visually-hidden" });
  status.setAttribute("role", "status");
  const button = (text, name, onclick) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: name, onclick });
    made.setAttribute("aria-label", name);
    return made;
  };

  const sizes = [["small", "小"], ["medium", "中"], ["large", "大"]].map(([size, text]) => {
    const made = button(say(text), say("字号：{size}", { size: say(text) }), () => setSize(size, true));
    made.className = size;
    return made;
  });
  function setSize(size, keep) {
    root.dataset.size = size;
    for (const made of sizes) made.setAttribute("aria-pressed", made.className === size);
    if (keep) kept("size", size);
  }

  /** Put it on the clipboard, also where the page is not served safely. */
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error();
  }

  async function offer(element, anchor) {
    const url = location.href.split("#")[0] + anchor;
    const said = await copy(url).then(() => say("已复制"), () => say("复制不成，请从地址栏复制"));
    status.textContent = `${said} ${url}`;
    const before = element.textContent;
    element.textContent = said;
    setTimeout(() => (element.textContent = before), 2000);
  }
  const share = button(say("分享"), say("分享或复制本文链接"), () => {
    if (navigator.share) navigator.share({ title: document.title, url: location.href.split("#")[0] }).catch(() => {});
    else offer(share, "");
  });
  document.querySelector(".article").addEventListener("click", (event) => {
    const link = event.target.closest("details a[href^='#']");
    if (link) offer(link, link.getAttribute("href"));
  });

  const printed = document.querySelectorAll(".article hgroup > :not(.untitled), .text > :is(p, h2):not(.continued, .doubt)");
  const simplified = new Map(); // text nodes that are shown in Traditional characters, as they were
  const forms = button(say("繁"), say("以繁体字阅读"), async () => {
    if (simplified.size) {
      for (const [node, text] of simplified) node.data = text;
      simplified.clear();
    } else await toTraditional();
    forms.setAttribute("aria-pressed", simplified.size > 0);
    kept("forms", simplified.size ? "traditional" : "");
  });
  async function toTraditional() {
    window.archiveTraditional ?? (await new Promise((onload, onerror) => {
      document.head.append(Object.assign(document.createElement("script"), { src: new URL("traditional.js", HERE), onload, onerror }));
    }).catch(() => (status.textContent = say("字表没有载入"))));
    if (!window.archiveTraditional) return;
    for (const element of printed) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const nodes = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      let at = 0;
      const text = window.archiveTraditional(nodes.map((node) => node.data).join(""));
      for (const node of nodes) {
        simplified.set(node, node.data);
        node.data = text.slice(at, (at += node.length));
      }
    }
  }

  setSize(kept("size") ?? "medium");
  const isSimplified = /^zh(?!.*(hant|-tw|-hk|-mo))/i.test(tools.closest("main").querySelector("[lang]")?.lang ?? root.lang);
  tools.append(...sizes, ...(isSimplified ? [forms] : []), share, status);
  forms.setAttribute("aria-pressed", "false");
  if (isSimplified && kept("forms") === "traditional") forms.click();
})();

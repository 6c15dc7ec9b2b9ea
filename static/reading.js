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

  const sizes = [["small", say("小")], ["medium", say("中")], ["large", say("大")]].map(([size, text]) => {
    const made = button(text, say("字号：{size}", { size: text }), () => setSize(size, true));
    made.className = size;
    return made;
  });
  function setSize(size, keep) {
    root.dataset.size = size;
    for (const made of sizes) made.setAttribute("aria-pressed", made.className === size);
    if (keep) kept("size", size);
  }

  const copy = window.archiveCopy;
  const load = (file) => new Promise((onload, onerror) => {
    document.head.append(Object.assign(document.createElement("script"), { src: new URL(file, HERE), onload, onerror }));
  });
  const labels = new WeakMap(); // what an element is called while it says that something was copied
  async function offer(element, anchor) {
    const url = location.href.split("#")[0] + anchor;
    const said = await copy(url).then(() => say("已复制"), () => say("复制不成，请从地址栏复制"));
    status.textContent = `${said} ${url}`;
    if (!labels.has(element)) labels.set(element, element.textContent);
    element.textContent = said;
    setTimeout(() => (element.textContent = labels.get(element)), 2000);
  }
  const share = button(say("分享"), say("分享或复制本文链接"), () => {
    if (navigator.share) navigator.share({ title: document.title, url: location.href.split("#")[0] }).catch(() => {});
    else offer(share, "");
  });
  document.querySelector(".article").addEventListener("click", (event) => {
    const link = event.target.closest(".text > details a[href^='#'], header > details a[href^='#']");
    if (link) offer(link, link.getAttribute("href"));
  });

  // Reading in Traditional characters. site.js takes its marks away before the text changes, and sets them anew after it.
  const printed = document.querySelectorAll(".article hgroup > :not(.untitled), .text > :is(p, h2):not(.continued, .doubt)");
  const simplified = new Map(); // each element that is shown in Traditional characters, with what it held
  const tell = (name) => document.dispatchEvent(new Event(name));
  let changing = false;
  const forms = button(say("繁"), say("以繁体字阅读正文"), async () => {
    if (changing) return;
    changing = true;
    window.archiveTraditional ?? (await load("traditional.js").catch(() => (status.textContent = say("字表没有载入"))));
    changing = false;
    if (!window.archiveTraditional) return;
    tell("archive:change");
    if (simplified.size) {
      for (const [element, before] of simplified) {
        element.replaceChildren(...before);
        element.removeAttribute("lang");
      }
      simplified.clear();
    } else for (const element of printed) toTraditional(element);
    tell("archive:changed");
    forms.setAttribute("aria-pressed", simplified.size > 0);
    kept("forms", simplified.size ? "traditional" : "");
  });

  /** Its text nodes are turned as one text, so that no word is cut; a character may take two places of UTF-16, or one. */
  function toTraditional(element) {
    simplified.set(element, Array.from(element.childNodes, (node) => node.cloneNode(true)));
    element.lang = "zh-Hant";
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const text = Array.from(window.archiveTraditional(nodes.map((node) => node.data).join("")));
    for (const node of nodes) node.data = text.splice(0, Array.from(node.data).length).join("");
  }

  addEventListener("beforeprint", () => { // where the build did not know the site's address
    const record = document.querySelector(".record dl");
    if (document.querySelector("[rel=canonical], .record .printed-address")) return;
    record.append(Object.assign(document.createElement("div"), { className: "printed-address", textContent: location.href.split("#")[0] }));
  });

  const size = kept("size");
  setSize(sizes.some((made) => made.className === size) ? size : "medium");
  const isSimplified = /^zh(?!.*(hant|-tw|-hk|-mo))/i.test(tools.closest("main").querySelector("[lang]")?.lang ?? root.lang);
  tools.append(...sizes, ...(isSimplified ? [forms] : []), share, status);
  forms.setAttribute("aria-pressed", "false");
  if (isSimplified && kept("forms") === "traditional") forms.click();
})();

/* The form for corrections, loaded when somebody asks for it: what a reader writes becomes a file of corrections (TOML)
   to copy, to download, or to send as archive.toml says. Nothing is sent anywhere by itself. */
(() => {
  "use strict";

  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));
  const HERE = document.currentScript.src;
  const ROUND = 20; // characters quoted on either side, so that the words are found again after another OCR
  const OPENING = 16; // characters of a paragraph that stand for it
  const OURS = ".caption-mark, .untitled-mark, .jump > span, wbr"; // words of the page, not of the newspaper
  const PIECES = ".article hgroup > *, .text > :is(p, h2):not(.doubt, .continued)";

  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("correct.css", HERE) }));

  const signs = (text) => Array.from(text);
  const make = (name, values = {}, ...children) => {
    const made = Object.assign(document.createElement(name), values);
    made.append(...children);
    return made;
  };
  const printed = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(OURS).forEach((each) => each.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  /* ---- which article, which paragraph */

  const own = document.querySelector(".record dl > div:last-child .id").textContent.trim();
  const partOf = (element) => /^part\d+-/.exec(element.id)?.[0] ?? "";

  /** The id of the article that a piece belongs to: of one that goes on on another page each part has its own. */
  function articleOf(part) {
    if (!part) return own;
    const first = document.querySelector(`.text > [id^="${part}"]`);
    let link = first.previousElementSibling;
    while (!link.matches(".continued")) link = link.previousElementSibling;
    return idOf(link.querySelector("a").href);
  }

  /** The id in an address of this site, or as somebody wrote it. */
  function idOf(address) {
    const text = address.trim().replace(/[?#].*$/, "").replace(/\.html$/, "");
    if (!/^[a-z]+:/i.test(text)) return text.replace(/^\/+/, "");
    const here = decodeURI(location.href).replace(/[?#].*$/, "").replace(/\.html$/, "");
    const root = here.endsWith(own) ? here.slice(0, -own.length) : new URL("..", HERE).href;
    const there = decodeURI(text);
    return there.startsWith(root) ? there.slice(root.length) : new URL(there).pathname.replace(/^\//, "");
  }

  /** What is quoted of a paragraph: from one sign to another, and what stands round it, in the paragraphs beside it too. */
  function quotation(pieces, at, start, end) {
    const whole = pieces.map((piece) => signs(piece));
    const before = [...whole.slice(0, at).flat(), ...whole[at].slice(0, start)];
    const after = [...whole[at].slice(end), ...whole.slice(at + 1).flat()];
    return {
      prefix: before.slice(-ROUND).join(""),
      exact: whole[at].slice(start, end).join(""),
      suffix: after.slice(0, ROUND).join(""),
    };
  }

  /** Where two texts differ, a sign more on either side, so that what is put in has something to be quoted by. */
  function difference(was, now) {
    const [old, fresh] = [signs(was), signs(now)];
    let head = 0;
    while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
    if (head === old.length && head === fresh.length) return null;
    [head, tail] = [Math.max(0, head - 2), Math.max(0, tail - 2)];
    return { start: head, end: old.length - tail, becomes: fresh.slice(head, fresh.length - tail).join("") };
  }

  /* ---- what can be set right: its name, what is asked for, and the keys it comes to (or what is missing) */

  const KINDS = [
    ["paragraph", say("正文")], ["headline", say("标题（此文的）")], ["kicker", say("引题")], ["subtitle", say("副题")],
    ["subheading", say("小标题")], ["caption", say("图片说明")], ["byline", say("署名")], ["duplicate", say("重复文字")],
    ["rubric", say("栏目（不属此文）")], ["imprint", say("版权行（不属此文）")],
    ["other", say("其他文字（不属此文）")],
  ];
  /** What a paragraph is now, and so can't become. */
  const kindOf = (element) => {
    if (!element) return "";
    if (element.matches("h2")) return "subheading";
    const own = ["caption", "byline", "jump"].find((each) => element.classList.contains(each));
    return own ?? "paragraph";
  };
  const opening = (given, words) => {
    const at = words ? signs(given.text.slice(0, given.text.indexOf(words))).length : 0;
    return quotation(given.pieces, given.at, at, at + signs(words || given.text).slice(0, words ? undefined : OPENING).length);
  };
  const begins = (asked) => (given, value) => {
    const words = value.trim();
    if (!words) return { missing: asked };
    if (!given.text.includes(words)) return { missing: say("这一段里没有这几个字") };
    return opening(given, words);
  };
  const fact = (name) => (given, value) => value.trim() || name === "jump"
    ? { fact: name, becomes: name === "jump" ? idOf(value) : value.trim(), ...opening(given) }
    : { missing: say("请写出应为什么") };
  const into = (given, value) => (value.trim() ? { to: idOf(value), ...opening(given) } : { missing: say("请写出那一篇的编号或网址") });

  const OPERATIONS = [
    [say("文字与段落"), [
      ["replace", say("改字"), "text", "", (given, value) => {
        const found = difference(given.text, value.replace(/\s*\n\s*/g, ""));
        if (!found) return { missing: say("请在上面改正文字") };
        return { becomes: found.becomes, ...quotation(given.pieces, given.at, found.start, found.end) };
      }],
      ["split-paragraph", say("在段中另起一段"), "line", say("新段开头的几个字"), begins(say("请写出新段开头的几个字"))],
      ["join-paragraph", say("与上一段相连"), "", "", (given) => opening(given)],
      ["kind", say("这一段归类不对"), "kind", say("应归为"), (given, value) => (
        value ? { kind: value, ...opening(given) } : { missing: say("请选出这一段是什么") })],
      ["heading:paragraph", say("这一段是另一篇的标题"), "line", say("那一篇的编号或网址"), into],
      ["move", say("移到另一段之后"), "line", say("那一段里的几个字"), (given, value) => (
        value.trim() ? { after: value.trim(), ...opening(given) } : { missing: say("请写出那一段里的几个字") })],
    ]],
    [say("此文"), [
      ["split-article", say("自此另为一篇"), "line", say("新的一篇开头的几个字"), begins(say("请写出新的一篇开头的几个字"))],
      ["join-article", say("此文应并入另一篇"), "line", say("那一篇的编号或网址"), into],
      ["heading", say("此标题属于另一篇"), "line", say("那一篇的编号或网址"), into],
      ["fact:byline", say("署名"), "line", say("应为（用顿号分开）"), fact("byline")],
      ["fact:topics", say("主题"), "line", say("应为（用顿号分开）"), fact("topics")],
      ["fact:jump", say("下文在另一篇"), "line", say("那一篇的编号或网址（没有则留空）"), fact("jump")],
    ]],
    [say("此版"), [
      ["fact:date", say("日期"), "date", say("应为"), fact("date")],
      ["fact:newspaper", say("报纸"), "line", say("应为"), fact("newspaper")],
      ["fact:page", say("版次"), "line", say("应为第几版"), fact("page")],
    ]],
  ];

  const OF_PARAGRAPHS = ["split-paragraph", "join-paragraph", "kind", "heading:paragraph", "move", "split-article"];
  const OF_HEADINGS = ["heading"];

  /* ---- the file */

  const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, " ")}"`;
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };
  function file(article, operation, keys, by, why) {
    const rows = [["article", article], ["do", operation.split(":")[0]], ...["prefix", "exact", "suffix", "becomes", "kind", "fact", "to", "after"].filter((key) => key in keys && (keys[key] || key === "becomes")).map((key) => [key, keys[key]])];
    const signed = [["by", by], ["why", why]];
    return [
      "[[corrections]]",
      ...rows.map(([key, value]) => `${key} = ${quoted(value)}`),
      ...signed.slice(0, 1).map(([key, value]) => `${key} = ${quoted(value)}`),
      `date = ${today()}`,
      ...signed.slice(1).map(([key, value]) => `${key} = ${quoted(value)}`),
      "",
    ].join("\n");
  }

  const kept = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("corrector") ?? "";
      localStorage.setItem("corrector", value);
    } catch {
      // a browser that keeps nothing
    }
    return "";
  };

  /* ---- the form */

  let count = 0;
  window.archiveCorrect = (details, copy, asked) => {
    const open = details.querySelector("form.correct");
    if (open) return open.querySelector("select").focus();
    const heading = Boolean(details.closest("header"));
    const element = heading ? null : details.previousElementSibling;
    const part = element ? partOf(element) : "";
    const held = [...document.querySelectorAll(PIECES)].filter((each) => partOf(each) === part);
    const heads = held.filter((each) => each.closest("hgroup") && !each.querySelector(".untitled-mark")); // what is printed
    const rest = held.filter((each) => !each.closest("hgroup"));
    const pieces = [heads.map(printed).join(""), ...rest.map(printed)];
    const at = heading ? 0 : 1 + rest.indexOf(element);
    const given = { pieces, at, text: pieces[at] };
    const article = articleOf(part);

    count += 1;
    const field = (name, label, control) => {
      control.id = `correct-${name}-${count}`;
      control.name = name;
      return [make("label", { htmlFor: control.id, textContent: label }), control];
    };
    const which = make("select", {}, ...OPERATIONS.map(([group, all]) => make("optgroup", { label: group },
      ...all.filter(([value]) => !(heading ? OF_PARAGRAPHS : OF_HEADINGS).includes(value)).map(([value, text]) => make("option", { value, textContent: text })))));
    const words = make("textarea", { value: given.text, spellcheck: false });
    const line = make("input", { autocomplete: "off" });
    const kinds = [["", say("（请选择）")], ...KINDS.filter(([value]) => value !== kindOf(element))];
    const kind = make("select", {}, ...kinds.map(([value, text]) => make("option", { value, textContent: text })));
    const by = make("input", { value: kept(), autocomplete: "name", required: true });
    const why = make("input", { autocomplete: "off", required: true });
    const [wordsLabel] = field("words", say("应为"), words);
    const [lineLabel] = field("line", "", line);
    const [kindLabel] = field("kind", "", kind);
    const shown = make("pre", { tabIndex: 0 });
    shown.setAttribute("aria-label", say("校订文件"));
    const status = make("span", { className: "hint" });
    status.setAttribute("role", "status");
    const done = async (action, said) => {
      kept(by.value.trim());
      status.textContent = await Promise.resolve(action()).then(() => said, () => say("复制不成，请选中上面的文字复制"));
    };
    const name = () => `${today()}-${article.split("/").slice(-2).join("-")}.toml`;
    const button = (text, onclick) => make("button", { type: "button", textContent: text, onclick });
    const copies = button(say("复制"), () => done(() => copy(shown.textContent), say("已复制")));
    const saves = button(say("下载"), () => done(() => {
      const url = URL.createObjectURL(new Blob([shown.textContent], { type: "application/toml" }));
      make("a", { href: url, download: name() }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    }, say("已下载，请寄给编者，或运行 build-site correct")));
    const contact = document.querySelector(".record > p > a[href*='body=']");
    const sends = contact && make("a", { className: "send", textContent: contact.protocol === "mailto:" ? say("写信给编者") : say("提交给编者"), onclick: () => kept(by.value.trim()) });
    const closes = button(say("关闭"), () => {
      form.remove();
      asked.focus();
    });

    const form = make("form", { className: "correct", onsubmit: (event) => event.preventDefault() },
      make("p", { className: "name", textContent: say("校对：{id}", { id: article }) }),
      ...field("do", say("校订"), which), wordsLabel, words, lineLabel, line, kindLabel, kind,
      ...field("by", say("校订者"), by), ...field("why", say("依据"), why), shown,
      make("p", { className: "wide" }, copies, saves, ...(sends ? [sends] : []), closes, status));
    wordsLabel.className = "visually-hidden";

    function update() {
      const [, , asks, label, keysOf] = OPERATIONS.flatMap(([, all]) => all).find(([value]) => value === which.value);
      const shows = { text: [words, wordsLabel], line: [line, lineLabel], date: [line, lineLabel], kind: [kind, kindLabel] };
      for (const each of [words, wordsLabel, line, lineLabel, kind, kindLabel]) each.hidden = !(shows[asks] ?? []).includes(each);
      lineLabel.textContent = asks === "kind" ? "" : label;
      kindLabel.textContent = asks === "kind" ? label : "";
      line.type = asks === "date" ? "date" : "text";
      const value = asks === "text" ? words.value : asks === "kind" ? kind.value : line.value;
      const keys = keysOf(given, value);
      const missing = keys.missing ?? (by.value.trim() ? why.value.trim() ? "" : say("请写明依据") : say("请写上您的名字"));
      shown.hidden = Boolean(missing);
      shown.textContent = missing ? "" : file(article, which.value, keys, by.value.trim(), why.value.trim());
      for (const each of [copies, saves]) each.disabled = Boolean(missing);
      if (sends) {
        const text = contact.protocol === "mailto:" ? shown.textContent : `\`\`\`toml\n${shown.textContent}\`\`\`\n`;
        sends.hidden = Boolean(missing);
        sends.href = contact.href.split("body=")[0] + "body=" + encodeURIComponent(text);
      }
      status.textContent = missing;
    }
    form.addEventListener("input", update);
    which.addEventListener("change", () => {
      line.value = "";
      update();
    });
    update();
    details.append(form);
    which.focus();
  };
})();

/* Offers an article's citation as BibTeX and CSL-JSON, made of the RIS that its page holds; loaded when the citations
   are opened. citation_files.py makes the same for all articles of a month. */
(() => {
  "use strict";

  const ris = document.querySelector(".citing [download]");
  const { address } = document.querySelector(".citing").dataset; // set where the build did not know the full one
  if (address && location.protocol !== "file:") {
    const url = encodeURIComponent(new URL(address, location).href);
    const end = ris.href.lastIndexOf("%0AER%20%20-");
    ris.href = `${ris.href.slice(0, end)}%0AUR%20%20-%20${url}${ris.href.slice(end)}`;
  }

  const tags = {};
  for (const line of decodeURIComponent(ris.href).split("\n")) (tags[line.slice(0, 2)] ??= []).push(line.slice(6));
  const one = (tag) => tags[tag]?.[0];
  const names = tags.AU ?? [];
  const date = one("DA");
  const key = ris.download.replace(/\.ris$/, "");

  function bibtex() {
    const SPELT = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
    const tex = (words = "") => words.replace(/[#$%&_{}\\~^]/g, (mark) => SPELT[mark] ?? `\\${mark}`);
    const fields = {
      author: names.map((name) => (name.includes(" ") ? `{${tex(name)}}` : tex(name))).join(" and "),
      title: tex(one("TI")),
      journal: tex(one("T2")),
      entrysubtype: "newspaper",
      date: date?.replaceAll("/", "-"),
      year: date?.slice(0, 4),
      pages: one("SP"),
      note: one("N1"),
      url: one("UR"),
    };
    const known = Object.entries(fields).filter(([, value]) => value);
    return `@article{${key},\n${known.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}\n`;
  }

  function csl() {
    const item = {
      id: key,
      type: "article-newspaper",
      author: tags.AU?.map((literal) => ({ literal })),
      title: one("TI"),
      "container-title": one("T2"),
      "publisher-place": one("CY"),
      issued: date && { "date-parts": [date.split("/").map(Number)], circa: one("N1") && true },
      page: one("SP"),
      language: one("LA"),
      source: one("DP"),
      URL: one("UR"),
    };
    return `${JSON.stringify([item])}\n`;
  }

  const offer = (textContent, ending, kind, text) => {
    const href = `data:${kind};charset=utf-8,${encodeURIComponent(text)}`;
    ris.parentNode.append(" ", Object.assign(document.createElement("a"), { textContent, download: `${key}.${ending}`, href }));
  };
  offer("BibTeX", "bib", "application/x-bibtex", bibtex());
  offer("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl());
})();

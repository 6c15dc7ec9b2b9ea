/* An article's citations: today's date, an address that the build did not know, copying. */
(() => {
  const panel = document.querySelector(".citing");
  const said = panel.querySelector("[role=status]");
  const say = window.archiveSay ?? ((text, values = {}) => text.replace(/{(\w+)}/g, (_, name) => values[name]));

  const now = new Date();
  const chicago = now.toLocaleDateString("en-US", { dateStyle: "long" });
  const [month, day, year] = chicago.match(/\w+/g);
  const mla = `${day} ${month.replace(/^(Sept|...)..+/, "$1.")} ${year}`;
  const known = { iso: now.toLocaleDateString("sv"), mla, chicago };
  const { address } = panel.dataset;
  if (address && location.protocol !== "file:") known.url = new URL(address, location).href;
  for (const gap of panel.querySelectorAll("[data-fill]")) {
    const text = gap.dataset.fill.replace(/{(\w+)}/g, (whole, name) => known[name] ?? whole);
    if (text.includes("{url}")) continue;
    gap.textContent = text;
    gap.parentNode.hidden = gap.parentNode.previousElementSibling.hidden = false;
  }

  for (const name of panel.querySelectorAll("dt")) {
    const style = name.textContent;
    const cited = name.nextElementSibling;
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: say("复制") });
    copy.setAttribute("aria-label", say("复制 {style}", { style }));
    copy.onclick = () => window.archiveCopy(cited.textContent).then(
      () => {
        said.textContent = say("已复制 {style}", { style });
        copy.textContent = say("已复制");
        setTimeout(() => (copy.textContent = say("复制")), 2000);
      },
      () => {
        getSelection().selectAllChildren(cited);
        said.textContent = say("复制不成，引文已选中，请用键盘复制");
      },
    );
    name.append(copy);
  }

  const files = document.createElement("script");
  files.src = document.currentScript.src.replace("citing.js", "citing-files.js");
  panel.addEventListener("toggle", () => document.head.append(files), { once: true });
})();

"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.classList.remove("plain"); // what needs this script is shown now
  const table = document.querySelector("#claims table");
  const groups = [...table.querySelectorAll("tbody.family")];
  const rows = [...table.querySelectorAll("tbody.claim")];
  const order = [...table.tBodies];
  const form = document.querySelector(".tools");
  const find = $("find"), show = $("show"), family = $("family"), paper = $("paper"), witness = $("witness"), sort = $("sort");

  // ---- search and filters: a row is kept if it has every word and every choice
  const texts = new Map();
  const text = (row) => {
    if (!texts.has(row)) {
      const said = row.querySelector("summary"); // as it is written, where formulas are set in it
      const parts = [row.id, said.dataset.said ?? said.textContent, ...[".tex code", ".source dd"].map((q) => row.querySelector(q)?.textContent)];
      texts.set(row, parts.join(" ").toLowerCase());
    }
    return texts.get(row);
  };
  // a word that has synonyms is looked for as a word, or as the beginning of one; any other anywhere
  const escaped = (phrase) => phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = (phrase) => `(?<![a-z0-9])${escaped(phrase)}${phrase.length < 4 ? "(?![a-z0-9])" : ""}`;
  const synonyms = JSON.parse(form.dataset.synonyms)
    .map((row) => new RegExp([...row].sort((a, b) => b.length - a.length).map(whole).join("|")));
  const wanted = (said) => {
    let rest = said.toLowerCase();
    const tests = [];
    for (const any of synonyms) {
      const found = rest.match(any);
      if (!found) continue;
      tests.push((words) => any.test(words));
      rest = rest.replace(found[0], " ");
    }
    return [...tests, ...rest.split(/\s+/).filter(Boolean).map((word) => (words) => words.includes(word))];
  };
  const fits = (row, tests) => {
    const d = row.dataset;
    return (!show.value || (show.value === "loose" ? "loose" in d : d.kind === show.value))
      && (!family.value || d.family === family.value)
      && (!paper.value || d.papers.split(" ").includes(paper.value))
      && [...witness.value].every((w) => d.letters.includes(w))
      && tests.every((test) => test(text(row)));
  };
  const filter = () => {
    const tests = wanted(find.value);
    const left = new Set();
    let count = 0;
    for (const row of rows) {
      row.hidden = !fits(row, tests);
      if (!row.hidden) { count += 1; left.add(row.dataset.family); }
    }
    for (const group of groups) group.hidden = Boolean(sort.value) || !left.has(group.dataset.family);
    $("shown").textContent = count === rows.length ? `${count} claims` : `${count} of ${rows.length} claims`;
    $("none").hidden = count > 0;
    address();
  };

  // ---- what is chosen stands in the address, so that it can be sent: #?verdict=undecided&find=tv
  const choices = { find, verdict: show, family, paper, witness, sort };
  let down = false;
  const address = () => {
    const said = new URLSearchParams(Object.entries(choices).filter(([, choice]) => choice.value).map(([name, choice]) => [name, choice.value]));
    if (down) said.set("down", "1");
    const hash = `${said}` && `#?${said}`;
    if (hash !== location.hash && (hash || location.hash.startsWith("#?"))) {
      history.replaceState(null, "", hash || location.href.split("#")[0]);
    }
  };
  const restore = () => {
    const said = new URLSearchParams(location.hash.slice(2));
    form.reset();
    for (const [name, choice] of Object.entries(choices)) {
      choice.value = said.get(name) || "";
      if (choice.selectedIndex === -1) choice.value = ""; // nothing here is like that
    }
    down = said.has("down");
    arrange();
    setTimeout(() => $("claims").scrollIntoView());
  };

  // ---- sorting: the usual order first, then the other way round
  const ranks = ["surprise", "undecided", "refuted", "refuted as declared", "supported", "proved"];
  const number = (x, empty) => (x === "" ? empty : Number(x));
  const keys = {
    claim: (r) => r.id,
    verdict: (r) => ranks.indexOf(r.dataset.kind),
    sharp: (r) => number(r.dataset.sharp, Infinity),
    gap: (r) => -number(r.dataset.gap, -Infinity),
    witnesses: (r) => -r.dataset.letters.length,
  };
  const arrange = () => {
    const key = keys[sort.value];
    let sorted = order;
    if (key) {
      const way = down ? -1 : 1;
      const worth = new Map(rows.map((r) => [r, key(r)]));
      const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
      sorted = [...rows].sort((a, b) => way * compare(worth.get(a), worth.get(b)));
    }
    table.append(...sorted);
    for (const th of table.tHead.rows[0].cells) {
      if (th.dataset.key === sort.value) th.setAttribute("aria-sort", down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    filter();
  };
  const clear = () => {
    form.reset();
    down = false;
    arrange();
  };
  for (const th of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      down = sort.value === th.dataset.key && !down;
      sort.value = th.dataset.key;
      arrange();
    });
  }

  let waiting = 0;
  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); });
  for (const choice of [show, family, paper, witness]) choice.addEventListener("change", filter);
  sort.addEventListener("change", () => { down = false; arrange(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  $("clear").addEventListener("click", () => clear());
  $("open").addEventListener("click", () => {
    const inner = rows.filter((r) => !r.hidden).map((r) => r.querySelector("details"));
    const open = inner.some((d) => !d.open);
    for (const d of inner) d.open = open;
    $("open").textContent = open ? "close all shown" : "open all shown";
  });

  // ---- going to a claim shows and opens it
  const goto = (id) => {
    const target = id && $(id);
    if (!target) return;
    if (target.hidden) clear();
    const details = target.matches("details") ? target : target.querySelector("details");
    if (target.matches(".claim, .paper") && details) details.open = true;
    setTimeout(() => target.scrollIntoView());
  };
  const here = () => (location.hash.startsWith("#?") ? restore() : goto(decodeURIComponent(location.hash.slice(1))));
  addEventListener("hashchange", here);
  document.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-show]");
    if (tile) {
      clear();
      show.value = tile.dataset.show; // nothing where no claim is like that
      filter();
    }
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) goto(link.hash.slice(1)); // no event comes of it
    const button = event.target.closest(".copy");
    if (button) copy(button);
    const cell = event.target.closest(".claim > tr:first-child > *");
    if (cell && !link && !getSelection().toString()) {
      const details = cell.closest("tbody").querySelector("details");
      details.open = !details.open;
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); find.focus(); }
    if (event.key === "Escape" && event.target === find && find.value) { find.value = ""; filter(); }
  });

  // ---- copying: what is to be copied gets its button when it is first seen
  const equip = (place) => {
    for (const code of place.querySelectorAll(".cmd:not(.copied)")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "copy";
      button.setAttribute("aria-label", `copy ${code.textContent}`);
      code.classList.add("copied");
      code.after(button);
    }
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) equip(event.target); }, true);
  equip($("reading"));
  const copy = async (button) => {
    const said = button.previousElementSibling.textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(said);
    } catch { // a page opened from an insecure place has no clipboard
      const area = document.createElement("textarea");
      area.value = said;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = done ? "copied" : "not copied";
    $("copied").textContent = done ? `copied: ${said}` : "not copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  };
  here();
})();

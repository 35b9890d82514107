"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const {states, classes, zones, words, files, functions} = data;
  const symbols = ["✖", "▲", "?", "∅", "◐", "●", "✔"];
  const $ = id => document.getElementById(id);
  const make = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(attributes || {})) k === "class" ? e.className = v : k.startsWith("on") ? e.addEventListener(k.slice(2), v) : e.setAttribute(k, v);
    e.append(...children);
    return e;
  };
  const label = s => make("span", {class: "s s" + s}, symbols[s] + " " + states[s]);
  const worst = cells => cells.reduce((w, c) => Math.min(w, c[1]), states.length - 1);
  const commands = (raise, file, line) => words[raise].replaceAll("@", files[file].name + ":" + line);
  // f: [package, module, name, kind, file, line, end, zone, reasons, tests, cells, awaits]; a cell: [class, state, words, raise]; an await: [line, column, for, tests, cells]
  let shown = [], limit = 200;
  const wanted = () => {
    const text = $("text").value.toLowerCase(), zone = $("zone").value, cls = $("class").value, state = $("state").value, module = $("module").value;
    return functions.filter(f => {
      if (zone !== "" && f[7] !== +zone) return false;
      if (module !== "" && f[0] + " " + f[1] !== module) return false;
      if (text && !(f[2] + " " + files[f[4]].name).toLowerCase().includes(text)) return false;
      if (cls === "" && state === "") return true;
      return [f[10], ...f[11].map(a => a[4])].some(cells => cells.some(c => (cls === "" || c[0] === +cls) && (state === "" || c[1] === +state)));
    });
  };
  const list = () => {
    shown = wanted();
    const body = document.createDocumentFragment();
    for (const f of shown.slice(0, limit)) {
      body.append(make("tr", {},
        make("td", {}, make("button", {class: "plain mono", type: "button", onclick: () => open(f)}, f[2]), make("div", {class: "dim mono"}, files[f[4]].name + ":" + f[5])),
        make("td", {}, zones[f[7]]), make("td", {}, f[3]), make("td", {class: "n"}, String(f[11].length)), make("td", {class: "n"}, String(f[9])),
        ...classes.map((_, i) => { const c = f[10].find(c => c[0] === i); return make("td", {}, c ? label(c[1]) : make("span", {class: "dim"}, "–")); })));
    }
    $("rows").replaceChildren(body);
    const awaits = shown.reduce((n, f) => n + f[11].length, 0);
    $("count").textContent = `${shown.length} functions, ${awaits} await points` + (shown.length > limit ? `; the first ${limit} are listed` : "");
    $("more").hidden = shown.length <= limit;
  };
  const cellsOf = (cells, file, line) => {
    const dl = make("dl", {});
    for (const c of cells) {
      const dd = make("dd", {}, label(c[1]), " ", words[c[2]]);
      if (c[3] >= 0) dd.append(make("br"), make("span", {class: "dim"}, "to raise it: "), make("code", {}, commands(c[3], file, line)));
      dl.append(make("dt", {}, classes[c[0]]), dd);
    }
    return dl;
  };
  const explain = (f, a) => {
    const at = a ? a[0] : f[5];
    const parts = [make("h3", {}, a ? `await point ${files[f[4]].name}:${a[0]}:${a[1]}` : `${f[3]} ${f[2]}`)];
    if (a) parts.push(make("p", {}, "in ", make("code", {}, f[2]), a[2] >= 0 && words[a[2]] ? ", waits for " : "", a[2] >= 0 ? make("code", {}, words[a[2]]) : "", `; ${a[3]} tests were seen to stop here`));
    else parts.push(make("p", {}, `zone ${zones[f[7]]}: `, f[8].map(r => words[r[0]] + (r[1] ? ` (line ${r[1]})` : "")).join("; "), `. ${f[9]} tests were seen to stop in it.`));
    parts.push(cellsOf(a ? a[4] : f[10], f[4], at));
    $("detail").replaceChildren(...parts);
  };
  let current = -1;
  const source = (index, line) => {
    if (current !== index) {
      current = index;
      $("file").value = String(index);
      const marks = new Map();
      for (const f of functions) if (f[4] === index) {
        if (f[11].length === 0) marks.set(f[5], [...(marks.get(f[5]) || []), [f, null]]);
        for (const a of f[11]) marks.set(a[0], [...(marks.get(a[0]) || []), [f, a]]);
      }
      const lines = files[index].text === undefined ? [] : files[index].text.split("\n");
      const out = document.createDocumentFragment();
      lines.forEach((text, i) => {
        const row = make("div", {id: "L" + (i + 1)}, make("span", {class: "no"}, String(i + 1)));
        const gap = make("span", {class: "gap"}), here = marks.get(i + 1);
        if (here) {
          const s = Math.min(...here.map(([f, a]) => worst(a ? a[4] : f[10])));
          gap.append(make("button", {type: "button", class: "s" + s, "aria-label": `line ${i + 1}: ${states[s]}; show the evidence`, onclick: () => { explain(...here[0]); for (const more of here.slice(1)) $("detail").append(cellsOf(more[1] ? more[1][4] : more[0][10], index, i + 1)); } }, symbols[s] + " " + states[s]));
        }
        row.append(gap, make("span", {}, text));
        out.append(row);
      });
      $("code").replaceChildren(out);
      if (!lines.length) $("code").textContent = "this file could not be read";
    }
    document.querySelectorAll("#code .on").forEach(e => e.classList.remove("on"));
    const row = $("L" + line);
    if (row) { row.classList.add("on"); const box = $("code").parentElement; box.scrollTop = Math.max(0, row.offsetTop - box.offsetTop - 120); }
  };
  const open = f => { source(f[4], f[5]); explain(f, null); $("detail").focus(); };
  for (const id of ["zone", "class", "state", "module"]) $(id).addEventListener("change", () => { limit = 200; list(); });
  $("text").addEventListener("input", () => { limit = 200; list(); });
  $("filters").addEventListener("submit", e => e.preventDefault());
  $("clear").addEventListener("click", () => { $("filters").reset(); limit = 200; list(); });
  $("more").addEventListener("click", () => { limit += 1000; list(); });
  $("file").addEventListener("change", () => source(+$("file").value, 1));
  document.querySelectorAll("[data-module]").forEach(b => b.addEventListener("click", () => { $("module").value = b.dataset.module; list(); $("functions").scrollIntoView(); $("text").focus({preventScroll: true}); }));
  document.querySelectorAll("[data-at]").forEach(b => b.addEventListener("click", () => {
    const [file, line] = b.dataset.at.split(":").map(Number);
    source(file, line);
    let best = null;
    for (const f of functions) if (f[4] === file && f[5] <= line && line <= f[6] && (!best || f[6] - f[5] <= best[6] - best[5])) best = f;
    if (best) explain(best, best[11].find(a => a[0] === line) || null);
    $("source").scrollIntoView(); $("detail").focus({preventScroll: true});
  }));
  list();
  if (functions.length) { source(functions[0][4], functions[0][5]); explain(functions[0], null); }
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();

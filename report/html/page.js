"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const level = new Map(data.levels.map((l) => [l.rank, l]));
  const number = new Intl.NumberFormat(data.lang);
  const fold = (s) => s.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const size = 50;

  const text = (row, value, name) => {
    const cell = row.insertCell();
    if (name) cell.className = name;
    cell.textContent = value;
    return cell;
  };
  const rank = (row, value) => {
    const cell = row.insertCell();
    const l = level.get(value) || level.get(-1);
    const dot = document.createElement("span");
    dot.className = "dot l-" + l.id;
    cell.append(dot, l.label);
  };
  const persons = (row, n) => text(row, n < 0 ? "" : number.format(n), "n");
  const categories = (r) => (r.c || []).map((i) => data.categories[i]).join(", ");

  // draw fills one row of a table; hay is what a search looks in.
  const tables = {
    gaps: {
      rows: data.gaps || [], key: "o", down: false,
      hay: (r) => [r.k, r.c, r.u, r.t, r.m].join(" "),
      draw: (row, r) => {
        text(row, r.o < 9 ? r.o : data.words.confirm, "n");
        rank(row, r.r);
        const finding = text(row, r.k);
        const message = document.createElement("div");
        message.className = "message";
        message.textContent = r.m;
        finding.append(message);
        text(row, r.c || "");
        text(row, r.u, "uri");
        text(row, r.t || "");
        persons(row, r.p);
      },
    },
    locations: {
      rows: data.locations || [], key: "r", down: true,
      hay: (r) => [r.u, categories(r), r.a, r.t, r.s].join(" "),
      draw: (row, r) => {
        rank(row, r.r);
        text(row, r.u, "uri");
        text(row, categories(r));
        persons(row, r.p);
        text(row, r.a);
        text(row, r.t || "");
        text(row, r.s);
      },
    },
  };

  for (const [id, t] of Object.entries(tables)) {
    const table = document.getElementById(id);
    if (!table) continue;
    const body = table.tBodies[0];
    const form = document.querySelector(`form[data-for=${id}]`);
    const pager = document.querySelector(`.pager[data-for=${id}]`);
    const value = (r) => (t.key === "c" && id === "locations" ? (r.c || []).length : r[t.key] ?? "");
    const compare = new Intl.Collator(data.lang).compare;
    let shown = t.rows, page = 0, hays = null;

    const draw = () => {
      const fresh = document.createElement("tbody");
      for (const r of shown.slice(page * size, (page + 1) * size)) t.draw(fresh.insertRow(), r);
      if (shown.length === 0) {
        const cell = fresh.insertRow().insertCell();
        cell.colSpan = table.tHead.rows[0].cells.length;
        cell.textContent = data.words.nothing;
      }
      body.replaceChildren(...fresh.rows);
      form.querySelector("output").textContent = `${number.format(shown.length)} ${data.words.rows} ${data.words.of} ${number.format(t.rows.length)}`;
      const last = Math.max(0, Math.ceil(shown.length / size) - 1);
      previous.disabled = page === 0;
      next.disabled = page >= last;
      where.textContent = `${page + 1} / ${last + 1}`;
    };
    const filter = () => {
      const words = fold(form.elements.q.value).split(/\s+/).filter(Boolean);
      const picks = ["o", "r"].filter((k) => form.elements[k] && form.elements[k].value !== "").map((k) => [k, Number(form.elements[k].value)]);
      if (words.length > 0 && !hays) hays = new Map(t.rows.map((r) => [r, fold(t.hay(r))]));
      shown = t.rows.filter((r) => picks.every(([k, v]) => r[k] === v) && words.every((w) => hays.get(r).includes(w)));
      page = 0;
      draw();
    };
    const sort = (key) => {
      t.down = t.key === key ? !t.down : key === "r" || key === "p";
      t.key = key;
      const sign = t.down ? -1 : 1;
      t.rows.sort((a, b) => {
        const x = value(a), y = value(b);
        return sign * (typeof x === "number" ? x - y : compare(x, y));
      });
      for (const th of table.tHead.rows[0].cells) {
        const own = th.firstElementChild.dataset.key === key;
        if (own) th.setAttribute("aria-sort", t.down ? "descending" : "ascending");
        else th.removeAttribute("aria-sort");
      }
      filter();
    };

    const button = (label, name, step) => {
      const b = document.createElement("button");
      b.type = "button";
      b.textContent = label;
      b.setAttribute("aria-label", name);
      b.addEventListener("click", () => { page += step; draw(); });
      return b;
    };
    const previous = button("‹", data.lang === "fr" ? "page précédente" : "previous page", -1);
    const next = button("›", data.lang === "fr" ? "page suivante" : "next page", 1);
    const where = document.createElement("span");
    pager.append(previous, where, next);

    form.addEventListener("input", filter);
    form.addEventListener("submit", (e) => e.preventDefault());
    table.tHead.addEventListener("click", (e) => { if (e.target.dataset.key) sort(e.target.dataset.key); });
    draw();
  }
})();

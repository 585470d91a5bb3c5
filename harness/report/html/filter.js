(() => {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const items = [...document.querySelectorAll("[data-level]")];
  const rows = [...document.querySelectorAll("tr[data-level]")];
  const count = document.getElementById("filter-count");
  const none = document.getElementById("filter-none");

  function apply() {
    const data = new FormData(form);
    const wanted = ["level", "status", "behaviour", "area"]
      .filter((name) => form.elements[name])
      .map((name) => [name, data.getAll(name)])
      .filter(([, values]) => values.length !== 1 || values[0] !== "");
    for (const item of items) {
      item.hidden = !wanted.every(([name, values]) => values.includes(item.dataset[name]));
    }
    for (const area of document.querySelectorAll(".requirements tbody")) {
      area.hidden = !area.querySelector("[data-level]:not([hidden])");
    }
    if (none) none.hidden = document.querySelector("#failures > article:not([hidden])") !== null;
    const numbers = [rows.filter((row) => !row.hidden).length, rows.length];
    count.textContent = count.dataset.text.replace(/%d/g, () => numbers.shift());
  }

  // A link to what the filter hides shows it, as does one into what is folded.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      apply();
    }
    for (let e = target; e; e = e.parentElement) {
      if (e.tagName === "DETAILS") e.open = true;
    }
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();

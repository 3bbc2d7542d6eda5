"use strict";
const compared = (one, other) => {
  const [a, b] = [Number(one), Number(other)];
  if (one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  if ((one === "") !== (other === "")) return one === "" ? 1 : -1;
  return one.localeCompare(other, undefined, { numeric: true });
};
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => head.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[place].dataset.key ?? "";
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * compared(key(a), key(b)));
    table.tBodies[0].append(...rows);
  }));
}
const open = () => {
  const found = /^#trial-\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (found) { found.open = true; found.scrollIntoView(); }
};
addEventListener("hashchange", open);
open();

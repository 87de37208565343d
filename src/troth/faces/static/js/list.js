/* j and k move through [data-list]; the focus is the cursor, so Enter, reading aloud and morphs just work. */

const links = () => [...document.querySelectorAll("[data-list] [data-row] a.title")];

function move(step) {
  const all = links();
  if (!all.length) return;
  const here = all.findIndex((link) => link === document.activeElement || link.closest("[data-row]").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  all[next].focus({ focusVisible: true });
  all[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys !== "on" || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], [popover]")) return;
  if (event.key !== "j" && event.key !== "k") return;
  event.preventDefault();
  move(event.key === "j" ? 1 : -1);
});

/* After a morph the focused row keeps its id, and so its cursor. */
let focusedRow = "";
document.addEventListener("htmx:before:swap", () => {
  focusedRow = document.activeElement?.closest?.("[data-row]")?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  if (!focusedRow || document.activeElement !== document.body) return;
  document.getElementById(focusedRow)?.querySelector("a.title")?.focus({ focusVisible: true });
});

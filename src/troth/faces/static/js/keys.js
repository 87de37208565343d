/* Single keys. The registry is the page itself: each [data-key] stands on a visible button or link.
   "g q" is two keys in a row. Off while typing, composing (IME), or when the reader turned them off. */

const PATIENCE = 1200;
let pending = "";
let pendingSince = 0;

const isOn = () => document.body.dataset.keys === "on";

function isWriting(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const at = event.target;
  if (!(at instanceof Element)) return false;
  return at.isContentEditable || at.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]") !== null;
}

function isVisible(element) {
  return element.closest("[popover]") !== null || element.checkVisibility?.() !== false;
}

export function registry(root = document) {
  const found = new Map();
  for (const element of root.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (!found.has(key) && isVisible(element)) found.set(key, element);
  }
  return found;
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

function keysOf(combination) {
  return combination.split(" ").map((key) => {
    const shown = document.createElement("kbd");
    shown.textContent = key;
    return shown;
  });
}

function fillSheet(sheet) {
  const list = sheet.querySelector("[data-keys-list]");
  list.replaceChildren();
  const own = [["j", "Next in the list"], ["k", "Previous in the list"]].filter(() => document.querySelector("[data-list]"));
  const named = [...registry()].map(([key, element]) => [key, element.dataset.keyLabel || element.textContent.trim()]);
  for (const [key, words] of [...named, ...own, ["?", "This sheet"]]) {
    const term = document.createElement("dt");
    term.append(...keysOf(key));
    const meaning = document.createElement("dd");
    meaning.textContent = words;
    list.append(term, meaning);
  }
  const state = sheet.querySelector("[data-keys-state]");
  if (!isOn()) state.textContent = "Single keys are off. Turned on, a key presses the button that carries it, never while you are typing.";
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return;
  const openSheet = document.querySelector("#keys-sheet:popover-open");
  if (event.key === "?") {
    document.getElementById("keys-sheet")?.togglePopover();
    event.preventDefault();
    return;
  }
  if (openSheet || event.key.length !== 1 && event.key !== "Enter") return;
  const known = registry();
  const sequence = pending && Date.now() - pendingSince < PATIENCE ? `${pending} ${event.key}` : event.key;
  pending = "";
  const element = known.get(sequence) ?? known.get(event.key);
  if (element) {
    event.preventDefault();
    press(element);
    return;
  }
  if ([...known.keys()].some((key) => key.startsWith(`${event.key} `))) {
    pending = event.key;
    pendingSince = Date.now();
  }
});

document.getElementById("keys-sheet")?.addEventListener("beforetoggle", (event) => {
  if (event.newState === "open") fillSheet(event.target);
});

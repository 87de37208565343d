/* Remaining time is an annotation, rewritten once a minute; the absolute time is the content.
   One polite live region speaks only for the case in view ([data-announce]), at one hour left and when due. */

const MINUTE = 60_000;

function words(minutesTotal) {
  if (minutesTotal < 1) return "less than a minute";
  let hours = Math.floor(minutesTotal / 60);
  const minutes = minutesTotal % 60;
  if (hours < 48) return [hours ? `${hours} h` : "", minutes || !hours ? `${minutes} min` : ""].filter(Boolean).join(" ");
  const days = Math.floor(hours / 24);
  hours %= 24;
  return hours ? `${days} days ${hours} h` : `${days} days`;
}

/* The same words as troth.faces.moments.remaining_words. */
export function remainingWords(due, now) {
  const left = due - now;
  const minutes = Math.floor(Math.abs(left) / MINUTE);
  return left >= 0 ? `in ${words(minutes)}` : `${words(minutes)} ago`;
}

function announce(element, due, now) {
  const left = Math.floor((due - now) / MINUTE);
  const at = left === 60 ? "One hour left." : left === 0 ? "Due now." : "";
  const region = document.querySelector("[data-clock-announcer]");
  if (at && region && element.dataset.said !== at) {
    element.dataset.said = at;
    region.textContent = at;
  }
}

export function tick(now = Date.now()) {
  for (const element of document.querySelectorAll("[data-due]")) {
    const due = Date.parse(element.dataset.due);
    if (Number.isNaN(due)) continue;
    const said = remainingWords(due, now);
    if (element.textContent !== said) element.textContent = said;
    if ("announce" in element.dataset) announce(element, due, now);
  }
}

function schedule() {
  setTimeout(() => {
    if (!document.hidden) tick();
    schedule();
  }, MINUTE - (Date.now() % MINUTE));
}

tick();
schedule();
document.addEventListener("visibilitychange", () => document.hidden || tick());
document.addEventListener("htmx:after:swap", () => tick());

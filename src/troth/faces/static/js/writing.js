/* What a form being written needs and plain HTML does not give: the send chord, pasted images as files,
   one sending per press, and messages that can be put away. Nothing here is needed to send. */

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.isComposing) return;
  const form = event.target instanceof Element ? event.target.closest("[data-writing]") : null;
  if (!form) return;
  event.preventDefault();
  const sends = (one) => one.matches("button[type=submit]:not([name]), button:not([type], [name])");
  form.requestSubmit([...form.elements].find(sends) ?? undefined);
});

document.addEventListener("paste", (event) => {
  const form = event.target instanceof Element ? event.target.closest("[data-writing]") : null;
  const input = form?.querySelector("input[type=file]");
  const images = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!input || !images.length) return;
  event.preventDefault();
  const files = new DataTransfer();
  for (const file of [...input.files, ...images]) files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

/* A second press within the same sending does nothing; the back button finds the form usable again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending === "yes") event.preventDefault();
  else form.dataset.sending = "yes";
});
const restore = () => document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
addEventListener("pageshow", restore);
document.addEventListener("htmx:after:request", restore);

for (const button of document.querySelectorAll("[data-put-away]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-put-away]") : null;
  button?.closest(".notice-bar")?.remove();
});

document.querySelector("main:not(.guide) [data-error-summary]")?.focus();

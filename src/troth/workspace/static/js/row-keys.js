/* Keys of the row under the cursor: [data-row-key] stands on a visible button inside it. Off where single keys are. */

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys !== "on" || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  const row = document.activeElement?.closest("[data-row]");
  const button = row?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

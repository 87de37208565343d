/* A form with [data-passkey] asks the device for a passkey (create) or for proof of one (get), and sends what comes.
   The messages to and from the server are put into words by webauthn-json, which allauth brings. */

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-passkey-trouble]");
    const data = JSON.parse(document.getElementById("passkey-data").textContent);
    trouble.hidden = true;
    try {
      const given = form.dataset.passkey === "create"
        ? await window.webauthnJSON.create(data.creation_options)
        : await window.webauthnJSON.get(data.request_options);
      form.elements.credential.value = JSON.stringify(given);
      form.submit();
    } catch {
      trouble.hidden = false;
    }
  });
}

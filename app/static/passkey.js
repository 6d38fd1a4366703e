// Passkeys: form[data-passkey="address of the options"] asks the device, fills in what it answered and is sent as any form.
(() => {
  "use strict";
  // A passkey belongs to a domain (WebAuthn Level 3, 5.1.3): at an address made of numbers no device makes or uses one.
  const unnamed = /^[\d.]+$|:/.test(location.hostname);
  for (const note of document.querySelectorAll("[data-passkey-unnamed]")) note.hidden = !unnamed;
  if (unnamed || !window.PublicKeyCredential) return;
  const one = (selector, within = document) => within.querySelector(selector);

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

  // What the server sends as JSON (WebAuthn Level 3, 5.1.8 and 5.1.9) and what the device answers, without the browser's
  // own conversions, which phones of a few years ago lack.
  function asked(options) {
    const made = { ...options, challenge: bytes(options.challenge) };
    if (options.user) {
      made.user = { ...options.user, id: bytes(options.user.id) };
      made.excludeCredentials = known(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: made });
    }
    made.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey: made });
  }

  function answered(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  }

  async function use(form) {
    const failed = one("[data-passkey-failed]", form);
    failed.hidden = true;
    try {
      const offer = await fetch(form.dataset.passkey, { method: "POST" });
      if (!offer.ok) throw new Error(`options: ${offer.status}`);
      const credential = await asked(await offer.json());
      one("[name=credential]", form).value = JSON.stringify(answered(credential));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      use(form);
    });
  }
})();

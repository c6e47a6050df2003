// Asks a security key or passkey what the server wants to know, and sends its answer in the form.
// <div data-key="create|get" data-options="{…}"> around a form with a hidden field "answer", and an
// element with data-failed that is shown where the key does not answer; one with data-known where it
// is set up already.
const octets = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const asked = (options) => ({
  ...options,
  challenge: octets(options.challenge),
  ...(options.user && { user: { ...options.user, id: octets(options.user.id) } }),
  ...Object.fromEntries(
    ["excludeCredentials", "allowCredentials"]
      .filter((list) => options[list])
      .map((list) => [list, options[list].map((one) => ({ ...one, id: octets(one.id) }))]),
  ),
});

// By hand: not every phone's browser has toJSON yet.
const told = (key) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({
    id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {},
  });
};

for (const part of document.querySelectorAll("[data-key]")) {
  const form = part.querySelector("form");
  const failed = part.querySelector("[data-failed]");
  const known = part.querySelector("[data-known]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const said of [failed, known]) if (said) said.hidden = true;
    try {
      const publicKey = asked(JSON.parse(part.dataset.options));
      const key = await navigator.credentials[part.dataset.key]({ publicKey });
      form.elements.answer.value = told(key);
      form.submit();
    } catch (error) {
      // The browser was told which keys are set up: it says so by this name.
      (known && error.name === "InvalidStateError" ? known : failed).hidden = false;
    }
  });
}

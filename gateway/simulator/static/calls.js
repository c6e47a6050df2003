// The page's only door to the outside: JSON calls to its own origin.

const page = document.body.dataset;
export const texts = JSON.parse(page.texts);
export const serviceCode = page.serviceCode;
const language = new URLSearchParams(location.search).get("lang") ?? "en";

export function say(key, values = {}) {
  return texts[key].replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

export class CallError extends Error {}

export async function call(verb, fields, method = "POST") {
  const answer = await ask(verb, `?lang=${encodeURIComponent(language)}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  });
  return answer;
}

export function fetchInbox(msisdn) {
  return ask("inbox", `?msisdn=${encodeURIComponent(msisdn)}`, {});
}

async function ask(verb, query, options) {
  let response;
  try {
    response = await fetch(page.calls + verb + query, options);
  } catch {
    throw new CallError(say("simulator_away"));
  }
  const answer = await response.json().catch(() => ({ error: "simulator_away" }));
  if (answer.error) throw new CallError(texts[answer.error] ?? answer.error);
  return answer;
}

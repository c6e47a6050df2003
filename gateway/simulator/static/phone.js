// The phone: idle -> waiting -> session (a page that expects an answer) or message -> idle.

import { CallError, call, serviceCode, texts } from "./calls.js";
import { Caller } from "./caller.js";
import { Gauges } from "./gauges.js";
import { Inbox } from "./inbox.js";

const at = (id) => document.getElementById(id);
const entry = at("entry");
const gauges = new Gauges();
const inbox = new Inbox();
const caller = new Caller(changeCaller);
let state = "idle";
let dialled = serviceCode;
let talking = ""; // the number that dialled: the caller chosen may be another by now
let fresh = false;
let turn = 0; // an answer to an earlier turn is not shown any more

const LABELS = {
  idle: ["dial", "call"],
  waiting: ["reply", "send"],
  session: ["reply", "send"],
  message: ["reply", "close"],
};

function show(next, text, { isError = false } = {}) {
  state = next;
  const [label, hint] = LABELS[next];
  at("screen").textContent = text;
  at("screen").scrollTop = 0;
  at("lcd").dataset.state = isError ? "error" : next;
  at("entry-label").textContent = texts[label];
  at("call-hint").textContent = texts[hint];
  entry.value = next === "idle" ? dialled : "";
  fresh = false;
  entry.disabled = next === "message";
  at("lose-signal").disabled = next !== "session";
  at("repeat").disabled = next === "waiting" || !gauges.hasHops;
  focusEntry();
}

function focusEntry() {
  const other = document.activeElement;
  const elsewhere = other && other !== document.body && !at("handset").contains(other);
  if (!elsewhere) (entry.disabled ? at("call") : entry).focus({ preventScroll: true });
}

function idle() {
  turn += 1;
  gauges.clear();
  show("idle", `${texts.ready}\n${caller.number}`);
  // The first key replaces what stands ready. Selecting would take the focus from elsewhere.
  fresh = true;
  if (document.activeElement === entry) entry.select();
}

async function hop(verb, fields, note = "") {
  turn += 1;
  const [mine, msisdn] = [turn, talking];
  show("waiting", texts.running);
  try {
    const screen = await call(verb, { msisdn, ...fields });
    if (mine === turn) display(screen, note);
    else if (state === "idle" || talking !== msisdn) hangUp(msisdn);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (mine === turn) fail(error.message);
  }
}

function hangUp(msisdn) {
  return call("hang-up", { msisdn }).catch(() => undefined);
}

function fail(text) {
  gauges.clear();
  show("message", text, { isError: true });
}

function display(screen, note) {
  caller.settle(screen.msisdn);
  talking = screen.msisdn;
  gauges.record(screen, note);
  if (screen.fault === "expired") return fail(texts.expired);
  if (screen.fault) {
    return show("message", `${texts.invalid_code}\n\n${texts[screen.fault]}`, { isError: true });
  }
  return show(screen.open ? "session" : "message", screen.text);
}

function send() {
  const typed = entry.value;
  if (state === "message") return idle();
  if (state === "waiting" || !typed) return undefined;
  if (state === "session") return hop("press", { keys: typed });
  dialled = typed;
  talking = caller.msisdn;
  gauges.forgetHops();
  return hop("dial", { code: typed });
}

async function end(text = "") {
  if (state !== "session") return idle();
  gauges.note(texts.hung_up);
  await hangUp(talking);
  if (text) fail(text);
  else idle();
}

async function changeCaller(msisdn) {
  await end();
  gauges.forgetHops();
  idle();
  inbox.open(msisdn);
}

function press(key) {
  if (entry.disabled || state === "waiting") return;
  startAnew();
  entry.setRangeText(key, entry.selectionStart, entry.selectionEnd, "end");
}

function startAnew() {
  if (fresh) entry.value = "";
  fresh = false;
}

function erase() {
  startAnew();
  if (entry.disabled || !entry.value) return;
  const start = entry.selectionStart;
  const from = start === entry.selectionEnd ? Math.max(0, start - 1) : start;
  entry.setRangeText("", from, entry.selectionEnd, "end");
}

function typed(event) {
  const inField = event.target.matches("input, textarea");
  if (event.key === "Escape" && (!inField || event.target === entry)) return end();
  if (inField || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") erase();
  else if (event.key === "Enter" && event.target === document.body) send();
  return undefined;
}

function tick() {
  const now = new Date();
  at("clock").textContent = now.toTimeString().slice(0, 5);
  if (gauges.tick() && state === "session") fail(texts.expired);
}

at("handset").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
for (const key of document.querySelectorAll("[data-key]")) {
  key.addEventListener("click", () => press(key.dataset.key));
}
entry.addEventListener("input", () => {
  fresh = false;
});
at("clear").addEventListener("click", erase);
at("end").addEventListener("click", () => end());
at("lose-signal").addEventListener("click", () => end(texts.signal_lost));
at("repeat").addEventListener("click", () => hop("retry", {}, texts.repeated));
document.addEventListener("keydown", typed);
setInterval(tick, 1000);
tick();
idle();
inbox.open(caller.msisdn);

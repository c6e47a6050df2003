// The phone's SMS: what came, what is new, and what it sends itself.

import { call, fetchInbox, say, texts } from "./calls.js";

const at = (id) => document.getElementById(id);
const EVERY = 2000;
const SHOWN = 50;

export class Inbox {
  constructor() {
    this.msisdn = "";
    this.messages = [];
    this.read = new Map();
    this.optedOut = false;
    for (const sign of ["pointermove", "focusin", "click"]) {
      at("inbox").addEventListener(sign, () => this.markRead());
    }
    at("write").addEventListener("submit", (event) => this.write(event));
    at("sms").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) this.write(event);
    });
    at("opt-out").addEventListener("click", () => this.toggleOptOut());
    setInterval(() => document.hidden || this.refresh(), EVERY);
  }

  open(msisdn) {
    this.msisdn = msisdn;
    this.messages = [];
    at("sms-note").textContent = "";
    this.draw();
    this.refresh();
  }

  async refresh() {
    const asked = this.msisdn;
    if (!asked) return;
    const answer = await fetchInbox(asked).catch(() => null);
    if (!answer || asked !== this.msisdn) return;
    const changed = answer.messages.length !== this.messages.length;
    this.messages = answer.messages;
    this.optedOut = answer.opted_out;
    if (changed) this.draw();
    this.drawOptOut();
  }

  get seen() {
    return Math.min(this.read.get(this.msisdn) ?? 0, this.messages.length);
  }

  markRead() {
    if (this.seen === this.messages.length) return;
    this.read.set(this.msisdn, this.messages.length);
    this.drawBadge();
    for (const item of at("inbox").children) item.classList.remove("new");
  }

  draw() {
    const first = Math.max(0, this.messages.length - SHOWN);
    const items = this.messages.slice(first).map((message, i) => drawn(message, first + i >= this.seen));
    at("inbox").replaceChildren(...items.reverse());
    at("inbox").hidden = items.length === 0;
    at("inbox-empty").hidden = items.length > 0;
    this.drawBadge();
    this.drawOptOut();
  }

  drawBadge() {
    const count = this.messages.length - this.seen;
    at("badge").hidden = at("envelope").hidden = count === 0;
    at("badge").textContent = say("unread", { count });
    at("envelope").textContent = count;
  }

  drawOptOut() {
    at("opt-out").textContent = this.optedOut ? texts.opt_in : texts.opt_out;
  }

  async write(event) {
    event.preventDefault();
    const text = at("sms").value.trim();
    if (!text) return;
    await this.tell(() => call("sms", { msisdn: this.msisdn, text }), texts.sms_sent);
    at("sms").value = "";
  }

  async toggleOptOut() {
    const method = this.optedOut ? "DELETE" : "POST";
    const done = this.optedOut ? texts.opted_in : texts.opted_out;
    await this.tell(() => call("opt-out", { msisdn: this.msisdn }, method), done);
    await this.refresh();
  }

  async tell(act, done) {
    try {
      await act();
      at("sms-note").textContent = done;
    } catch (error) {
      at("sms-note").textContent = error.message;
    }
  }
}

function drawn(message, isNew) {
  const item = element("li", isNew ? "sms new" : "sms");
  const time = new Date(message.received_at).toTimeString().slice(0, 5);
  const size =
    message.segments === 1 ? texts.one_segment : say("segments", { count: message.segments });
  const head = element("p", "sms-head");
  head.append(
    element("span", "", say("from", { sender: message.from })),
    element("time", "", time),
  );
  const foot = `${size} · ${message.encoding} · ${message.units}/${message.units + message.left}`;
  item.append(head, element("p", "sms-body", message.body), element("p", "sms-foot", foot));
  return item;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

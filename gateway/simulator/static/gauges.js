// What the network counts: room on the page, time of the session, the hops so far.

import { say, texts } from "./calls.js";

const at = (id) => document.getElementById(id);
const KEPT = 30;

export class Gauges {
  constructor() {
    this.hasHops = false;
    this.clear();
  }

  clear() {
    this.deadline = null;
    at("page-meter").value = 0;
    at("page-use").textContent = texts.no_page;
    this.tick();
  }

  record(screen, note) {
    if (screen.session_id) this.hasHops = true;
    this.page(screen);
    this.deadline = screen.open ? Date.now() + screen.seconds_left * 1000 : null;
    this.tick();
    const outcome = screen.fault ? texts[screen.fault] : screen.body.slice(0, 3);
    this.note([`“${screen.sent}”`, outcome, `${screen.took_ms} ms`, note].filter(Boolean).join(" · "));
  }

  page(screen) {
    const { units, budget, encoding, octets } = screen;
    const meter = at("page-meter");
    meter.max = budget || 80;
    meter.high = budget - 0.5;
    meter.value = units;
    const key = encoding === "GSM-7" ? "septets" : "units";
    at("page-use").textContent = units ? say(key, { units, budget, encoding, octets }) : texts.no_page;
  }

  note(text) {
    const line = document.createElement("li");
    line.textContent = text;
    at("log").append(line);
    if (at("log").children.length > KEPT) at("log").firstChild.remove();
  }

  forgetHops() {
    this.hasHops = false;
    at("log").replaceChildren();
  }

  // Shows the time left; true when there is none any more.
  tick() {
    const left = this.deadline === null ? null : Math.max(0, this.deadline - Date.now());
    const seconds = Math.ceil((left ?? 0) / 1000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    at("time-meter").value = seconds;
    at("time-left").textContent = left === null ? texts.no_timer : say("time_left", { time });
    return left === 0;
  }
}

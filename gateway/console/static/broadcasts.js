// Counts SMS while one writes, and people while one chooses. Without it the button "Count again"
// does both. The alphabet comes from the gateway, so that both count the same.
"use strict";

// As gateway.core.lao_text.compose: the shortest spelling that looks the same.
function compose(text) {
  const tones = "\u0ec8-\u0ecb";
  const signs = "\u0eb1\u0eb4-\u0eb9\u0ebb\u0ebc\u0ecd";
  return text
    .replace(/[\u200b\u2060\ufeff]/g, "")
    .normalize("NFC")
    .replace(new RegExp(`([${tones}]+)([${signs}]+)`, "g"), "$2$1")
    .replace(new RegExp(`\u0ecd([${tones}]*)\u0eb2`, "g"), "$1\u0eb3")
    .replace(new RegExp(`\u0eb3([${tones}]+)`, "g"), "$1\u0eb3")
    .replace(/\u0eab\u0e99/g, "\u0edc")
    .replace(/\u0eab\u0ea1/g, "\u0edd")
    .replace(/\u0ec0\u0ec0/g, "\u0ec1");
}

class Alphabet {
  constructor(tables) {
    this.basic = new Set(tables.basic);
    this.extension = new Set(tables.extension);
    this.equals = tables.equals;
    this.single = tables.single;
    this.joined = tables.joined;
  }

  cheap(char) {
    return this.basic.has(char) || this.extension.has(char);
  }

  fit(text, locale) {
    if (locale === "lo") return compose(text);
    if ([...text].every((char) => this.cheap(char))) return text;
    return [...text.normalize("NFC")].map((char) => this.equals[char] ?? char).join("");
  }

  // {units, room, count, dear} as gateway.console.kit.text_costs.counted.
  count(written, locale) {
    const text = this.fit(written.trim(), locale);
    const chars = [...text];
    const dear = [...new Set(chars.filter((char) => !this.cheap(char)))];
    const encoding = dear.length ? "ucs2" : "gsm7";
    const width = (char) => (dear.length ? char.length : this.extension.has(char) ? 2 : 1);
    const units = chars.reduce((sum, char) => sum + width(char), 0);
    if (units <= this.single[encoding]) {
      return { units, room: this.single[encoding], count: 1, dear: locale === "lo" ? [] : dear };
    }
    const size = this.joined[encoding];
    let count = 1;
    let left = size;
    for (const char of chars) {
      if (width(char) > left) {
        count += 1;
        left = size;
      }
      left -= width(char);
    }
    return { units, room: size * count, count, dear: locale === "lo" ? [] : dear };
  }
}

function show(part, counted, words) {
  const units = document.createElement("span");
  units.className = counted.count > 1 ? "units over" : "units";
  units.textContent = words.cost.replace(/\[(\w+)\]/g, (_all, name) => counted[name]);
  part.replaceChildren(units);
  if (!counted.dear.length) return;
  const dear = document.createElement("p");
  dear.className = "dear";
  dear.append(`${words.dear} `);
  for (const char of counted.dear) {
    const mark = document.createElement("mark");
    mark.textContent = char;
    dear.append(mark, " ");
  }
  part.append(dear);
}

async function countTexts(box) {
  const answer = await fetch(box.dataset.alphabet);
  if (!answer.ok) return;
  const alphabet = new Alphabet(await answer.json());
  for (const part of box.querySelectorAll("[data-locale]")) {
    const area = document.getElementById(part.dataset.for);
    const renew = () => show(part, alphabet.count(area.value, part.dataset.locale), box.dataset);
    area.addEventListener("input", renew);
    renew();
  }
  box.dataset.ready = "yes";
}

function countPeople(box) {
  const chosen = box.querySelector(".chosen");
  let latest = 0;
  box.addEventListener("change", async () => {
    const mine = ++latest;
    const answer = await fetch(box.dataset.audience, {
      method: "POST",
      body: new FormData(box.closest("form")),
    }).catch(() => null);
    if (mine !== latest || !answer || !answer.ok || answer.redirected) return;
    const focused = document.activeElement?.id;
    chosen.innerHTML = await answer.text();
    if (focused) document.getElementById(focused)?.focus();
  });
}

for (const box of document.querySelectorAll("[data-alphabet]")) countTexts(box);
for (const box of document.querySelectorAll("[data-audience]")) countPeople(box);
for (const button of document.querySelectorAll("button[value=check]")) button.hidden = true;

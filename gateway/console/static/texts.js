// Checks a wording while it is typed, and leafs through the cards by keyboard. Without it the check
// comes with the button.
"use strict";

const WAIT = 300; // ms without a key

const LONGEST = 7000; // characters of an address that servers take

function say(part, text) {
  const line = document.createElement("p");
  line.className = "moved";
  line.textContent = text;
  part.replaceChildren(line);
}

function check(part) {
  const area = document.getElementById(part.dataset.for);
  const latin = document.getElementById(part.dataset.latinFor);
  let latest = 0;
  let timer;
  let draft = latin?.value; // what nobody has typed
  const ask = async () => {
    const mine = ++latest;
    const address = `${part.dataset.check}?${new URLSearchParams({ wording: area.value })}`;
    if (address.length > LONGEST) return say(part, part.dataset.long);
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (mine !== latest) return;
    if (!answer || !answer.ok || answer.redirected) return say(part, part.dataset.away);
    part.innerHTML = await answer.text();
    const read = part.querySelector("[data-latin]")?.dataset.latin;
    if (latin && read && latin.value === draft) draft = latin.value = read;
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

function leaf(event) {
  if (!event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches("textarea, input, select");
  const confirming = !typing || event.target.closest("form.confirm");
  if (event.key === "Enter" && confirming) {
    document.querySelector("form.confirm")?.requestSubmit();
  } else if (!typing && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    const rel = event.key === "ArrowRight" ? "next" : "prev";
    document.querySelector(`.pager a[rel=${rel}]`)?.click();
  } else {
    return;
  }
  event.preventDefault();
}

for (const part of document.querySelectorAll("[data-check]")) check(part);
document.addEventListener("keydown", leaf);

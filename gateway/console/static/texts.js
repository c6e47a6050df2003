// Checks a wording while it is typed, and leafs through the cards by keyboard. Without it the check
// comes with the button.
"use strict";

const WAIT = 300; // ms without a key

function check(part) {
  const area = document.getElementById(part.dataset.for);
  let latest = 0;
  let timer;
  const ask = async () => {
    const mine = ++latest;
    const address = `${part.dataset.check}?${new URLSearchParams({ wording: area.value })}`;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (mine !== latest || !answer || !answer.ok || answer.redirected) return;
    part.innerHTML = await answer.text();
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

function leaf(event) {
  if (!event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches("textarea, input, select");
  if (event.key === "Enter" && !typing) {
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

// Ticks a woman by the last digits of her number, so that a sheet is entered without a mouse.
// Without it the boxes and the list of numbers do the same.
"use strict";

function tick(part, field, boxes) {
  const digits = field.value.replace(/\D/g, "");
  const said = part.querySelector(".said");
  if (!digits) return;
  const found = boxes.filter((box) => box.dataset.number.endsWith(digits));
  if (found.length !== 1) {
    const text = found.length ? part.dataset.several : part.dataset.none;
    said.textContent = text.replace("{}", digits);
    return;
  }
  const [box] = found;
  box.checked = !box.checked;
  box.closest("tr").scrollIntoView({ block: "nearest" });
  const words = [...box.closest("tr").cells].slice(1, 3).map((cell) => cell.textContent.trim());
  said.textContent = `${box.checked ? "✓" : "–"} ${words.join(" ")}`;
  field.value = "";
}

for (const part of document.querySelectorAll("[data-quick]")) {
  const field = part.querySelector("input");
  const boxes = [...document.querySelectorAll("input[data-number]")];
  part.hidden = false;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    tick(part, field, boxes);
  });
}

// Whose phone it is: one of the demo's callers, or any number typed.

const at = (id) => document.getElementById(id);
const OPERATORS = [
  [/^\+856(209|304|309)/, "Unitel"],
  [/^\+856(205|207|305|307)/, "Lao Telecom"],
  [/^\+856(202|203|302)/, "ETL"],
  [/^\+856208/, "Best"],
];

export class Caller {
  constructor(changed) {
    this.changed = changed;
    this.radios = [...document.querySelectorAll("input[name=caller]")];
    for (const radio of this.radios) radio.addEventListener("change", () => this.choose());
    at("other-number").addEventListener("focus", () => this.pickOther());
    at("other-number").addEventListener("change", () => this.choose());
    if (matchMedia("(max-width: 899px)").matches) at("callers").open = false;
    this.describe();
  }

  get msisdn() {
    return this.chosen.value || at("other-number").value;
  }

  get chosen() {
    return this.radios.find((radio) => radio.checked);
  }

  pickOther() {
    if (at("other-caller").checked) return;
    at("other-caller").checked = true;
    this.choose();
  }

  choose() {
    this.describe();
    if (!this.chosen.value) at("other-number").focus();
    this.changed(this.msisdn);
  }

  // The gateway's own reading of the number, once it has answered.
  settle(msisdn) {
    if (!this.chosen.value && msisdn) at("other-number").value = msisdn;
    this.describe();
  }

  // As people read it: +856 20 5550 0001.
  get number() {
    return this.chosen.dataset.number ?? this.msisdn;
  }

  describe() {
    at("chosen").textContent = this.chosen.dataset.who;
    const operator = OPERATORS.find(([prefix]) => prefix.test(this.msisdn));
    at("operator").textContent = operator ? operator[1] : "Roaming";
  }
}

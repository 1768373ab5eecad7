// The review page without reloading: rulings by button or key, and the next comment at once.
// Without this script every button still works as a form.

const cards = document.querySelector("[data-cards]");
const said = document.querySelector("[data-said]");
const count = document.querySelector("[data-count]");
const keys = document.querySelector("[data-keys]");
const texts = document.querySelector("[data-texts]").dataset;

const all = () => [...document.querySelectorAll(".card")];

/** The card that has the focus, or holds what has it. */
const current = () => document.activeElement?.closest(".card") ?? null;

function step(by) {
  const list = all();
  const place = list.indexOf(current());
  const next = list[place < 0 ? 0 : Math.min(list.length - 1, Math.max(0, place + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Take a settled card away and go on to the one that follows it. */
function remove(card, hadFocus) {
  const list = all();
  const place = list.indexOf(card);
  const next = list[place + 1] ?? list[place - 1] ?? null;
  card.closest("li").remove();
  if (hadFocus) (next ?? document.querySelector("#main")).focus();
  if (next) return;
  cards.remove();
  document.querySelector("[data-empty]").hidden = false;
}

function renderCount(left) {
  count.textContent = count.dataset.text.replace("{count}", left);
  count.dataset.count = left;
  document.title = document.title.replace(/\(\d+\)/, `(${left})`);
}

/** Send one ruling; what cannot be carried out is said on the card. */
async function rule(card, form, button) {
  const buttons = [...form.querySelectorAll("button")];
  const fault = form.querySelector("[data-fault]");
  if (form.dataset.sending) return;
  form.dataset.sending = "true";
  buttons.forEach((other) => other.setAttribute("aria-disabled", "true"));
  fault.textContent = "";
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form, button)),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      settle(card, said.dataset[answer.said], answer.left);
      return;
    }
    if (response.status === 409 || response.status === 404) {
      settle(card, answer.detail, Math.max(0, Number(count.dataset.count) - 1));
      return;
    }
    fault.textContent = [401, 403].includes(response.status) ? texts.stale : (answer.detail ?? texts.failed);
  } catch {
    fault.textContent = texts.failed;
  }
  delete form.dataset.sending;
  buttons.forEach((other) => other.removeAttribute("aria-disabled"));
}

function settle(card, text, left) {
  said.textContent = text;
  renderCount(left);
  remove(card, card.contains(document.activeElement));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-ruling]");
  if (!form) return;
  event.preventDefault();
  rule(form.closest(".card"), form, event.submitter);
});

const commands = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press(".approve"),
  r: () => press(".reject"),
  "?": () => keys.showModal(),
};

function press(selector) {
  const card = current();
  if (card) card.querySelector(selector).click();
  else step(1); // never rule on a comment that is not the chosen one
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  // With a Korean keyboard layout J, K, A and R give letters of Hangul; then the key's place tells them.
  const pressed = event.key.toLowerCase();
  const key = pressed in commands ? pressed : event.code.replace(/^Key/, "").toLowerCase();
  if (!Object.hasOwn(commands, key) || (event.repeat && key !== "j" && key !== "k")) return;
  event.preventDefault();
  commands[key]();
});

const open = document.querySelector("[data-keys-open]");
open.hidden = false;
open.addEventListener("click", () => keys.showModal());

for (const time of document.querySelectorAll("time[data-local]")) {
  const format = { dateStyle: "medium", timeStyle: "short" };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(time.dateTime));
}

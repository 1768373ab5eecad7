// Rulings by key, button or selection: asked where there is something to choose, sent once, answered in place.

import { fill } from "../dom.js";
import { add, all, cardOf, close, current, isWorking, remove, selectedCards, step, unselect } from "./cards.js";
import { renderCounts } from "./counts.js";
import { askRuling } from "./dialogs.js";
import { say } from "./say.js";
import { offer } from "./undo.js";
import { faultOf, load, post, texts } from "./wire.js";

const FEW = 4; // cards left on the page when the next ones are fetched
const capital = (word) => word[0].toUpperCase() + word.slice(1);
let fetching = false;

/** What a dialog shows of a card. */
function target(card) {
  const posted = card.querySelector(".posted bdi").cloneNode(true);
  for (const number of posted.querySelectorAll(".note-number")) number.remove();
  return {
    id: card.dataset.id,
    text: posted.textContent.trim().replace(/\s+/g, " ").slice(0, 160),
    language: card.dataset.language,
    veiled: card.querySelector(".posted").classList.contains("veiled"),
    suggested: card.dataset.suggested,
  };
}

/** Rule on the selection, else on the current card; never on one that nobody chose. */
export async function rule(act) {
  const chosen = selectedCards();
  if (chosen.length > 0) {
    await decide(act, chosen.map(target), { asks: true });
    return;
  }
  const card = current();
  if (!card) {
    step(1);
    return;
  }
  const form = card.querySelector("form[data-ruling]");
  if (!form || form.hidden || !form.querySelector(`[value="${act}"]`)) return;
  await decide(act, [target(card)], { seen: form.elements.seen?.value });
}

/** Rule on these comments; resolves once it is settled what came of it. */
export async function decide(act, targets, { asks = act === "reject" || act === "return", seen } = {}) {
  const answers = asks ? await askRuling(act, targets) : {};
  if (answers === null) return;
  const cards = targets.map(({ id }) => cardOf(id)).filter(Boolean);
  if (cards.some((card) => card.dataset.sending)) return;
  cards.forEach((card) => (card.dataset.sending = "true"));
  const fields = { act, ids: targets.map(({ id }) => id).join("\n"), key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
  if (answers.clause) fields.clause = answers.clause;
  if (answers.message) fields.message = answers.message;
  if (seen) fields.seen = seen;
  let answer = await post("/review/rulings", fields);
  if (answer.status === 0) answer = await post("/review/rulings", fields); // the key makes it one ruling
  cards.forEach((card) => delete card.dataset.sending);
  if (!answer.done) {
    for (const card of cards) card.querySelector("[data-winner]").textContent = faultOf(answer);
    if (cards.length === 0 || cards.length > 1) say(faultOf(answer), { tone: "fault" });
    return;
  }
  renderCounts(answer.counts);
  settle(act, answer);
}

function settle(act, answer) {
  for (const failure of answer.failed) {
    const card = cardOf(failure.id);
    if (card) close(card, lost(failure), { settled: failure.problem !== "claimed" });
  }
  if (answer.done.length === 0) return;
  unselect();
  if (isWorking) remove(answer.done);
  else answer.done.forEach((id) => cardOf(id) && close(cardOf(id), fill(texts[`did${capital(act)}`], { count: 1 })));
  offer(answer, fill(texts[`did${capital(act)}`], { count: answer.done.length }));
  topUp();
}

/** Who was first, and with what. */
export function lost({ problem, by, did, at }) {
  if (problem === "claimed") return fill(texts.holder, { name: by });
  const act = texts[`winner${capital(did ?? "x")}`] ?? did ?? "";
  const time = at ? new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date(at)) : "";
  return fill(texts.settled, { act, name: by ?? "", time });
}

/** Fetch the next cards before the last one is done. */
export async function topUp() {
  if (!isWorking || fetching || all().filter((card) => !card.matches(".over, .taken")).length > FEW) return;
  fetching = true;
  const page = await load(location.pathname + location.search);
  fetching = false;
  if (!page) return;
  const had = document.activeElement?.id === "main";
  add(page);
  if (had) step(1);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const act = event.submitter?.value;
  if (form.matches("[data-ruling]")) {
    event.preventDefault();
    const card = form.closest(".card");
    decide(act, [target(card)], { seen: form.elements.seen?.value });
  } else if (form.matches("[data-together]")) {
    event.preventDefault();
    together(form, act);
  } else if (form.matches("[data-once]")) {
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "true";
  }
});

/** The comment and all that are like it. */
export function together(form, act) {
  const [first, ...rest] = form.elements.ids.value.split("\n");
  const card = cardOf(first);
  const excerpts = [...form.closest("section").querySelectorAll(".excerpt")];
  const others = rest.map((id, place) => ({
    id,
    text: excerpts[place].textContent.trim().slice(0, 160),
    language: excerpts[place].lang,
    veiled: excerpts[place].classList.contains("veiled"),
  }));
  return decide(act, [target(card), ...others], { asks: true });
}

for (const button of document.querySelectorAll("[data-bulk]")) {
  button.addEventListener("click", () => rule(button.dataset.bulk));
}

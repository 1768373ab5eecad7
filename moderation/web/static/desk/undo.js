// Ten minutes to think again: a toast counts them down, U takes the latest ruling back. A reload forgets nothing.

import { h } from "../dom.js";
import { add, focus } from "./cards.js";
import { renderCounts } from "./counts.js";
import { say } from "./say.js";
import { faultOf, load, post, texts } from "./wire.js";

const KEPT = "desk-undo";
const labels = document.querySelector("[data-toasts]").dataset;

let batches = read();
let shown = null;

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return kept.filter((batch) => Date.parse(batch.until) > Date.now());
  } catch {
    return [];
  }
}

function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(batches.slice(-50)));
}

/** Say what was done, with the way back. */
export function offer(answer, text) {
  batches.push({ id: answer.batch, until: answer.undo_until, ids: answer.done, text });
  keep();
  show(text, true);
}

function show(text, isNew) {
  shown?.remove();
  const batch = batches.at(-1);
  if (!batch) return;
  const left = h("span", { class: "left", "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "quiet", onclick: () => undo() }, labels.undo, " ", h("kbd", { "aria-hidden": "true" }, "U"));
  if (isNew) shown = say(text, { extra: [left, button], stays: true });
  else shown = say(batch.text, { extra: [left, button], stays: true });
  shown.dataset.batch = batch.id;
  tick();
}

function tick() {
  const batch = batches.at(-1);
  const left = shown?.querySelector(".left");
  if (!batch || !left) return;
  const seconds = Math.max(0, Math.floor((Date.parse(batch.until) - Date.now()) / 1000));
  left.textContent = labels.left.replace("{time}", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  if (seconds > 0) return;
  batches = read();
  keep();
  shown.remove();
  shown = null;
}

setInterval(tick, 1000);

/** Take the latest batch back; its cards come back to the top, leased again. */
export async function undo() {
  const batch = batches.at(-1);
  if (!batch) return;
  const answer = await post("/review/undo", { batch: batch.id });
  if (answer.status !== 200 && answer.status !== 404 && answer.status !== 409) {
    say(faultOf(answer), { tone: "fault" });
    return;
  }
  batches = batches.filter((each) => each.id !== batch.id);
  keep();
  shown?.remove();
  shown = null;
  if (answer.status !== 200) {
    say(answer.detail ?? texts.settled.replace("{act}", "").replace("{name}", answer.failed?.[0]?.by ?? ""), { tone: "fault" });
    return;
  }
  renderCounts(answer.counts);
  const cards = [];
  for (const id of answer.done.slice(0, 12)) {
    const page = await load(`/review/comments/${encodeURIComponent(id)}`);
    if (page) cards.push(...add(page, { first: true }));
  }
  focus(cards.at(-1) ?? null);
  say(texts.didUndo.replace("{count}", answer.done.length));
}

if (batches.length) show("", false);

// The cards on the page: which one is the current one, which are selected, and how one goes away.

import { localise } from "./say.js";

const list = document.querySelector("[data-cards]");
const empty = document.querySelector("[data-empty]");
const selection = document.querySelector("[data-selection]");
const selected = new Set();
const settled = new Set(); // a page that was fetched just before may still have them

export const all = () => [...document.querySelectorAll("[data-cards] .card")];
export const open = () => all().filter((card) => !card.classList.contains("over"));
export const cardOf = (id) => all().find((card) => card.dataset.id === id) ?? null;
export const isWorking = list?.hasAttribute("data-working") ?? false;

/** The card that has the focus, or holds what has it. */
export const current = () => document.activeElement?.closest(".card") ?? null;

export function focus(card) {
  (card ?? document.querySelector("#main")).focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest" });
}

export function step(by) {
  const cards = all();
  const at = current();
  const place = cards.indexOf(at);
  const next = cards[place < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, place + by))];
  if (isWorking && at?.matches(".over") && at !== next) remove([at.dataset.id]);
  focus(next);
}

/** Take settled cards away; whoever was on one of them goes on to what follows it. */
export function remove(ids) {
  const gone = new Set(ids);
  ids.forEach((id) => settled.add(id));
  const cards = all();
  const at = current();
  const place = cards.indexOf(at);
  const next = [...cards.slice(place + 1), ...cards.slice(0, Math.max(place, 0)).reverse()].find(
    (card) => !gone.has(card.dataset.id),
  );
  const moves = at && gone.has(at.dataset.id);
  for (const card of cards) if (gone.has(card.dataset.id)) card.closest("li").remove();
  ids.forEach((id) => selected.delete(id));
  renderSelection();
  if (moves) focus(next ?? null);
  if (empty) empty.hidden = all().length > 0;
}

/** Put cards from another page of ours at the end, or in front; those that are here already stay. */
export function add(page, { first = false } = {}) {
  const known = new Set(all().map((card) => card.dataset.id));
  if (first) page.querySelectorAll(".card").forEach((card) => settled.delete(card.dataset.id));
  const rows = [...page.querySelectorAll("[data-cards] > li")].filter((row) => {
    const id = row.querySelector(".card")?.dataset.id;
    return id !== undefined && !known.has(id) && !settled.has(id);
  });
  const own = rows.map((row) => document.adoptNode(row));
  own.forEach(prepare);
  if (first) list.prepend(...own);
  else list.append(...own);
  if (empty) empty.hidden = all().length > 0;
  return own.map((row) => row.querySelector(".card"));
}

/** What only works with scripts shows itself. */
export function prepare(root) {
  localise(root);
  for (const box of root.querySelectorAll("[data-pick]")) box.hidden = !isWorking;
}

/** Somebody else was first: say so in place, and take the buttons away. */
export function close(card, text, { settled = true } = {}) {
  card.querySelector("[data-winner]").textContent = text;
  card.classList.toggle("over", settled);
  card.classList.toggle("taken", !settled);
  for (const form of card.querySelectorAll("form.ruling")) form.hidden = true;
  select(card, false);
}

/** A colleague has let go of it. */
export function reopen(card) {
  if (!card.classList.contains("taken")) return;
  card.querySelector("[data-winner]").textContent = "";
  card.classList.remove("taken");
  delete card.dataset.holder;
  for (const form of card.querySelectorAll("form.ruling")) form.hidden = false;
}

export const selectedCards = () => open().filter((card) => selected.has(card.dataset.id));

export function select(card, on = !selected.has(card.dataset.id)) {
  if (on && !card.matches(".over, .taken")) selected.add(card.dataset.id);
  else selected.delete(card.dataset.id);
  renderSelection();
}

export function selectAll() {
  const cards = open().filter((card) => !card.matches(".taken") && card.querySelector("form.ruling"));
  const on = cards.some((card) => !selected.has(card.dataset.id));
  cards.forEach((card) => (on ? selected.add(card.dataset.id) : selected.delete(card.dataset.id)));
  renderSelection();
}

export function unselect() {
  selected.clear();
  renderSelection();
}

function renderSelection() {
  for (const card of all()) {
    const on = selected.has(card.dataset.id);
    card.classList.toggle("selected", on);
    card.querySelector("[data-pick]").checked = on;
  }
  if (!selection) return;
  selection.hidden = selected.size === 0;
  const text = selection.querySelector("[data-selected]");
  text.textContent = text.dataset.text.replace("{count}", selected.size);
}

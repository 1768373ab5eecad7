// What colleagues do, as they do it: counts, cards that they hold or have decided. And our own leases, kept and given back.

import { fill } from "../dom.js";
import { all, cardOf, close, isWorking, reopen } from "./cards.js";
import { renderCounts } from "./counts.js";
import { lost, topUp } from "./rulings.js";
import { me, post, texts } from "./wire.js";

const RENEW = 60_000; // milliseconds; a lease lasts five minutes
let leaving = true;

const held = () => all().filter((card) => !card.matches(".over, .taken")).map((card) => card.dataset.id);

/** Lease what is on the page, again and again. */
async function renew() {
  const ids = held();
  if (!isWorking || ids.length === 0) return;
  const answer = await post("/review/claims", { ids: ids.join("\n") });
  for (const [id, name] of Object.entries(answer.refused ?? {})) take(id, name);
}

function take(id, name) {
  const card = cardOf(id);
  if (card && !card.matches(".over")) close(card, fill(texts.holder, { name }), { settled: false });
}

function listen() {
  const source = new EventSource("/review/events");
  source.addEventListener("counts", (event) => {
    const waiting = renderCounts(JSON.parse(event.data));
    if (isWorking && all().length === 0 && waiting > 0) topUp();
  });
  source.addEventListener("settled", (event) => {
    for (const ruling of JSON.parse(event.data)) {
      const card = cardOf(ruling.id);
      if (!card || ruling.by === me || card.matches(".over, [data-blind]")) continue;
      if (ruling.act === "undo") reopen(card);
      else close(card, lost({ problem: "settled", by: ruling.name, did: ruling.act, at: ruling.at }));
    }
  });
  source.addEventListener("claims", (event) => {
    const { held: taken, free } = JSON.parse(event.data);
    for (const [id, holder] of Object.entries(taken)) if (holder.by !== me) take(id, holder.name);
    for (const id of free) if (cardOf(id)) reopen(cardOf(id));
  });
  addEventListener("pagehide", () => source.close());
}

// To another page of the desk the leases go along: that page gives back what it does not show.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !event.ctrlKey && !event.metaKey && link.origin === location.origin && link.pathname === "/review/") leaving = false;
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && new URL(event.target.action).pathname === "/review/") leaving = false;
});
addEventListener("pagehide", () => {
  const ids = held();
  if (!isWorking || !leaving || ids.length === 0) return;
  post("/review/release", { ids: ids.join("\n") }, { keepalive: true });
});
addEventListener("pageshow", (event) => {
  leaving = true;
  if (event.persisted) location.reload();
});

export function start() {
  for (const card of all()) if (card.dataset.holder) card.classList.add("taken");
  renew();
  setInterval(renew, RENEW);
  listen();
}

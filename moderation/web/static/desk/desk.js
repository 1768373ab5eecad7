// The desk from the keyboard. Without this script every button still works as a form.

import { all, current, focus, prepare, select, selectAll, step, unselect } from "./cards.js";
import { askMark, askNote, askWrong, isOpen, showKeys } from "./dialogs.js";
import { nameOf } from "./keys.js";
import { start } from "./live.js";
import { rule, together } from "./rulings.js";
import { localise, say } from "./say.js";
import { undo } from "./undo.js";
import { faultOf, load, post, texts } from "./wire.js";

const BREAK = 90 * 60_000; // milliseconds at the desk after which a break is suggested

/** A chosen card, or the first one becomes it. */
function chosen() {
  const card = current();
  if (!card) step(1);
  return card;
}

async function send(path, fields, text) {
  const answer = await post(path, fields);
  if (answer.status === 200) say(text);
  else say(faultOf(answer), { tone: "fault" });
  return answer.status === 200;
}

function unveil(card, on = card.querySelector(".posted").classList.contains("veiled")) {
  card.classList.toggle("unveiled", on);
  card.querySelector(".posted").classList.toggle("veiled", !on);
}

/** Open what else is known of a comment, fetched when it is asked for. */
async function more(card, show) {
  const link = card.querySelector("[data-more]");
  if (!link) return null; // a second look is taken from the card alone
  const place = card.querySelector("[data-more-here]");
  if (place.childElementCount === 0) {
    const page = await load(link.href);
    const about = page?.querySelector("[data-about]");
    if (!about) {
      say(texts.failed, { tone: "fault" });
      return null;
    }
    place.replaceChildren(document.adoptNode(about));
    localise(place);
  }
  place.hidden = show === undefined ? !place.hidden : !show;
  return place;
}

async function similar(card) {
  if (!card.querySelector("[data-more]")) return;
  const place = await more(card, true);
  const form = place?.querySelector("[data-together]");
  if (form) form.querySelector("button").focus();
  else say(texts.similar);
}

async function note(card) {
  const fields = await askNote();
  focus(card);
  if (fields) await send("/review/notes", { comment: card.dataset.id, text: fields.text }, texts.noted);
}

async function mark(card) {
  if (!card.dataset.author) return;
  const fields = await askMark();
  focus(card);
  if (fields) await send("/review/marks", { ...fields, author: card.dataset.author }, texts.marked);
}

async function wrong(card) {
  const forms = [...card.querySelectorAll("[data-wrong]")];
  if (forms.length === 0) return;
  const form = forms.length === 1 ? forms[0] : await askWrong(forms);
  focus(card);
  if (form) await notAHit(form);
}

async function notAHit(form) {
  if (await send("/review/wrong-hits", new FormData(form), texts.wrong)) form.closest(".place").classList.add("struck");
}

const on = (act) => () => {
  const card = chosen();
  if (card) act(card);
};

const commands = {
  j: () => step(1),
  k: () => step(-1),
  a: () => rule("approve"),
  r: () => rule("reject"),
  e: () => rule("return"),
  t: () => rule("escalate"),
  u: () => undo(),
  x: on((card) => select(card)),
  s: () => selectAll(),
  g: on(similar),
  d: on((card) => more(card)),
  v: on((card) => unveil(card)),
  n: on(note),
  m: on(mark),
  w: on(wrong),
  h: on((card) => card.querySelector("header a")?.click()),
  "/": () => document.querySelector("[data-find]").focus(),
  "?": () => showKeys(),
};
const REPEATED = new Set(["j", "k"]);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || isOpen()) return; // the first: a dialog has just taken it
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (event.target.matches("[data-find]")) focus(all()[0]);
    else unselect();
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const key = nameOf(event, commands);
  if (!Object.hasOwn(commands, key) || (event.repeat && !REPEATED.has(key))) return;
  event.preventDefault();
  commands[key]();
});

document.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (event.target.closest("[data-unveil]")) unveil(card, true);
  else if (event.target.matches("[data-pick]")) select(card, event.target.checked);
  else if (event.target.closest("[data-unselect]")) unselect();
  else if (event.target.closest("[data-open=keys]")) showKeys();
  else if (event.target.closest("[data-more]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    more(card);
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-wrong]")) return;
  event.preventDefault();
  notAHit(event.target);
});

for (const choice of document.querySelectorAll("[data-submits]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
document.body.classList.add("scripted");
document.querySelector("[data-open=keys]").hidden = false;
for (const row of document.querySelectorAll("[data-cards] > li")) prepare(row);
localise(document);

// A long session tires: say so once, and then no more until the tab is opened anew.
if ("hints" in document.body.dataset) {
  const since = Number((sessionStorage["desk-since"] ??= Date.now()));
  const wait = Math.max(0, since + BREAK - Date.now());
  if (!sessionStorage["desk-hinted"]) {
    setTimeout(() => {
      sessionStorage["desk-hinted"] = "yes";
      say(texts.hint, { stays: true });
    }, wait);
  }
}

start();
if (all().length && !location.hash) focus(all()[0]);

// What speaks against a text, one entry per clause, with the words that gave rise to it.

import { fill, h } from "./dom.js";

const STRENGTH = { nudge: 1, hold: 2, reject: 3 };

/** The counter already says that a text is empty or too long. */
const said = (reason) => reason.rule === "length.empty" || reason.rule === "length.too_long";

/** A score speaks of the whole comment: where it names no words, marking everything says nothing. */
function places(reason, text) {
  const marks = (reason.marks ?? []).map(({ utf16_start, utf16_end }) => ({ start: utf16_start, end: utf16_end }));
  const whole = marks.length === 1 && marks[0].start === 0 && marks[0].end >= text.length;
  return whole && reason.rule.startsWith("toxicity.") ? [] : marks;
}

/** The words at these places, each once; a place within another says nothing new. */
function words(places, text) {
  const within = (a, b) => a !== b && b.start <= a.start && a.end <= b.end && b.end - b.start > a.end - a.start;
  const widest = places.filter((place) => !places.some((other) => within(place, other)));
  return [...new Set(widest.map(({ start, end }) => text.slice(start, end)))];
}

/** Entries by clause, strongest first, and all marks for the highlight. */
export function gather(decision, text) {
  const entries = new Map();
  const marks = [];
  for (const reason of decision.reasons.filter((reason) => !said(reason))) {
    const entry = entries.get(reason.clause) ?? { ...reason, places: [] };
    if (STRENGTH[reason.action] > STRENGTH[entry.action]) entry.action = reason.action;
    for (const { start, end } of places(reason, text)) {
      marks.push({ start, end, action: reason.action });
      entry.places.push({ start, end });
    }
    entries.set(reason.clause, entry);
  }
  return { entries: [...entries.values()].map((entry) => ({ ...entry, words: words(entry.places, text) })), marks };
}

/** The list of entries as elements. */
export function render(entries, texts) {
  return entries.map((entry) =>
    h(
      "li",
      { "data-action": entry.action },
      h(
        "p",
        { class: "clause" },
        h("span", { class: "number" }, fill(texts.box_clause, { number: entry.number })),
        " ",
        h("strong", {}, entry.title),
        " ",
        h("span", { class: "asks" }, texts[`box_action_${entry.action}`]),
      ),
      h("p", { class: "message" }, entry.message),
      quote(entry.words, texts),
    ),
  );
}

function quote(words, texts) {
  if (words.length === 0) return h("p", { class: "words" }, texts.box_whole);
  const quoted = words.slice(0, 8).flatMap((word) => [" ", h("q", {}, h("bdi", {}, word))]);
  return h("p", { class: "words" }, h("span", {}, texts.box_words), ...quoted);
}

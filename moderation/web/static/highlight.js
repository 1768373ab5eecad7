// Marks under the words of a textarea: a mirror of the same text lies behind it, in the same type and width.

const STRENGTH = { nudge: 1, hold: 2, reject: 3 };

/** Marks as they stand after an edit: moved along with their words, dropped where the edit touched them. */
export function carry(marks, before, after) {
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const edge = before.length - tail;
  const shift = after.length - before.length;
  return marks.flatMap((mark) => {
    if (mark.end <= head) return [mark];
    if (mark.start >= edge) return [{ ...mark, start: mark.start + shift, end: mark.end + shift }];
    return [];
  });
}

/** The text in order as `{text, action}`: neighbours differ in their action; where marks overlap the strongest wins. */
export function segments(text, marks) {
  const valid = marks.filter(({ start, end }) => 0 <= start && start < end && end <= text.length);
  const edges = new Set([0, text.length, ...valid.flatMap(({ start, end }) => [start, end])]);
  const places = [...edges].sort((a, b) => a - b);
  const cut = [];
  places.slice(1).forEach((end, index) => {
    const start = places[index];
    const over = valid.filter((mark) => mark.start <= start && end <= mark.end);
    const action = over.sort((a, b) => STRENGTH[b.action] - STRENGTH[a.action])[0]?.action ?? null;
    const last = cut.at(-1);
    if (last && last.action === action) last.text += text.slice(start, end);
    else cut.push({ text: text.slice(start, end), action });
  });
  return cut;
}

/** Paints marks into a mirror element. Offsets are UTF-16 units, as strings here count them. */
export class Highlight {
  #mirror;
  #text = "";
  #marks = [];

  constructor(mirror) {
    this.#mirror = mirror;
  }

  /** Show these marks on this text. */
  show(text, marks) {
    this.#text = text;
    this.#marks = marks;
    this.#paint();
  }

  /** The text has been edited: keep the marks on their words until the next answer comes. */
  follow(text) {
    this.show(text, carry(this.#marks, this.#text, text));
  }

  #paint() {
    const nodes = segments(this.#text, this.#marks).map(({ text, action }) => {
      if (action === null) return document.createTextNode(text);
      const mark = document.createElement("mark");
      mark.dataset.action = action;
      mark.textContent = text;
      return mark;
    });
    // A line break at the very end takes up a line in a textarea, but not in a block of text.
    this.#mirror.replaceChildren(...nodes, document.createTextNode("\u200b"));
  }
}

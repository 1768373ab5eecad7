// Published comments, newest first, a page at a time.

import { h } from "./dom.js";

const DAY = 24 * 60 * 60;
const UNITS = [["hour", 3600], ["minute", 60], ["second", 1]];

/** "3 minutes ago" within a day, else the date, in the reader's language and time zone. */
export function when(iso, language, now = Date.now()) {
  const at = new Date(iso);
  const seconds = Math.max(0, (now - at.getTime()) / 1000);
  if (seconds >= DAY) return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(at);
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["second", 1];
  const amount = unit === "second" ? 0 : Math.floor(seconds / size); // "now", not "12 seconds ago"
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-amount, unit);
}

/** One comment. Author and text are other people's: both are isolated, so that neither turns its neighbours round. */
export function renderComment(comment, texts, language) {
  return h(
    "li",
    {},
    h(
      "article",
      { tabindex: "-1" },
      h(
        "header",
        {},
        h("bdi", { class: "author" }, comment.author || texts.box_anonymous),
        " ",
        h("time", { datetime: comment.received_at }, when(comment.received_at, language)),
      ),
      h("p", {}, h("bdi", { dir: "auto" }, comment.text)),
    ),
  );
}

export class CommentList {
  #parts;
  #load;
  #texts;
  #language;
  #next = null;
  #shown = new Set();

  /** parts : list, unwritten, more, fault. load : (before) => page of comments. */
  constructor(parts, load, texts, language) {
    this.#parts = parts;
    this.#load = load;
    this.#texts = texts;
    this.#language = language;
    parts.more.addEventListener("click", () => this.extend(true));
  }

  /** Load the next page; with `focus`, move on to its first comment. */
  async extend(focus = false) {
    const { more, fault, list, unwritten } = this.#parts;
    more.disabled = true;
    fault.hidden = true;
    try {
      const page = await this.#load(this.#next);
      const added = page.comments.filter(({ id }) => !this.#shown.has(id)).map((comment) => this.#item(comment));
      list.append(...added);
      this.#next = page.next;
      more.hidden = page.next === null;
      unwritten.hidden = this.#shown.size > 0;
      if (focus) added[0]?.firstElementChild.focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      fault.hidden = false;
      more.hidden = false; // the same button tries again
    } finally {
      more.disabled = false;
    }
  }

  /** Put a comment that has just been published on top, and move the focus to it. */
  publish(comment) {
    if (this.#shown.has(comment.id)) return; // sent again, and come in by another way meanwhile
    const item = this.#item(comment);
    item.classList.add("new");
    this.#parts.list.prepend(item);
    this.#parts.unwritten.hidden = true;
    item.firstElementChild.focus();
  }

  #item(comment) {
    this.#shown.add(comment.id);
    return renderComment(comment, this.#texts, this.#language);
  }
}

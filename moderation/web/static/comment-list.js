// Published comments, newest first, a page at a time.

import { h } from "./dom.js";
import { markReported } from "./report-dialog.js";

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
export function renderComment(comment, texts, language, report = null) {
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
        report,
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
  #reports;
  #reader = null;
  #next = null;
  #shown = new Set();

  /** parts : list, unwritten, more, fault. load : (before) => page of comments. reports : ask(comment, button), has(id). */
  constructor(parts, load, texts, language, reports) {
    this.#reports = reports;
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

  /** Put a comment of the reader's own on top that a moderator has published; the focus stays where it is. */
  insert({ id, text, received_at }, author) {
    if (this.#shown.has(id)) return;
    this.#parts.list.prepend(this.#item({ id, text, received_at, author }));
    this.#parts.unwritten.hidden = true;
  }

  /** From now on this reader reads: nobody reports comments of their own. */
  readBy(name) {
    this.#reader = name;
    for (const button of this.#parts.list.querySelectorAll(".reporting")) this.#renderReporting(button);
  }

  #item(comment) {
    this.#shown.add(comment.id);
    const button = h("button", { type: "button", class: "link reporting", "data-author": comment.author ?? "" });
    if (this.#reports.has(comment.id)) markReported(button, this.#texts);
    else {
      button.textContent = this.#texts.box_report;
      button.setAttribute("aria-label", `${this.#texts.box_report}: ${comment.author || this.#texts.box_anonymous}`);
      button.setAttribute("aria-haspopup", "dialog");
    }
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") this.#reports.ask(comment, button);
    });
    this.#renderReporting(button);
    return renderComment(comment, this.#texts, this.#language, button);
  }

  #renderReporting(button) {
    button.hidden = this.#reader !== null && button.dataset.author === this.#reader;
  }
}

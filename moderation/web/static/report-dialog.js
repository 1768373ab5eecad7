// Readers point moderators to a published comment: which standard it breaks, and what they may want to add.

import { fill, h } from "./dom.js";
import { remember, remembered } from "./draft.js";
import { count } from "./length.js";

const OTHER = "";

export class ReportDialog {
  #comment = null;
  #button = null;
  #sending = false;

  constructor(box, policy, signal) {
    this.box = box;
    this.texts = policy.interface;
    this.limit = policy.limits.report;
    this.signal = signal;
    this.#build(policy);
  }

  /** Whether this reader has reported that comment from this browser. */
  has(id) {
    return remembered("reported").has(id);
  }

  /** Ask about a comment; `button` is where the question came from, and where the focus goes back to. */
  open(comment, button) {
    this.#comment = comment;
    this.#button = button;
    this.form.reset();
    this.said.textContent = "";
    this.quoted.textContent = comment.text;
    this.root.showModal();
  }

  #build(policy) {
    const { texts } = this;
    this.said = h("p", { class: "said-of-form", role: "status" });
    this.quoted = h("bdi", { dir: "auto" });
    this.area = h("textarea", { id: "report-text", rows: "2", "aria-describedby": "report-limit" });
    const choice = (value, label) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "clause", value }), " ", label);
    const choices = policy.clauses.map((clause) =>
      choice(clause.id, `${fill(texts.box_clause, { number: clause.number })} ${clause.title}`),
    );
    const cancel = h("button", { type: "button", class: "link", onclick: () => this.root.close() }, texts.box_cancel);
    this.form = h(
      "form",
      { class: "ask", novalidate: true },
      h("blockquote", {}, this.quoted),
      h("p", { class: "quiet" }, texts.box_report_intro),
      h("fieldset", {}, h("legend", {}, texts.box_report_which), ...choices, choice(OTHER, texts.box_report_other)),
      h("label", { for: "report-text" }, texts.box_report_text),
      this.area,
      h("p", { class: "quiet", id: "report-limit" }, fill(texts.box_report_limit, { limit: this.limit })),
      this.said,
      h("div", { class: "doings" }, h("button", { type: "submit", class: "primary" }, texts.box_report_send), cancel),
    );
    const close = h("button", { type: "button", class: "close", "aria-label": texts.box_close, onclick: () => this.root.close() }, "×");
    this.root = h(
      "dialog",
      { class: "report", "aria-labelledby": "report-title" },
      h("header", {}, h("h2", { id: "report-title" }, texts.box_report_title), close),
      h("div", { class: "clauses" }, this.form),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.root.addEventListener("click", (event) => {
      if (event.target === this.root) this.root.close(); // a click beside it
    });
  }

  async #send() {
    const chosen = new FormData(this.form).get("clause");
    const text = this.area.value;
    if (chosen === null) return this.#say("box_report_choose");
    if (count(text) > this.limit) return this.#say("box_appeal_over", { limit: this.limit, count: count(text) });
    if (this.#sending) return;
    this.#sending = true;
    const report = { clause: chosen || null, text };
    const { kind } = await this.box.api.report(this.#comment.id, report, this.signal).catch(() => ({ kind: "aborted" }));
    this.#sending = false;
    if (kind === "sent") this.#sent();
    else if (kind === "signed-out") {
      this.root.close();
      this.box.signOut();
    } else if (kind !== "aborted") this.#say(kind === "busy" ? "box_report_busy" : "box_report_failed");
  }

  #sent() {
    remember("reported", this.#comment.id);
    markReported(this.#button, this.texts);
    this.root.close();
    this.box.say(this.texts.box_report_thanks);
  }

  #say(key, values = {}) {
    this.said.textContent = fill(this.texts[key], values);
  }
}

/** The button of a comment that this reader has reported: it stays where it is, and says so. */
export function markReported(button, texts) {
  button.textContent = texts.box_reported;
  button.removeAttribute("aria-label");
  button.setAttribute("aria-disabled", "true");
}

// The author's own comments under this article that are not published, kept up to date while something is open.

import { loadDraft, remember, remembered, saveDraft } from "./draft.js";
import { fill } from "./dom.js";
import { count } from "./length.js";
import { renderOwn } from "./own-view.js";

const SOON = 15_000; // milliseconds between two looks while something waits
const SELDOM = 300_000; // and at most, when nothing has changed for long
const SLOWER = 1.5; // times as long after each look that brought nothing new

const draftOf = (id) => `appeal:${id}`;
const draft = { load: (id) => loadDraft(draftOf(id)), save: (id, text) => saveDraft(draftOf(id), text) };

export class OwnComments {
  #shown = new Map(); // id -> {comment, card}
  #timer = 0;
  #pause = SOON;
  #asking = null;

  /** parts : pending (the section), own (its list), news (what changed). */
  constructor(box, parts, policy, signal) {
    this.box = box;
    this.parts = parts;
    this.texts = policy.interface;
    this.limit = policy.limits.appeal;
    this.signal = signal;
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Show those of the reader who is signed in; nobody's when there is none. */
  async start() {
    this.stop();
    if (this.box.signedIn === null) return;
    await this.refresh(false);
  }

  /** Forget whose they are. */
  stop() {
    clearTimeout(this.#timer);
    this.#pause = SOON;
    this.#shown.clear();
    this.parts.own.replaceChildren();
    this.parts.news.textContent = "";
    this.#renderSection();
  }

  /** A comment of this moment, before the server is asked again. */
  add(comment) {
    this.#show([comment, ...[...this.#shown.values()].map((each) => each.comment)]);
    this.#pause = SOON;
    this.#plan();
  }

  /** Ask the server; with `tell`, say what has changed. */
  async refresh(tell = true) {
    clearTimeout(this.#timer);
    const asking = (this.#asking = Symbol());
    const comments = await this.box.api.mine(this.box.article, this.signal).catch(() => null);
    if (this.signal.aborted || asking !== this.#asking || this.box.signedIn === null) return;
    if (comments) {
      const news = tell ? this.#news(comments) : [];
      const changed = this.#show(comments);
      if (news.length) this.parts.news.textContent = news.map((key) => this.texts[key]).join(" ");
      this.#pause = changed ? SOON : Math.min(this.#pause * SLOWER, SELDOM);
    } else {
      this.#pause = Math.min(this.#pause * SLOWER, SELDOM);
    }
    this.#plan();
  }

  /** While its author edits it, a comment stands in the writing desk and not here; null for none. */
  hide(id) {
    for (const { comment, card } of this.#shown.values()) card.hidden = comment.id === id;
  }

  /** The comment was edited and posted anew, or its author has seen enough of it. */
  dismiss(id) {
    remember("dismissed", id);
    this.#shown.get(id)?.card.remove();
    this.#shown.delete(id);
    this.#renderSection();
  }

  /** Look again only while something can change, and somebody sees it. */
  #plan() {
    clearTimeout(this.#timer);
    const waits = ({ comment }) => comment.status === "held" || comment.appeal?.state === "waiting";
    if (document.hidden || ![...this.#shown.values()].some(waits)) return;
    this.#timer = setTimeout(() => this.refresh(), this.#pause);
  }

  #seen() {
    clearTimeout(this.#timer);
    if (document.hidden || this.#shown.size === 0 || this.box.signedIn === null) return;
    this.#pause = SOON;
    this.refresh();
  }

  #news(comments) {
    const keys = new Set();
    for (const comment of comments) {
      const before = this.#shown.get(comment.id)?.comment;
      if (!before) continue;
      if (before.appeal?.state === "waiting" && comment.appeal?.state !== "waiting") keys.add("box_news_appeal");
      if (before.status !== comment.status) keys.add(`box_news_${comment.status}`);
    }
    return [...keys].filter((key) => key in this.texts);
  }

  /** Draw what is new or different, and leave the rest alone: somebody may be writing in it. */
  #show(comments) {
    const dismissed = remembered("dismissed");
    const wanted = comments.filter((comment) => this.#belongs(comment) && !dismissed.has(comment.id));
    let changed = wanted.length !== this.#shown.size;
    const shown = new Map();
    for (const comment of wanted) {
      const before = this.#shown.get(comment.id);
      const same = before && JSON.stringify(before.comment) === JSON.stringify(comment);
      changed ||= !same;
      shown.set(comment.id, same ? before : { comment, card: this.#card(comment) });
    }
    for (const comment of comments) {
      if (comment.status === "published" && this.#shown.get(comment.id)) this.box.thread.insert(comment, this.box.signedIn);
    }
    this.#shown = shown;
    if (changed) this.parts.own.replaceChildren(...[...shown.values()].map((each) => each.card));
    this.#renderSection();
    return changed;
  }

  /** A published comment stands in the thread. It stays here only where an appeal had an answer. */
  #belongs(comment) {
    return comment.status !== "published" || Boolean(comment.appeal?.settled_at);
  }

  #card(comment) {
    const act = {
      draft,
      edit: (each) => this.box.desk.edit(each),
      dismiss: (each) => this.#dismissed(each),
      appeal: (each, text, form) => this.#appeal(each, text, form),
    };
    return renderOwn(comment, this.texts, this.limit, act);
  }

  #dismissed(comment) {
    this.dismiss(comment.id);
    const next = this.parts.own.querySelector(".state") ?? (this.parts.form.hidden ? this.parts.signIn : this.parts.area);
    next.focus();
  }

  async #appeal(comment, text, form) {
    const say = (key, values = {}) => {
      form.said.textContent = fill(this.texts[key], values);
      form.area.focus();
    };
    const number = count(text);
    if (number === 0) return say("box_empty_reason");
    if (number > this.limit) return say("box_appeal_over", { limit: this.limit, count: number });
    if (form.sending) return;
    form.sending = true;
    form.send.setAttribute("aria-disabled", "true");
    const outcome = await this.box.api.appeal(comment.id, text, this.signal).catch(() => ({ kind: "aborted" }));
    form.sending = false;
    form.send.removeAttribute("aria-disabled");
    if (outcome.kind === "sent" || outcome.kind === "done") {
      draft.save(comment.id, "");
      await this.refresh(false);
      this.parts.own.querySelector(`[data-id="${CSS.escape(comment.id)}"] .state`)?.focus();
      this.parts.news.textContent = this.texts[outcome.kind === "sent" ? "box_appeal_waiting" : "box_appeal_none"];
    } else if (outcome.kind === "signed-out") this.box.signOut();
    else if (outcome.kind !== "aborted") say(outcome.kind === "busy" ? "box_busy" : "box_appeal_failed");
  }

  #renderSection() {
    this.parts.pending.hidden = this.#shown.size === 0;
  }
}

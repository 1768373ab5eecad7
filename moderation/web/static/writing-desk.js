// Where a reader writes: counts, checks while the reader types, posts, and says what came of it.

import { renderAsked, renderNotice } from "./box-view.js";
import { fill } from "./dom.js";
import { loadDraft, nameOfPost, saveDraft } from "./draft.js";
import { Highlight } from "./highlight.js";
import { count } from "./length.js";
import { gather, render } from "./reasons.js";

const PAUSE = 400; // milliseconds without a key before the text is checked
const COMPOSING_PAUSE = 1_500; // within a syllable: an unfinished one is no word to judge
const QUICK = 12; // checks in a minute after each pause; then it is one every SLOW, well below the server's limit
const SLOW = 4_000; // milliseconds
const MINUTE = 60_000;
const LONGEST_CHECKED = 16; // times the limit; beyond it the counter says enough

/** The writing desk of one box: counts, checks while the reader types, posts, and says what came of it. */
export class WritingDesk {
  #checking = new AbortController();
  #timer = 0;
  #checks = []; // when the text was checked within the last minute
  #verdict = null; // {text, decision}: the last answer
  #insisted = null; // the text that its author wants to post in spite of a nudge
  #sending = false;
  #editing = null; // the comment that was sent back and is being edited
  #composing = false;
  #submitNext = false;

  constructor(box, parts, policy, signal) {
    this.box = box;
    this.parts = parts;
    this.texts = policy.interface;
    this.limit = policy.limits.graphemes;
    this.signal = signal;
    this.highlight = new Highlight(parts.mirror);
    this.#listen();
    this.#renderDraft();
  }

  #listen() {
    const { area, form } = this.parts;
    area.addEventListener("input", () => this.#edited());
    area.addEventListener("compositionstart", () => (this.#composing = true));
    area.addEventListener("compositionend", () => this.#composed());
    area.addEventListener("keydown", (event) => this.#pressed(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.signal.addEventListener("abort", () => this.#stopChecking());
  }

  #renderDraft() {
    this.parts.area.value = loadDraft(this.box.article);
    this.highlight.follow(this.parts.area.value);
    this.#renderCount();
    this.#schedule();
  }

  /** Show who writes, or that what was written is kept until somebody signs in. */
  renderName(name) {
    const { as, kept, area } = this.parts;
    as.textContent = name ? fill(this.texts.box_as, { name }) : "";
    kept.hidden = name !== null || area.value === "";
  }

  /** Count by another limit from now on. */
  limitTo(limit) {
    this.limit = limit;
    this.#renderCount();
  }

  #pressed(event) {
    event.stopPropagation(); // the page sees keys pressed on the box, and would take letters for its shortcuts
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (event.isComposing) this.#submitNext = true; // the last syllable is still being put together
    else this.submit();
  }

  #composed() {
    this.#composing = false;
    this.#edited();
    if (!this.#submitNext) return;
    this.#submitNext = false;
    this.submit();
  }

  #edited() {
    const text = this.parts.area.value;
    if (text === "") this.#stopEditing();
    this.box.plea.withdraw();
    saveDraft(this.box.article, text);
    this.highlight.follow(text);
    if (this.#insisted !== text) this.#insist(null);
    this.#renderCount();
    this.#schedule();
  }

  #renderCount() {
    const { area, count: shown, over, counter } = this.parts;
    const number = count(area.value);
    const excess = number - this.limit;
    shown.textContent = fill(this.texts.box_counter, { count: number, limit: this.limit });
    over.textContent = excess > 0 ? ` ${fill(this.texts.box_over, { count: excess })}` : "";
    if (excess > 0) this.#sayOver();
    else if (counter.classList.contains("excess")) this.#say("", "");
    counter.classList.toggle("excess", excess > 0);
    this.#renderValidity();
  }

  /** Without the number: it stands in the counter, and would be read out anew at every key. */
  #sayOver() {
    this.#say("reject", fill(this.texts.box_over_reason, { limit: this.limit }));
  }

  get #isOver() {
    return count(this.parts.area.value) > this.limit;
  }

  #renderValidity() {
    const refused = this.#isOver || this.#verdict?.decision.action === "reject";
    this.parts.area.setAttribute("aria-invalid", String(refused));
    // Not `disabled`: the button stays in reach, and says why it does nothing.
    this.parts.submit.setAttribute("aria-disabled", String(this.#isOver || this.#sending));
    this.parts.submit.setAttribute("aria-describedby", "notice");
  }

  #stopChecking() {
    clearTimeout(this.#timer);
    this.#checking.abort();
  }

  #schedule() {
    this.#stopChecking();
    const text = this.parts.area.value;
    if (count(text) === 0) {
      this.#forget();
      return;
    }
    if (text.length > LONGEST_CHECKED * this.limit) return;
    this.#checkIn(this.#pause(), text);
  }

  #checkIn(milliseconds, text) {
    this.#timer = setTimeout(() => this.#check(text), milliseconds);
  }

  #pause(now = Date.now()) {
    this.#checks = this.#checks.filter((at) => at > now - MINUTE);
    const pause = this.#composing ? COMPOSING_PAUSE : PAUSE;
    return this.#checks.length < QUICK ? pause : Math.max(pause, this.#checks.at(-1) + SLOW - now);
  }

  /** Ask for a verdict on the text. Only the answer to the latest question counts. */
  async #check(text) {
    this.#stopChecking();
    const { signal } = (this.#checking = new AbortController());
    this.#checks.push(Date.now());
    try {
      const { decision = null, wait } = await this.box.api.check(text, this.box.article, signal);
      if (signal.aborted || text !== this.parts.area.value) return null;
      if (decision) this.#settle(text, decision);
      else if (!this.#isOver) this.#say("info", wait ? this.texts.box_check_rests : this.texts.box_check_offline);
      if (wait) this.#checkIn(wait * 1000, text);
      return decision;
    } catch {
      return null; // a newer text is being checked
    }
  }

  #settle(text, decision) {
    const wasFlagged = this.#verdict !== null && this.#verdict.decision.action !== "allow";
    this.#renderDecision(text, decision);
    if (this.#isOver) return;
    const said = { nudge: "box_will_nudge", hold: "box_will_hold", reject: "box_will_refuse" }[decision.action];
    if (said) this.#say(decision.action, this.texts[said]);
    else if (wasFlagged) this.#say("allow", this.texts.box_clear);
    else this.#say("", "");
  }

  #renderDecision(text, decision) {
    this.box.follow(decision.versions.policy);
    this.#verdict = { text, decision };
    const { entries, marks } = gather(decision, text);
    this.highlight.show(text, marks);
    this.parts.reasons.replaceChildren(...render(entries, this.texts));
    this.parts.reasons.hidden = entries.length === 0;
    this.#renderValidity();
  }

  #forget() {
    this.#verdict = null;
    this.highlight.show(this.parts.area.value, []);
    this.parts.reasons.replaceChildren();
    this.parts.reasons.hidden = true;
    this.#say("", "");
    this.#renderValidity();
  }

  #say(tone, text, action) {
    const { notice } = this.parts;
    if (notice.dataset.tone === tone && notice.firstChild?.textContent === text && !action) return;
    notice.dataset.tone = tone;
    notice.replaceChildren(...(text ? renderNotice(text, action) : []));
  }

  #insist(text) {
    this.#insisted = text;
    this.parts.submit.textContent = text === null ? this.texts.box_submit : this.texts.box_submit_anyway;
  }

  #setSending(sending) {
    this.#sending = sending;
    this.parts.area.readOnly = sending; // what is typed now would be lost when the box is cleared
    if (sending) this.parts.submit.textContent = this.texts.box_sending;
    else this.#insist(this.#insisted);
    this.#renderValidity();
  }

  /** Post the text, unless there is nothing to post, too much of it, or a reason to think again. */
  async submit() {
    const text = this.parts.area.value;
    const number = count(text);
    if (this.#sending) return;
    if (number === 0) return this.#refocus("reject", this.texts.box_empty_reason);
    if (number > this.limit) return this.#sayOver();
    this.#setSending(true);
    try {
      if (await this.#thinksAgain(text)) return;
      this.#stopChecking();
      const { api, article } = this.box;
      this.#conclude(text, await api.post(text, article, nameOfPost(article, text), this.signal));
    } catch (error) {
      if (!this.signal.aborted) throw error;
    } finally {
      this.#setSending(false);
    }
  }

  /** Whether the policy asks the author to think again, and has not asked for this very text before. */
  async #thinksAgain(text) {
    if (this.#insisted === text) return false;
    const decision = this.#verdict?.text === text ? this.#verdict.decision : await this.#check(text);
    if (decision?.action !== "nudge") return false;
    this.#insist(text);
    this.#say("nudge", this.texts.box_think);
    return true;
  }

  #conclude(text, outcome) {
    const { texts, parts } = this;
    const retry = { label: texts.box_retry, run: () => this.submit() };
    switch (outcome.kind) {
      case "published":
        this.#clear("done", texts.box_published);
        this.box.thread.publish(outcome.comment);
        this.box.tell("standards-published", { id: outcome.comment.id });
        break;
      case "held":
        this.#clear("waits", texts.box_held);
        this.box.own.add(waiting(outcome, text));
        break;
      case "refused":
        this.#renderDecision(text, outcome.decision);
        this.#refocus("reject", texts.box_refused);
        this.box.plea.offer(text, outcome.decision);
        break;
      case "signed-out":
        this.box.signOut();
        break;
      default:
        this.#say("fault", texts[{ busy: "box_busy", unavailable: "box_unavailable" }[outcome.kind] ?? "box_failed"], retry);
    }
  }

  #stopEditing() {
    if (!this.#editing) return;
    this.#editing = null;
    this.box.own.hide(null);
    this.parts.asked.replaceChildren();
    this.parts.asked.hidden = true;
  }

  #refocus(tone, text) {
    this.#say(tone, text);
    this.parts.area.focus();
  }

  /** Put a comment that a moderator has sent back into the desk, with what is asked for. */
  edit(comment) {
    const { area, asked } = this.parts;
    if (area.value !== "" && area.value !== comment.text) return this.#refocus("nudge", this.texts.box_mine_draft);
    this.#editing = comment;
    asked.replaceChildren(...renderAsked(comment, this.texts));
    asked.hidden = false;
    this.box.own.hide(comment.id);
    area.value = comment.text;
    this.#edited();
    area.focus();
  }

  /** What was written is in a moderator's hands now. */
  handOver() {
    this.#clear("", "");
    this.parts.area.focus();
  }

  /** Say something that needs no answer. */
  say(tone, text) {
    this.#say(tone, text);
  }

  #clear(tone, said) {
    if (this.#editing) this.box.own.dismiss(this.#editing.id);
    this.#stopEditing();
    this.box.plea.withdraw();
    this.parts.area.value = "";
    saveDraft(this.box.article, "");
    this.#insist(null);
    this.#forget();
    this.#renderCount();
    this.#say(tone, said);
  }
}

/** A comment that has just been held, as the server will tell of it. */
function waiting({ id, decision }, text) {
  const clauses = new Map(decision.reasons.map(({ clause, number, title, message }) => [clause, { id: clause, number, title, message }]));
  return { id, text, status: "held", clauses: [...clauses.values()], message: null, may_edit: false, may_appeal: false, appeal: null };
}

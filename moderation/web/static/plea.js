// A comment that was refused when it was posted is not kept. Its author may have a moderator look at it all the same.

import { fill, h } from "./dom.js";
import { loadDraft, nameOfPost, saveDraft } from "./draft.js";
import { count } from "./length.js";
import { buildAppealForm } from "./own-view.js";

const ID = "refused";

export class Plea {
  #text = null;

  /** place : where the offer appears, below the reasons. */
  constructor(box, place, policy, signal) {
    this.box = box;
    this.place = place;
    this.texts = policy.interface;
    this.limit = policy.limits.appeal;
    this.open = new Set(policy.clauses.filter((clause) => clause.may_appeal).map((clause) => clause.id));
    this.signal = signal;
  }

  /** Offer another look at this text, where the refusal leaves room for one. */
  offer(text, decision) {
    this.withdraw();
    const refused = decision.reasons.filter(({ action }) => action === "reject");
    const isPrivate = refused.some(({ rule }) => rule.startsWith("personal_data."));
    if (isPrivate || !refused.some(({ clause }) => this.open.has(clause))) return;
    this.#text = text;
    const draftOf = (id) => `appeal:${id}:${this.box.article}`;
    const draft = { load: (id) => loadDraft(draftOf(id)), save: (id, value) => saveDraft(draftOf(id), value) };
    const form = buildAppealForm({ id: ID }, this.texts, this.limit, {
      draft,
      appeal: (_, plea) => this.#send(plea, form, () => draft.save(ID, "")),
    });
    const button = h("button", { type: "button", class: "link", "aria-expanded": "false" }, this.texts.box_appeal);
    button.addEventListener("click", () => form.open(true));
    form.closed = () => button.focus();
    form.toggled = (isOpen) => button.setAttribute("aria-expanded", String(isOpen));
    this.place.replaceChildren(button, form.root);
    this.place.hidden = false;
  }

  /** The text has changed, or is no longer there. */
  withdraw() {
    this.#text = null;
    this.place.replaceChildren();
    this.place.hidden = true;
  }

  async #send(plea, form, forget) {
    const say = (key, values = {}) => {
      form.said.textContent = fill(this.texts[key], values);
      form.area.focus();
    };
    if (count(plea) === 0) return say("box_empty_reason");
    if (count(plea) > this.limit) return say("box_appeal_over", { limit: this.limit, count: count(plea) });
    if (form.sending) return;
    form.sending = true;
    const { article, api } = this.box;
    const name = nameOfPost(`plea:${article}`, this.#text);
    const outcome = await api.appealRefusal(this.#text, article, plea, name, this.signal).catch(() => ({ kind: "aborted" }));
    form.sending = false;
    if (outcome.kind === "sent") {
      forget();
      this.box.desk.handOver();
      await this.box.own.refresh(false);
      this.box.say(this.texts.box_appeal_waiting);
    } else if (outcome.kind === "signed-out") this.box.signOut();
    else if (outcome.kind === "done") say("box_appeal_none");
    else if (outcome.kind !== "aborted") say(outcome.kind === "busy" ? "box_busy" : "box_appeal_failed");
  }
}

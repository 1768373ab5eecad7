// One of the author's own comments that is not published: where it stands, why, and what the author can do.

import { fill, h } from "./dom.js";

const TONE = { held: "hold", returned: "nudge", rejected: "reject", published: "done" };

/**
 * The card of a comment as `GET /comments/mine` gives it.
 *
 * act : edit(comment), appeal(comment, text, form), dismiss(comment); draft: {load(id), save(id, text)}.
 */
export function renderOwn(comment, texts, limit, act) {
  const state = h("p", { class: "state", tabindex: "-1" }, texts[`box_mine_${comment.status}`]);
  const buttons = h("div", { class: "doings" });
  const card = h(
    "li",
    { class: "own", "data-tone": TONE[comment.status], "data-id": comment.id },
    state,
    h("p", { class: "text" }, h("bdi", { dir: "auto" }, comment.text)),
    renderClauses(comment.clauses, texts),
    comment.message ? renderSaid(texts.box_mine_message, comment.message) : null,
    comment.appeal ? renderAppeal(comment.appeal, texts) : null,
    comment.status === "held" ? h("p", { class: "quiet" }, texts.box_mine_wait) : null,
    buttons,
  );
  const link = (label, onclick) => h("button", { type: "button", class: "link", onclick }, label);
  if (comment.may_edit) buttons.append(link(texts.box_mine_edit, () => act.edit(comment)));
  if (comment.may_appeal) {
    const form = buildAppealForm(comment, texts, limit, act);
    const open = link(texts.box_appeal, () => form.open(true));
    open.setAttribute("aria-expanded", "false");
    form.closed = () => open.focus();
    form.toggled = (isOpen) => open.setAttribute("aria-expanded", String(isOpen));
    buttons.append(open);
    card.append(form.root);
    if (act.draft.load(comment.id)) form.open(false);
  }
  if (comment.status !== "held") buttons.append(link(texts.box_mine_dismiss, () => act.dismiss(comment)));
  return card;
}

function renderClauses(clauses, texts) {
  const items = clauses.map((clause) =>
    h(
      "li",
      {},
      h("span", { class: "number" }, fill(texts.box_clause, { number: clause.number })),
      " ",
      h("strong", {}, clause.title),
      h("p", { class: "message" }, clause.message),
    ),
  );
  return items.length ? h("ul", { class: "broken", "aria-label": texts.box_reasons }, ...items) : null;
}

function renderSaid(label, text) {
  return h("p", { class: "said" }, h("strong", {}, label), " ", h("bdi", { dir: "auto" }, text));
}

function renderAppeal(appeal, texts) {
  return h(
    "div",
    { class: "appeal" },
    h("p", { class: "outcome" }, texts[`box_appeal_${appeal.state}`]),
    appeal.reason ? renderSaid(texts.box_appeal_reason, appeal.reason) : null,
    renderSaid(texts.box_appeal_yours, appeal.text),
  );
}

/** The form in which an author asks for another look; it is closed at first. */
export function buildAppealForm(comment, texts, limit, act) {
  const name = `appeal-${comment.id}`;
  const area = h("textarea", { id: name, rows: "3", "aria-describedby": `${name}-hint ${name}-said` });
  const said = h("p", { class: "said-of-form", role: "status", id: `${name}-said` });
  const send = h("button", { type: "submit", class: "primary" }, texts.box_appeal_send);
  const cancel = h("button", { type: "button", class: "link" }, texts.box_cancel);
  const hint = h("p", { class: "quiet", id: `${name}-hint` }, fill(texts.box_appeal_hint, { limit }));
  const root = h(
    "form",
    { class: "ask", novalidate: true, hidden: true },
    h("label", { for: name }, texts.box_appeal_label),
    area,
    hint,
    said,
    h("div", { class: "doings" }, send, cancel),
  );
  const form = { root, area, said, send, closed: () => {}, toggled: () => {} };
  form.open = (focus) => {
    area.value = act.draft.load(comment.id);
    root.hidden = false;
    form.toggled(true);
    if (focus) area.focus();
  };
  cancel.addEventListener("click", () => {
    act.draft.save(comment.id, "");
    root.hidden = true;
    said.textContent = "";
    form.toggled(false);
    form.closed();
  });
  area.addEventListener("input", () => act.draft.save(comment.id, area.value));
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    act.appeal(comment, area.value, form);
  });
  return form;
}

// The elements of the comment box. Only structure and texts; what they do is in comment-box.js.

import { fill, h } from "./dom.js";

/** The whole box for one policy, as `{root, …parts by name}`. */
export function buildBox(policy, language) {
  const texts = policy.interface;
  const title = h("h2", { id: "title" }, texts.box_title);
  const locked = buildLocked(texts, policy.limits.graphemes);
  const editor = buildEditor(texts);
  const dialog = buildClauses(policy, texts);
  const notice = h("div", { class: "notice", role: "status", id: "notice" });
  const reasons = h("ul", { class: "reasons", id: "reasons", "aria-label": texts.box_reasons, hidden: true });
  const plea = h("div", { class: "plea", hidden: true });
  const news = h("p", { class: "news", role: "status" });
  const own = h("ul", {});
  const mine = h("h3", { id: "mine" }, texts.box_mine_title);
  const pending = h("section", { class: "pending", "aria-labelledby": "mine", hidden: true }, mine, own);
  const thread = buildThread(texts);
  const root = h(
    "section",
    { class: "box", lang: language, "aria-labelledby": "title" },
    title,
    locked.root,
    editor.root,
    notice,
    reasons,
    plea,
    news,
    pending,
    thread.root,
    dialog,
  );
  return { title, notice, reasons, plea, news, pending, own, dialog, ...locked.parts, ...editor.parts, ...thread.parts, root };
}

function buildLocked(texts, limit) {
  const lockedPolicy = buildPolicyLink(texts);
  const empty = fill(texts.box_counter, { count: 0, limit });
  const standing = h("p", { class: "standing" }, lockedPolicy, " ", empty);
  const signIn = h("button", { type: "button", class: "primary" }, texts.box_sign_in);
  const kept = h("p", { class: "kept", hidden: true }, texts.box_locked_draft);
  const locked = h("div", { class: "locked" }, h("p", {}, texts.box_locked), kept, signIn, standing);
  return { root: locked, parts: { locked, lockedPolicy, kept, signIn } };
}

function buildPolicyLink(texts) {
  return h("button", { type: "button", class: "link", "aria-haspopup": "dialog" }, texts.box_policy_link);
}

function buildEditor(texts) {
  const as = h("p", { class: "as" });
  const asked = h("div", { class: "asked", id: "asked", hidden: true });
  const label = h("label", { for: "area" }, texts.box_label);
  const mirror = h("div", { class: "mirror", "aria-hidden": "true" });
  const area = h("textarea", {
    id: "area",
    rows: "3",
    placeholder: texts.box_placeholder,
    "aria-describedby": "counter asked notice reasons",
    "aria-invalid": "false",
    "aria-keyshortcuts": "Control+Enter Meta+Enter",
    autocomplete: "off",
  });
  const policyLink = buildPolicyLink(texts);
  const count = h("span", { class: "count" });
  const over = h("strong", { class: "over" });
  const counter = h("p", { class: "counter", id: "counter" }, policyLink, " ", count, over);
  const submit = h("button", { type: "submit", class: "primary" }, texts.box_submit);
  const form = h(
    "form",
    { novalidate: true },
    h("div", { class: "head" }, label, as),
    asked,
    h(
      "div",
      { class: "frame" },
      h("div", { class: "field" }, h("div", { class: "stack" }, mirror, area)),
      h("div", { class: "bar" }, counter, submit),
    ),
  );
  return { root: form, parts: { form, as, asked, mirror, area, policyLink, count, over, counter, submit } };
}

function buildThread(texts) {
  const list = h("ol", { class: "thread", "aria-label": texts.box_list });
  const unwritten = h("p", { class: "unwritten", hidden: true }, texts.box_unwritten);
  const fault = h("p", { class: "fault", role: "status", hidden: true }, texts.box_list_failed);
  const more = h("button", { type: "button", class: "more", hidden: true }, texts.box_more);
  return { root: h("div", {}, unwritten, list, fault, more), parts: { list, unwritten, fault, more } };
}

/** The dialog with the standards of one policy. */
export function buildClauses(policy, texts) {
  const items = policy.clauses.map((clause) =>
    h("li", { value: clause.number }, h("h3", {}, clause.title), h("p", {}, clause.text)),
  );
  return h(
    "dialog",
    { "aria-labelledby": "clauses" },
    h(
      "header",
      {},
      h("h2", { id: "clauses" }, `${texts.box_clauses_title} · ${texts.box_policy_link}`),
      h("form", { method: "dialog" }, h("button", { class: "close", "aria-label": texts.box_close }, "×")),
    ),
    h("div", { class: "clauses", tabindex: "0" }, h("p", {}, texts.box_clauses_intro), h("ol", {}, ...items)),
  );
}

/** What a moderator asked for, above the comment that its author edits. */
export function renderAsked(comment, texts) {
  const clauses = comment.clauses.map((clause) => `${fill(texts.box_clause, { number: clause.number })} ${clause.title}`);
  return [
    h("p", {}, h("strong", {}, texts.box_mine_asked)),
    clauses.length ? h("p", {}, clauses.join(" · ")) : null,
    comment.message ? h("p", {}, h("bdi", { dir: "auto" }, comment.message)) : null,
  ].filter(Boolean);
}

/** What is said above the reasons: words, and a button where something can be done about it. */
export function renderNotice(text, action) {
  if (!action) return [h("p", {}, text)];
  return [h("p", {}, text), h("button", { type: "button", class: "link", onclick: action.run }, action.label)];
}

/** The texts of the box come from the server. These two are for when it cannot be reached at all. */
const UNREACHABLE = {
  ko: ["댓글을 불러오지 못했습니다.", "다시 시도"],
  en: ["The comments could not be loaded.", "Try again"],
};

export function buildUnreachable(language, retry) {
  const [text, label] = UNREACHABLE[language];
  const button = h("button", { type: "button", class: "link", onclick: retry }, label);
  return h("section", { class: "box", lang: language }, h("div", { class: "notice", role: "status" }, h("p", {}, text), button));
}


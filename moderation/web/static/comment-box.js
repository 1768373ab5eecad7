// <standards-comment-box article="ID" endpoint="/v1" lang="ko" signed-in="NAME" sign-in-url="/login">
//
// A comment box with its published comments, for any page. The site signs its readers in: the box fires
// `standards-sign-in` when somebody wants to, and shows the editor while `signed-in` holds a name.
// It fires `standards-signed-out` when the server no longer knows the reader, and `standards-published`.

import { Api } from "./box-api.js";
import { sheet } from "./box-style.js";
import { buildBox, buildClauses, buildUnreachable } from "./box-view.js";
import { CommentList } from "./comment-list.js";
import { OwnComments } from "./own-comments.js";
import { Plea } from "./plea.js";
import { ReportDialog } from "./report-dialog.js";
import { WritingDesk } from "./writing-desk.js";

export class StandardsCommentBox extends HTMLElement {
  static observedAttributes = ["article", "endpoint", "lang", "signed-in"];

  #root = this.attachShadow({ mode: "open" });
  #life = new AbortController();
  #restarting = false;
  #parts = null;
  #version = null; // of the policy that the box shows

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.#restart();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#parts = null;
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    if (name === "signed-in") this.#renderLock();
    else this.#restart();
  }

  get article() {
    return this.getAttribute("article") ?? location.pathname;
  }

  get language() {
    const asked = this.lang || this.parentElement?.closest("[lang]")?.lang || document.documentElement.lang;
    return asked.toLowerCase().startsWith("ko") ? "ko" : "en";
  }

  /** The name of the signed-in reader, or null. */
  get signedIn() {
    return this.getAttribute("signed-in");
  }

  set signedIn(name) {
    if (name === null) this.removeAttribute("signed-in");
    else this.setAttribute("signed-in", name);
  }

  /** Several attributes may change at once: start once, after the last. */
  #restart() {
    if (this.#restarting) return;
    this.#restarting = true;
    queueMicrotask(() => {
      this.#restarting = false;
      if (this.isConnected) this.#start();
    });
  }

  async #start() {
    this.#life.abort();
    const { signal } = (this.#life = new AbortController());
    const language = this.language;
    this.api = new Api(this.getAttribute("endpoint") ?? "/v1", language);
    this.setAttribute("aria-busy", "true");
    try {
      const policy = await this.api.policy(signal);
      if (signal.aborted) return;
      this.#build(policy, language, signal);
    } catch {
      if (!signal.aborted) this.#root.replaceChildren(buildUnreachable(language, () => this.#start()));
    } finally {
      if (!signal.aborted) this.removeAttribute("aria-busy");
    }
  }

  #build(policy, language, signal) {
    const parts = buildBox(policy, language);
    this.#parts = parts;
    this.#version = policy.version;
    this.#root.replaceChildren(parts.root);
    this.plea = new Plea(this, parts.plea, policy, signal);
    this.desk = new WritingDesk(this, parts, policy, signal);
    const load = (before) => this.api.comments(this.article, before, signal);
    this.report = new ReportDialog(this, policy, signal);
    parts.root.append(this.report.root);
    const reports = { has: (id) => this.report.has(id), ask: (comment, button) => this.#askToReport(comment, button) };
    this.thread = new CommentList(parts, load, policy.interface, language, reports);
    this.own = new OwnComments(this, parts, policy, signal);
    parts.root.addEventListener("keydown", (event) => {
      // The page sees keys pressed in the box, and would take letters for its shortcuts.
      if (event.target.matches("textarea, input")) event.stopPropagation();
    });
    parts.signIn.addEventListener("click", () => this.#askToSignIn());
    for (const link of [parts.policyLink, parts.lockedPolicy]) {
      link.addEventListener("click", () => parts.dialog.showModal());
    }
    parts.dialog.addEventListener("click", (event) => {
      if (event.target === parts.dialog) parts.dialog.close(); // a click beside it
    });
    this.#renderLock();
    this.thread.extend();
  }

  /** A verdict names another policy than the box shows: show that one's clauses, and count by its limit. */
  async follow(version) {
    if (version === this.#version) return;
    this.#version = version;
    const { signal } = this.#life;
    const policy = await this.api.policy(signal).catch(() => null); // the next verdict names it again
    if (signal.aborted || version !== this.#version) return;
    this.#version = policy?.version ?? null;
    if (!policy) return;
    this.#parts.dialog.replaceChildren(...buildClauses(policy, policy.interface).childNodes);
    this.desk.limitTo(policy.limits.graphemes);
  }

  #renderLock() {
    const parts = this.#parts;
    if (!parts) return;
    const name = this.signedIn;
    const hadFocus = parts.locked.contains(this.#root.activeElement);
    parts.locked.hidden = name !== null;
    parts.form.hidden = name === null;
    this.desk.renderName(name);
    this.thread.readBy(name);
    this.own.start();
    if (name !== null && hadFocus) parts.area.focus();
  }

  /** The server no longer knows the reader. What was written stays. */
  signOut() {
    this.signedIn = null;
    this.desk.say("hold", this.desk.texts.box_signed_out);
    this.tell("standards-signed-out");
    this.#parts.signIn.focus();
  }

  /** Say something to the reader that needs no answer. */
  say(text) {
    this.#parts.news.textContent = text;
  }

  #askToReport(comment, button) {
    if (this.signedIn === null) this.#askToSignIn();
    else this.report.open(comment, button);
  }

  /** Whoever listens may sign the reader in; else the browser goes to `sign-in-url`. */
  #askToSignIn() {
    const detail = { article: this.article };
    const event = new CustomEvent("standards-sign-in", { bubbles: true, composed: true, cancelable: true, detail });
    const url = this.getAttribute("sign-in-url");
    if (this.dispatchEvent(event) && url) location.assign(url);
  }

  /** Tell the page what happened. */
  tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get("standards-comment-box")) customElements.define("standards-comment-box", StandardsCommentBox);

// What the comment box asks of its server, and the answers as plain outcomes. It never throws for an HTTP status.

const PATIENCE = 15_000; // milliseconds until a post counts as failed

export class Api {
  #endpoint;
  #language;

  constructor(endpoint, language) {
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#language = language;
  }

  /** The standards and all texts; rejects when they cannot be had. */
  async policy(signal) {
    return this.#json(await this.#fetch(`/policy?language=${this.#language}`, { signal }));
  }

  /** One page of published comments, newest first; rejects when it cannot be had. */
  async comments(article, before, signal) {
    const query = new URLSearchParams({ article, ...(before ? { before } : {}) });
    return this.#json(await this.#fetch(`/comments?${query}`, { signal }));
  }

  /** The verdict on a text before it is posted as `{decision}`; `{wait}` in seconds where that is too often; else `{}`. */
  async check(text, article, signal) {
    try {
      const response = await this.#send("/check", { text, article, language: this.#language }, signal);
      if (response.ok) return { decision: await response.json() };
      return response.status === 429 ? { wait: Number(response.headers.get("Retry-After")) || 10 } : {};
    } catch (error) {
      if (signal.aborted) throw error;
      return {};
    }
  }

  /** Post a comment under its name. `kind`: published, held, refused, signed-out, busy, unavailable or failed. */
  async post(text, article, name, signal) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
      return await outcome(await this.#send("/comments", { text, article }, limit, { "Idempotency-Key": name }));
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: "unavailable" };
    }
  }

  /** The reader's own comments that are not published; rejects when they cannot be had. */
  async mine(article, signal) {
    const { comments } = await this.#json(await this.#fetch(`/comments/mine?${new URLSearchParams({ article })}`, { signal }));
    return comments;
  }

  /** Ask for another look. `kind`: sent, done (asked before, or nothing to ask), signed-out, busy or failed. */
  async appeal(id, text, signal) {
    return this.#ask(`/comments/${encodeURIComponent(id)}/appeal`, { text }, signal);
  }

  /** Ask for a look at a comment that was refused when it was posted. `kind`: as for an appeal. */
  async appealRefusal(text, article, plea, name, signal) {
    return this.#ask("/appeals", { comment: { text, article }, text: plea }, signal, { "Idempotency-Key": name });
  }

  /** Report a comment of somebody else's. `kind`: as for an appeal. */
  async report(id, report, signal) {
    return this.#ask(`/comments/${encodeURIComponent(id)}/report`, report, signal);
  }

  async #ask(path, body, signal, more) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
      const { ok, status } = await this.#send(path, body, limit, more);
      return { kind: ok ? "sent" : ({ 401: "signed-out", 409: "done", 429: "busy" }[status] ?? "failed") };
    } catch (error) {
      if (signal.aborted) throw error;
      return { kind: "failed" };
    }
  }

  #send(path, body, signal, more = {}) {
    const headers = { "Content-Type": "application/json", ...more };
    return this.#fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  }

  #fetch(path, options) {
    const headers = { Accept: "application/json", "Accept-Language": this.#language, ...options.headers };
    return fetch(this.#endpoint + path, { credentials: "same-origin", ...options, headers });
  }

  async #json(response) {
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return response.json();
  }
}

async function outcome(response) {
  const status = response.status;
  if (status === 202) return { ...(await response.json()), kind: "held" };
  if (response.ok) return { comment: (await response.json()).comment, kind: "published" };
  if (status === 401) return { kind: "signed-out" };
  if (status === 429) return { kind: "busy" };
  if (status >= 500) return { kind: "unavailable" };
  const problem = await response.json().catch(() => ({}));
  return problem.decision ? { kind: "refused", decision: problem.decision } : { kind: "failed" };
}

// What a reader is writing, kept for this tab until it is published. Storage may be blocked: then it is not kept.

const key = (article) => `standards-board:draft:${article}`;
const postKey = (article) => `standards-board:post:${article}`;

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // cookies blocked, or a sandboxed frame
  }
}

/** The draft for an article, or the empty string. */
export function loadDraft(article) {
  try {
    return storage()?.getItem(key(article)) ?? "";
  } catch {
    return "";
  }
}

/** Keep the draft for an article; an empty one is forgotten. */
export function saveDraft(article, text) {
  if (!text) posts.delete(article);
  try {
    if (text) storage()?.setItem(key(article), text);
    else for (const name of [key, postKey]) storage()?.removeItem(name(article));
  } catch {
    // full or blocked: the text is still in the box
  }
}

const posts = new Map(); // article -> {text, name}, where storage is blocked

/**
 * What this draft is called when it is posted: the same name each time, so that the server publishes it once however
 * often it is sent, also after the page was loaded anew. A changed text is another draft.
 */
export function nameOfPost(article, text) {
  const kept = posts.get(article) ?? loadPost(article);
  if (kept?.text === text) return kept.name;
  const post = { text, name: newName() };
  posts.set(article, post);
  try {
    storage()?.setItem(postKey(article), JSON.stringify(post));
  } catch {
    // full or blocked: it is known until the page is left
  }
  return post.name;
}

function loadPost(article) {
  try {
    return JSON.parse(storage()?.getItem(postKey(article)) ?? "null");
  } catch {
    return null;
  }
}

/** Not `crypto.randomUUID`: a page without TLS has none. */
function newName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const REMEMBERED = 200; // ids of each kind, the latest
const noted = new Map(); // kind -> ids, where storage is blocked

/** What this browser has noted of comments, such as which ones their author wants to see no more. */
export function remembered(kind) {
  try {
    return new Set(JSON.parse(window.localStorage.getItem(`standards-board:${kind}`) ?? "[]"));
  } catch {
    return new Set(noted.get(kind));
  }
}

/** Note one more. */
export function remember(kind, id) {
  const ids = [...remembered(kind).add(id)].slice(-REMEMBERED);
  noted.set(kind, ids);
  try {
    window.localStorage.setItem(`standards-board:${kind}`, JSON.stringify(ids));
  } catch {
    // full or blocked: it is known until the page is left
  }
}

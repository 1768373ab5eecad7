// What a reader is writing, kept for this tab until it is published. Storage may be blocked: then it is not kept.

const key = (article) => `standards-board:draft:${article}`;

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
  try {
    if (text) storage()?.setItem(key(article), text);
    else storage()?.removeItem(key(article));
  } catch {
    // full or blocked: the text is still in the box
  }
}

// Asking the service: forms out, small JSON answers or whole pages in. Pages are parsed by the browser as any page is.

const csrf = document.body.dataset.csrf;
export const texts = document.querySelector("[data-texts]").dataset;
export const me = document.body.dataset.me;

/** Send a form; resolves to { status, ...answer }. Never rejects: status 0 says that there was no answer. */
export async function post(path, fields, options = {}) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": csrf },
      body: new URLSearchParams(fields),
      ...options,
    });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    return { status: response.status, ...answer };
  } catch {
    return { status: 0 };
  }
}

/** What to say of an answer that is a failure. */
export function faultOf(answer) {
  if (answer.status === 0) return texts.offline;
  if (answer.status === 401 || answer.status === 403) return texts.stale;
  return answer.detail ?? texts.failed;
}

/** A page of ours as a document, or null. Its scripts do not run. */
export function load(path) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", path);
    request.responseType = "document";
    request.onload = () => resolve(request.status === 200 ? request.response : null);
    request.onerror = () => resolve(null);
    request.send();
  });
}

// What the page says: to everybody in a toast, to screen readers in the status line.

import { h } from "../dom.js";
import { texts } from "./wire.js";

const toasts = document.querySelector("[data-toasts]");
const status = document.querySelector("[data-status]");
const SHOWN = 6_000; // milliseconds

/** Say it; `extra` are elements to put into the toast. Resolves to the toast. */
export function say(text, { extra = [], stays = false, tone = "" } = {}) {
  status.textContent = text;
  const close = h("button", { type: "button", class: "close", "aria-label": texts.close, onclick: () => toast.remove() }, "×");
  const toast = h("div", { class: "toast", "data-tone": tone }, h("p", {}, text), ...extra, close);
  toasts.append(toast);
  while (toasts.children.length > 3) toasts.firstElementChild.remove();
  if (!stays) setTimeout(() => toast.remove(), SHOWN);
  return toast;
}

/** The times of the page in the reader's own zone. */
export function localise(root) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-local]")) time.textContent = format.format(new Date(time.dateTime));
}

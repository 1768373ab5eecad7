// The dialogs of the desk: each resolves to what was filled in, or to null where it was left.

import { h } from "../dom.js";
import { digitOf } from "./keys.js";

const dialog = (name) => document.querySelector(`[data-dialog="${name}"]`);
const MOST = 4; // comments quoted in a preview

/** Open it; resolves to its form's fields once it is confirmed. */
function ask(box, prepare) {
  const form = box.querySelector("form");
  form.reset();
  box.returnValue = "";
  prepare?.(form);
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener(
      "close",
      () => resolve(box.returnValue === "confirm" ? Object.fromEntries(new FormData(form)) : null),
      { once: true },
    );
  });
}

/** Which clause, and what the author reads. targets : [{ text, language, veiled, suggested }]. */
export function askRuling(act, targets) {
  const box = dialog("ruling");
  box.dataset.act = act;
  const asks = act === "reject" || act === "return";
  const title = box.querySelector("[data-title]");
  title.textContent = title.dataset[act];
  const count = box.querySelector("[data-count]");
  count.hidden = targets.length < 2;
  count.textContent = count.dataset.text.replace("{count}", targets.length);
  const list = box.querySelector("[data-targets]");
  const quoted = targets.slice(0, MOST).map((target) =>
    h("li", { lang: target.language, class: target.veiled ? "veiled" : "" }, h("bdi", { dir: "auto" }, target.text)),
  );
  if (targets.length > MOST) quoted.push(h("li", {}, list.dataset.rest.replace("{count}", targets.length - MOST)));
  list.replaceChildren(...quoted);
  box.querySelector("[data-clauses]").hidden = !asks;
  box.querySelector("[data-message]").hidden = !asks;
  const language = targets[0].language;
  const message = box.querySelector("textarea");
  const preview = () => {
    const chosen = box.querySelector("[name=clause]:checked");
    message.lang = language;
    message.placeholder = chosen?.dataset[language] ?? "";
  };
  box.querySelector("[data-clauses]").onchange = preview;
  return ask(box, (form) => {
    const radios = [...form.querySelectorAll("[name=clause]")];
    radios.forEach((radio) => (radio.disabled = !asks));
    message.disabled = !asks;
    if (!asks) return;
    const first = radios.find((radio) => radio.value === targets[0].suggested) ?? radios[0];
    first.checked = true;
    preview();
    queueMicrotask(() => first.focus());
  });
}

export const askNote = () => ask(dialog("note"));
export const askMark = () => ask(dialog("mark"));

/** Which of the findings is no hit; resolves to its form. */
export function askWrong(forms) {
  const box = dialog("wrong");
  const list = box.querySelector("[data-hits]");
  let chosen = null;
  list.replaceChildren(
    ...forms.map((form, place) => {
      const rule = form.closest(".hit").querySelector("code").textContent;
      const text = `${rule} ${form.closest(".place").querySelector(".evidence")?.textContent ?? ""}`;
      const choose = () => { chosen = form; };
      return h("li", {}, h("button", { value: "confirm", class: "quiet", onclick: choose }, h("kbd", { "aria-hidden": "true" }, String(place + 1)), ` ${text}`));
    }),
  );
  return ask(box).then((fields) => (fields ? chosen : null));
}

export const showKeys = () => dialog("keys").showModal();
export const isOpen = () => document.querySelector("dialog[open]") !== null;

const keyOf = { approve: "KeyA", reject: "KeyR", return: "KeyE", escalate: "KeyT" };

// In a dialog digits choose: the clause, the mark, the hit. The same key again, or Enter, confirms.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("dialog[open]");
  if (!box || event.isComposing || event.altKey) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm(box);
  if (event.ctrlKey || event.metaKey || event.target.closest("textarea, input:not([type=radio])")) return;
  const form = box.querySelector("form");
  if (event.key === "Enter" && event.target.matches("[type=radio]")) {
    event.preventDefault();
    confirm(box);
    return;
  }
  if (box.dataset.dialog === "ruling" && event.code === keyOf[box.dataset.act] && !event.repeat) {
    event.preventDefault();
    confirm(box);
    return;
  }
  const name = digitOf(event);
  if (name === null) return;
  const key = [...form.querySelectorAll("kbd")].find((each) => each.textContent === name);
  const target = key?.closest("label")?.querySelector("input") ?? key?.closest("button");
  if (!target || target.disabled) return;
  event.preventDefault();
  if (target.tagName === "BUTTON" || target.checked) {
    if (target.tagName === "BUTTON") target.click();
    else confirm(box);
    return;
  }
  target.click();
  target.focus();
});

function confirm(box) {
  box.querySelector('form [value="confirm"]').click();
}

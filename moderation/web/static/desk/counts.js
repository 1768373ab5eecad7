// How many wait in each list, and how many one has settled within the hour.

import { fill } from "../dom.js";

/** Show them; returns how many wait in the list that is open. */
export function renderCounts(counts) {
  for (const place of document.querySelectorAll("[data-counted]")) {
    const count = counts[place.dataset.counted];
    if (count !== undefined) place.textContent = count;
  }
  const pace = document.querySelector("[data-pace]");
  pace.textContent = fill(pace.dataset.text, { count: counts.pace });
  const shown = document.querySelector(".title [data-counted]")?.textContent ?? "0";
  document.title = document.title.replace(/\(\d+\)/, `(${shown})`);
  return Number(shown);
}

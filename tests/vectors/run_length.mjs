// Counts in node what moderation/web/static/length.js counts in the browser.
//   node run_length.mjs VECTORS.json   prints {name, expected, got} for each vector that differs, as a JSON list
//   node run_length.mjs -              answers each line of JSON (a list of texts) with a line of counts
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { count, stripInvisible } from "../../moderation/web/static/length.js";

if (process.argv[2] === "-") {
  for await (const line of createInterface({ input: process.stdin })) {
    const texts = JSON.parse(line);
    console.log(JSON.stringify(texts.map((text) => [count(text), stripInvisible(text)])));
  }
} else {
  const vectors = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const differing = vectors.filter(({ text, graphemes }) => count(text) !== graphemes);
  const report = differing.map(({ name, text, graphemes }) => ({ name, expected: graphemes, got: count(text) }));
  console.log(JSON.stringify(report));
}

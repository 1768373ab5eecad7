// The length rule: how many characters a reader sees. The twin of moderation/text/graphemes.py, which explains it;
// both are held to tests/vectors/length.json.

const SPACE = "\\t\\n\\v\\f\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

// Prints nothing wherever it stands.
const PADDING =
  "\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e" +
  "\\u2060-\\u206f\\u2800\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{13430}-\\u{1343f}\\u{13441}\\u{13442}" +
  "\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e001f}\\u{e0080}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}";

// Joiners, variation selectors, tags: padding only where they have nothing to act on.
const CLINGING =
  "\\u034f\\u17b4\\u17b5\\u180b-\\u180d\\u180f\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0020}-\\u{e007f}\\u{e0100}-\\u{e01ef}";

// Younger than Unicode 14: each is counted by itself, since not every browser knows how it joins.
const YOUNG =
  "\\u05c8\\u05c9\\u0897\\u0b53\\u0b54\\u0cf3\\u0ece\\u1acf-\\u1af0\\u{10d69}-\\u{10d6d}\\u{10ecb}-\\u{10ecf}" +
  "\\u{10ef0}-\\u{10eff}\\u{11241}\\u{11380}-\\u{113e2}\\u{11b0a}\\u{11b60}-\\u{11b67}\\u{11df0}\\u{11df1}" +
  "\\u{11f00}-\\u{11f42}\\u{11f5a}\\u{13440}\\u{13447}-\\u{13455}\\u{1611e}-\\u{1612f}\\u{16d63}-\\u{16d6a}" +
  "\\u{1d127}\\u{1d128}\\u{1d250}-\\u{1d281}\\u{1e08f}\\u{1e4ec}-\\u{1e4ef}\\u{1e5ee}\\u{1e5ef}\\u{1e6e3}-\\u{1e6f5}";

const pad = new RegExp(`(^|[${SPACE}])[${PADDING}${CLINGING}]+|[${PADDING}]+`, "gu");
const young = new RegExp(`[${YOUNG}]`, "gu");
const before = new RegExp(`^[${SPACE}]+`, "u");
const space = new RegExp(`[${SPACE}]`, "u");

// Browsers without Intl.Segmenter (before 2024) count code points; the server has the last word anyway.
const segmenter = Intl.Segmenter ? new Intl.Segmenter("en", { granularity: "grapheme" }) : null;

/** The text without invisible padding; white space stays. */
export function stripInvisible(text) {
  return text.replace(pad, (_, lead = "") => lead);
}

/** How many characters a reader sees. */
export function count(text) {
  const seen = trim(stripInvisible(text)).replace(young, "\ufffd");
  let characters = 0;
  for (const _ of segmenter ? segmenter.segment(seen) : seen) characters += 1;
  return characters;
}

// By hand at the end: /[ ]+$/ would try every run of spaces in the text, in quadratic time.
function trim(text) {
  let end = text.length;
  while (end > 0 && space.test(text[end - 1])) end -= 1;
  return text.slice(0, end).replace(before, "");
}

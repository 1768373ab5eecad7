// The box's own style, kept apart from the page's. A site may set `--standards-accent` and `--standards-font`.
// `light-dark()` follows the `color-scheme` of the page around it.

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host { display: block; }
:host([hidden]) { display: none; }
[hidden] { display: none !important; }

.box {
  all: initial; /* nothing of the page's type or colour comes in */
  color-scheme: inherit;
  display: block;
  container-type: inline-size;
  --accent: var(--standards-accent, light-dark(#0b4f75, #86c5e8));
  --on-accent: light-dark(#ffffff, #0d1a22);
  --ink: light-dark(#1b1d1f, #ebe8e1);
  --quiet: light-dark(#575c61, #aeb2b6);
  --line: light-dark(#cfcac0, #41474d);
  --surface: light-dark(#ffffff, #1d2125);
  --soft: light-dark(#f3f0e9, #23282d);
  --reject: light-dark(#b3261e, #ff9d92);
  --hold: light-dark(#8a5a00, #f0c05f);
  --nudge: light-dark(#1c5aa3, #9cc4ff);
  --reject-tint: light-dark(#fbd6d1, #632c27);
  --hold-tint: light-dark(#fbe5ab, #57430f);
  --nudge-tint: light-dark(#d5e6fc, #254365);
  --done: light-dark(#1d6b3f, #84d6a5);
  color: var(--ink);
  font: medium/1.6 var(--standards-font, -apple-system, BlinkMacSystemFont, "Segoe UI", "Apple SD Gothic Neo",
    "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif);
  word-break: keep-all;
  overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
.box *, .box *::before { box-sizing: border-box; }
h2, h3, p, ol, ul, dl { margin: 0; padding: 0; font-weight: inherit; }
ol, ul { list-style: none; }
strong { font-weight: 700; }
h2 { font-size: 1.375em; font-weight: 700; line-height: 1.3; margin-bottom: 0.7em; }

button {
  font: inherit; color: inherit; cursor: pointer; border: 0; background: none; padding: 0; border-radius: 4px;
  touch-action: manipulation;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.link { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
.link:hover { text-decoration-thickness: 2px; }
.primary {
  min-height: 2.75em; padding: 0 1.4em; border-radius: 8px; background: var(--accent); color: var(--on-accent);
  font-weight: 700; transition: filter 0.15s, opacity 0.15s;
}
.primary:hover { filter: brightness(1.12); }
.primary[aria-disabled="true"] { cursor: not-allowed; background: var(--soft); color: var(--quiet); box-shadow: inset 0 0 0 1px var(--line); filter: none; }

.locked {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5em 1.25em;
  padding: 1.1em 1.25em; border: 1px solid var(--line); border-radius: 12px; background: var(--soft);
}
.locked > p:first-child { font-weight: 600; flex: 1 1 auto; }
.locked .standing { order: 4; flex-basis: 100%; color: var(--quiet); font-size: 0.9em; }
.locked .kept { order: 3; flex-basis: 100%; color: var(--quiet); font-size: 0.9em; }

.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; margin-bottom: 0.4em; }
label { font-weight: 700; }
.as { color: var(--quiet); font-size: 0.9em; }
.frame { border: 1px solid light-dark(#8b8f94, #6b7278); border-radius: 12px; background: var(--surface); transition: border-color 0.15s, box-shadow 0.15s; }
.frame:has(textarea:focus-visible) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.frame:has(textarea[aria-invalid="true"]) { border-color: var(--reject); }
.frame:has(textarea[aria-invalid="true"]:focus-visible) { box-shadow: 0 0 0 1px var(--reject); }

/* Mirror and textarea share one cell and one scroller: they cannot get out of step. */
.field { max-height: 20em; overflow-y: auto; border-radius: 12px 12px 0 0; }
.stack { display: grid; }
.mirror, textarea {
  grid-area: 1 / 1; margin: 0; border: 0; padding: 0.85em 1em; min-height: 6.4em; width: 100%;
  font: inherit; font-size: 1em; line-height: 1.65; letter-spacing: normal; text-align: start;
  white-space: pre-wrap; word-break: keep-all; overflow-wrap: anywhere; tab-size: 4;
}
.mirror { color: transparent; pointer-events: none; user-select: none; forced-color-adjust: none; }
textarea { display: block; resize: none; overflow: hidden; background: transparent; color: var(--ink); outline: none; position: relative; appearance: none; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
mark { color: transparent; background: none; border-radius: 3px; text-decoration: underline 2px; text-underline-offset: 0.22em; text-decoration-skip-ink: none; }
mark[data-action="reject"] { background: var(--reject-tint); text-decoration-color: var(--reject); text-decoration-style: wavy; text-decoration-thickness: 1.5px; }
mark[data-action="hold"] { background: var(--hold-tint); text-decoration-color: var(--hold); }
mark[data-action="nudge"] { background: var(--nudge-tint); text-decoration-color: var(--nudge); text-decoration-style: dashed; }

.bar { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5em 1em; padding: 0.55em 0.6em 0.6em 1em; border-top: 1px solid var(--line); }
.counter { color: var(--quiet); font-size: 0.9em; font-variant-numeric: tabular-nums; }
.counter .link { padding: 0.35em 0; }
.counter.excess .count, .over { color: var(--reject); font-weight: 700; }

/* Never \`display: none\`: a live region has to be there before anything is said in it. */
.notice { --tone: var(--quiet); }
.notice:not(:empty) { margin-top: 0.75em; }
.notice[data-tone]:not(:empty) { display: flex; flex-wrap: wrap; gap: 0.25em 1em; padding: 0.7em 1em; border-radius: 10px; border-inline-start: 4px solid var(--tone); background: color-mix(in srgb, var(--tone) 10%, transparent); }
.notice[data-tone="reject"], .notice[data-tone="fault"] { --tone: var(--reject); }
.notice[data-tone="hold"], .notice[data-tone="waits"] { --tone: var(--hold); }
.notice[data-tone="nudge"] { --tone: var(--nudge); }
.notice[data-tone="allow"], .notice[data-tone="done"] { --tone: var(--done); }
.notice p { font-weight: 600; }

.reasons { margin-top: 0.75em; display: grid; gap: 0.75em; }
.reasons li { --tone: var(--nudge); --tint: var(--nudge-tint); padding: 0.1em 0 0.1em 1em; border-inline-start: 4px solid var(--tone); }
.reasons li[data-action="reject"] { --tone: var(--reject); --tint: var(--reject-tint); }
.reasons li[data-action="hold"] { --tone: var(--hold); --tint: var(--hold-tint); }
.clause { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5em; }
.number { color: var(--tone); font-weight: 700; }
.asks { margin-inline-start: auto; padding: 0 0.6em; border: 1px solid var(--tone); border-radius: 99px; color: var(--tone); font-size: 0.8em; line-height: 1.7; white-space: nowrap; }
.words { color: var(--quiet); font-size: 0.9em; }
q { quotes: none; color: var(--ink); padding: 0 0.35em; margin-inline-start: 0.25em; border-radius: 4px; background: var(--tint); }

.news { color: var(--done); font-weight: 600; }
.news:not(:empty) { margin-top: 0.75em; }
.pending { margin-top: 1.5em; }
.pending h3 { margin-bottom: 0.5em; }
.pending > ul { display: grid; gap: 0.75em; }
.own { --tone: var(--hold); padding: 0.8em 1em; border: 1px solid var(--line); border-inline-start: 4px solid var(--tone); border-radius: 10px; background: var(--surface); display: grid; gap: 0.4em; }
.own[data-tone="nudge"] { --tone: var(--nudge); }
.own[data-tone="reject"] { --tone: var(--reject); }
.own[data-tone="done"] { --tone: var(--done); }
.own .state { color: var(--tone); font-size: 0.875em; font-weight: 700; border-radius: 4px; }
.own .text { overflow: clip; }
.own .broken { display: grid; gap: 0.25em; font-size: 0.9em; }
.own .appeal { padding: 0.6em 0.8em; border-radius: 8px; background: var(--soft); font-size: 0.9em; }
.own .outcome { font-weight: 600; }
.said bdi, .asked bdi { white-space: pre-wrap; }
.own .said { font-size: 0.9em; }
.quiet { color: var(--quiet); font-size: 0.9em; }
.doings { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25em 1.25em; }
.doings .link { min-height: 1.75em; }
.doings:empty { display: none; }
.ask { display: grid; gap: 0.4em; }
.own .ask { margin-top: 0.4em; padding-top: 0.8em; border-top: 1px solid var(--line); }
.ask textarea { grid-area: auto; min-height: 4.6em; padding: 0.6em 0.8em; border: 1px solid light-dark(#8b8f94, #6b7278); border-radius: 8px; background: var(--surface); overflow: auto; resize: vertical; }
.ask textarea:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.ask .primary { min-height: 2.5em; }
.said-of-form { color: var(--reject); font-weight: 600; }
.plea { margin-top: 0.75em; display: grid; gap: 0.75em; justify-items: start; }
.plea .ask { width: 100%; }
.asked { --tone: var(--nudge); margin-bottom: 0.6em; padding: 0.6em 1em; border-inline-start: 4px solid var(--tone); border-radius: 10px; background: color-mix(in srgb, var(--tone) 10%, transparent); }
.thread { margin-top: 1.5em; border-top: 1px solid var(--line); }
.thread:empty { display: none; }
.thread li { border-bottom: 1px solid var(--line); }
.thread article { padding: 1em 0.25em; overflow: clip; border-radius: 4px; }
.thread header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.75em; margin-bottom: 0.2em; }
.author { font-weight: 700; }
time { color: var(--quiet); font-size: 0.875em; }
.thread p, .own .text { white-space: pre-wrap; }
.reporting { margin-inline-start: auto; min-height: 1.75em; padding: 0 0.25em; color: var(--quiet); font-size: 0.875em; }
.reporting[aria-disabled="true"] { cursor: default; text-decoration: none; }
.thread .new { animation: arrive 1.8s ease-out; }
@keyframes arrive { from { background: color-mix(in srgb, var(--done) 24%, transparent); } }
.unwritten, .fault { margin-top: 1.5em; color: var(--quiet); }
.fault { color: var(--reject); }
.more { display: block; width: 100%; min-height: 2.75em; margin-top: 1em; border: 1px solid var(--line); border-radius: 8px; font-weight: 600; }
.more:hover { background: var(--soft); }

dialog {
  color: var(--ink); background: var(--surface); border: 1px solid var(--line); border-radius: 14px; padding: 0;
  width: min(38em, calc(100vw - 2em)); max-height: min(46em, calc(100dvh - 2em)); box-shadow: 0 24px 60px rgb(0 0 0 / 0.3);
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(10 16 22 / 0.55); }
dialog header { display: flex; align-items: center; justify-content: space-between; gap: 1em; padding: 1em 1em 0.8em 1.4em; border-bottom: 1px solid var(--line); }
dialog h2 { margin: 0; font-size: 1.15em; }
.close { width: 2.2em; height: 2.2em; font-size: 1.25em; line-height: 1; }
.close:hover { background: var(--soft); }
.clauses { overflow-y: auto; padding: 1em 1.4em 1.4em; }
.clauses > p { color: var(--quiet); }
.clauses ol { margin-top: 1em; display: grid; gap: 1em; list-style: decimal; padding-inline-start: 2.1em; }
.clauses li::marker { color: var(--accent); font-weight: 700; font-variant-numeric: tabular-nums; }
blockquote { margin: 0; padding: 0.5em 0.9em; border-inline-start: 4px solid var(--line); color: var(--quiet); max-height: 7em; overflow: auto; white-space: pre-wrap; }
fieldset { margin: 0.4em 0; padding: 0; border: 0; display: grid; gap: 0.1em; }
legend { padding: 0; margin-bottom: 0.3em; font-weight: 700; }
.choice { display: flex; align-items: center; gap: 0.6em; min-height: 2em; font-weight: 400; cursor: pointer; }
.choice input { flex: none; width: 1.15em; height: 1.15em; margin: 0; accent-color: var(--accent); }
h3 { font-size: 1em; font-weight: 700; }

@container (max-width: 30em) {
  .bar { padding: 0.55em 0.8em 0.8em; }
  .bar .primary { flex: 1 1 100%; }
  .counter { flex: 1 1 100%; }
  .locked .primary { flex: 1 1 100%; }
  .asks { margin-inline-start: 0; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  mark { text-decoration-color: Highlight !important; background: none !important; }
  .primary { border: 1px solid ButtonText; }
}
`);

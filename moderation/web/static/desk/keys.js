// Keys by what they say or, with a Korean layout, by where they are: J is J also where it writes ㅓ.

/** The name of a command key: a small letter, or a sign. */
export function nameOf(event, commands) {
  const pressed = event.key.toLowerCase();
  return pressed in commands ? pressed : event.code.replace(/^Key/, "").toLowerCase();
}

/** `3`, with Shift `⇧3`; null for what is no digit. */
export function digitOf(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit === undefined) return null;
  return event.shiftKey ? `⇧${digit}` : digit;
}

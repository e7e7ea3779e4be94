const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const escapeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text of a stranger's file made safe for a terminal: what could move the cursor, recolour, or turn the
 * reading direction is shown as its escape (`\u001b`).
 */
export function visibleText(text: string): string {
  return text.replace(unsafe, escapeOf);
}

/** JSON on one line; the same characters are escaped, which leaves its meaning unchanged. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, escapeOf);
}

/** A word as a POSIX shell takes it back. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

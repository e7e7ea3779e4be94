import { plainSentence } from '@edf-pipeline/uploader';

/**
 * Text of a stranger's file made safe to look at: control characters become their pictures (␀ … ␡),
 * characters that turn the reading direction or have no width become their code point in brackets.
 * What is returned belongs into a text node or onto a canvas, as any other text.
 */
export function visibleText(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    picture,
  );
}

/** A sentence about a file, safe to look at, with the header fields it names in words. */
export function visibleSentence(sentence: string): string {
  return visibleText(plainSentence(sentence));
}

/** As {@link visibleText}, shortened to at most `maxLength` characters with an ellipsis. */
export function shortVisibleText(text: string, maxLength: number): string {
  const shown = visibleText(text.length > maxLength * 4 ? text.slice(0, maxLength * 4) : text);
  const characters = [...shown];
  return characters.length <= maxLength ? shown : `${characters.slice(0, maxLength - 1).join('')}…`;
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** One way in which a text may have been written down. */
export interface CanaryForm {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Upper and lower case count as the same. */
  readonly isFolded: boolean;
}

/** What is shorter is found by chance in random bytes. */
const MIN_FORM_BYTES = 6;

/**
 * The forms in which a text is searched for: as it is, in several encodings of text, and in the encodings by which
 * text travels through JSON, addresses, headers and binary fields.
 *
 * @param text at least 7 characters
 * @returns each form once; those without case first folded by `foldCase`
 * @throws RangeError when the text is too short to mean anything
 */
export function formsOf(text: string): CanaryForm[] {
  if (text.length <= MIN_FORM_BYTES) throw new RangeError(`${text} is too short to be looked for`);
  const utf8 = Buffer.from(text);
  const folded: [string, Uint8Array][] = [
    ['as it is', utf8],
    ['decomposed', Buffer.from(text.normalize('NFD'))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 of the other order', Buffer.from(text, 'utf16le').swap16()],
    ['JSON', Buffer.from(withinJson(text))],
    ['JSON in JSON', Buffer.from(withinJson(withinJson(text)))],
    ['JSON escapes', Buffer.from(asciiOnly(withinJson(text)))],
    ['percent-encoded', Buffer.from(encodeURIComponent(text))],
    ['form-encoded', Buffer.from(new URLSearchParams({ t: text }).toString().slice(2))],
    ['hexadecimal', Buffer.from(utf8.toString('hex'))],
  ];
  // EDF knows bytes: an umlaut may be one of them.
  if (!/[^\0-\u00ff]/.test(text)) folded.push(['Latin-1', Buffer.from(text, 'latin1')]);
  const base64 = [0, 1, 2].map((offset) => base64At(utf8, offset));
  const exact: [string, Uint8Array][] = base64.flatMap((coded, offset) => [
    [`base64 after ${offset}`, Buffer.from(coded)],
    [`base64url after ${offset}`, Buffer.from(coded.replaceAll('+', '-').replaceAll('/', '_'))],
  ]);
  const forms = [
    ...folded.map(([name, bytes]) => ({ name, bytes: foldCase(bytes), isFolded: true })),
    ...exact.map(([name, bytes]) => ({ name, bytes, isFolded: false })),
  ];
  const known = new Set<string>();
  return forms.filter(({ bytes, isFolded }) => {
    const key = `${isFolded} ${Buffer.from(bytes).toString('latin1')}`;
    if (bytes.length < MIN_FORM_BYTES || known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** The same bytes for what differs in case alone; no text any more where it is not ASCII. */
export function foldCase(bytes: Uint8Array): Uint8Array {
  const folded = Uint8Array.from(bytes);
  for (let index = 0; index < folded.length; index++) {
    const byte = folded[index]!;
    if (byte >= 0x41 && byte <= 0x5a) folded[index] = byte + 0x20;
  }
  return folded;
}

const withinJson = (text: string) => JSON.stringify(text).slice(1, -1);

const asciiOnly = (text: string) =>
  text.replaceAll(/[^\0-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The characters that the text alone decides when so many other bytes come before it in its group of three. */
function base64At(bytes: Uint8Array, offset: number): string {
  const whole = Math.floor((offset + bytes.length) / 3) * 4;
  const coded = Buffer.concat([new Uint8Array(offset), bytes]).toString('base64');
  return coded.slice(offset === 0 ? 0 : offset + 1, whole);
}

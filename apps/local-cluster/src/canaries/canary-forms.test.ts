import { formsOf } from './canary-forms.ts';

const nameOf = (text: string) => formsOf(text).map(({ name }) => name);

describe('the forms of a text', () => {
  it('of letters and digits are the text itself, UTF-16 both ways, hexadecimal, and base64 after nought to two bytes', () => {
    expect(nameOf('Kanarie7')).toEqual([
      'as it is',
      'UTF-16',
      'UTF-16 of the other order',
      'hexadecimal',
      'base64 after 0',
      'base64 after 1',
      'base64 after 2',
    ]);
  });

  it('of other letters and signs are more: decomposed, escaped for JSON, addresses and forms, and Latin-1', () => {
    const names = nameOf('Kanarie "Übung" 7');

    for (const name of [
      'decomposed',
      'JSON',
      'JSON in JSON',
      'JSON escapes',
      'percent-encoded',
      'form-encoded',
      'Latin-1',
    ])
      expect(names).toContain(name);
  });

  it('have no Latin-1 where that has no such letter', () => {
    expect(nameOf('Kanarie-夜-1')).not.toContain('Latin-1');
  });

  it('are refused of a text that is so short that chance would find it', () => {
    expect(() => formsOf('Kanari')).toThrow(RangeError);
  });
});

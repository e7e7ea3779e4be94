import { deflateSync } from 'node:zlib';
import type { Canary, Place } from './canary.ts';
import { findCanaries, leaksAmong, missingAmong } from './find-canaries.ts';

const TEXT = 'Kanarie-"Übung"+7f3a';
const canary: Canary = { what: 'patient', text: TEXT, tenant: 'alpine', belongsIn: ['source'] };
const place = (content: string | Uint8Array, more: Partial<Place> = {}): Place => ({
  kind: 'log',
  name: 'gateway-1.log',
  bytes: Buffer.from(content),
  ...more,
});
const formIn = (content: string | Uint8Array) => findCanaries([canary], [place(content)])[0]?.form;
const utf8 = Buffer.from(TEXT);
const bigEndian = Buffer.from(TEXT, 'utf16le').swap16();

describe('a canary is found', () => {
  it.each([
    ['as it is', `a ${TEXT} b`],
    ['in capitals but for what is no ASCII', TEXT.replace('Kanarie', 'KANARIE')],
    ['decomposed', TEXT.normalize('NFD')],
    ['in Latin-1', Buffer.from(TEXT, 'latin1')],
    ['in UTF-16', Buffer.from(TEXT, 'utf16le')],
    ['in UTF-16 of the other order', bigEndian],
    ['in JSON', JSON.stringify({ TEXT })],
    ['in JSON within JSON', JSON.stringify({ Body: JSON.stringify({ TEXT }) })],
    ['in JSON without other letters', '{"a":"Kanarie-\\"\\u00DCbung\\"+7f3a"}'],
    ['in an address', `GET /v1/jobs?cursor=${encodeURIComponent(TEXT)}`],
    ['in a form', new URLSearchParams({ TEXT }).toString()],
    ['in hexadecimal', utf8.toString('hex').toUpperCase()],
  ])('%s', (_how, content) => {
    expect(formIn(content)).toBeDefined();
  });

  it.each([0, 1, 2, 3, 31])('in base64 and base64url, whatever stands %i bytes before it', (before) => {
    const bytes = Buffer.concat([Buffer.alloc(before, 'x'), utf8, Buffer.from('after')]);

    expect(formIn(bytes.toString('base64'))).toMatch(/^base64/);
    expect(formIn(bytes.toString('base64url'))).toMatch(/^base64/);
  });
});

it('Nothing is found where there is nothing, nor what is packed: that is unpacked before', () => {
  expect(formIn('Kanarie-Übung 7f3a and nothing else')).toBeUndefined();
  expect(formIn(deflateSync(TEXT))).toBeUndefined();
});

describe('what is found', () => {
  const leaksIn = (more: Partial<Place>) =>
    leaksAmong(findCanaries([canary], [place(`before ${TEXT} after`, more)]));

  it('where it belongs is no leak', () => {
    expect(leaksIn({ kind: 'source', tenant: 'alpine' })).toEqual([]);
  });

  it('elsewhere is one, and said with what stands around it', () => {
    expect(leaksIn({})).toEqual([
      expect.stringMatching(/^patient \(as it is\) in log gateway-1\.log: before Kanarie.*after$/),
    ]);
  });

  it('at somebody else is one, also in such a place as it belongs in', () => {
    expect(leaksIn({ kind: 'source', tenant: 'beacon' })).toEqual([
      expect.stringContaining('in source of beacon'),
    ]);
  });

  it('in none of the places where it belongs is missing', () => {
    expect(missingAmong([canary], findCanaries([canary], [place(TEXT)]))).toEqual([
      'patient is in no source',
    ]);
    expect(missingAmong([canary], findCanaries([canary], [place(TEXT, { kind: 'source' })]))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { isCorpusHere, peerPage, peerPagePath } from './test-support/peer-page.ts';

(import.meta as unknown as { jest: { setTimeout(milliseconds: number): void } }).jest.setTimeout(180_000);

const { EDF_PEERS_PYTHON: python, EDF_PEERS_EDFLIB: edflib } = process.env;
const canCompare = isCorpusHere && python !== undefined && edflib !== undefined;

(canCompare ? test : test.skip)('docs/peers.md says what the other readers say now', async () => {
  // npm run compare writes it.
  expect(readFileSync(peerPagePath, 'utf8')).toBe(await peerPage({ python: python!, edflib: edflib! }));
});

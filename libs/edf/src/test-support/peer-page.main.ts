// node peer-page.main.ts: writes docs/peers.md. `npm run compare` installs the other readers first.
import { writeFileSync } from 'node:fs';
import { isCorpusHere, peerPage, peerPagePath } from './peer-page.ts';

const { EDF_PEERS_PYTHON: python, EDF_PEERS_EDFLIB: edflib } = process.env;
if (python === undefined || edflib === undefined || !isCorpusHere) {
  process.stderr.write(
    'This needs EDF_PEERS_PYTHON, EDF_PEERS_EDFLIB, and ../shared/corpus beside the repository.\n',
  );
  process.exitCode = 1;
} else {
  writeFileSync(peerPagePath, await peerPage({ python, edflib }));
}

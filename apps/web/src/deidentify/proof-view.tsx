import type { DeidentificationProof } from '@edf-pipeline/edf';
import { formatBytes, formatCount } from '../text/format.ts';
import { saveFile } from './save-file.ts';

/** What was written, how it is known to be clean, and where it may go. */
export function ProofView(props: {
  file: File | null;
  proof: DeidentificationProof;
  onUpload: (file: File) => void;
}) {
  const { file, proof, onUpload } = props;
  if (!file) {
    return (
      <p className="card-refusal" role="alert">
        Identifying text is left at {formatCount(proof.found.length)}{' '}
        {proof.found.length === 1 ? 'place' : 'places'}, first at byte{' '}
        {formatCount(proof.found[0]?.offset ?? 0)}. Nothing is given out; name the text under “Also remove”.
      </p>
    );
  }
  const saveProof = () =>
    saveFile(
      new File([`${JSON.stringify(proof, null, 2)}\n`], `${file.name}.proof.json`, {
        type: 'application/json',
      }),
    );
  return (
    <section className="proof" aria-labelledby="proof-heading" data-testid="deidentify-proof">
      <h2 id="proof-heading">{file.name}</h2>
      <ul className="plain-texts">
        <li>
          {formatBytes(proof.outputByteLength)}, changed at {formatCount(proof.changes.length)}{' '}
          {proof.changes.length === 1 ? 'place' : 'places'}.
        </li>
        <li>
          Every sample is as it was: SHA-256 of the samples before and after{' '}
          <code className="break">{proof.samplesSha256After}</code>.
        </li>
        <li>
          Searched for {formatCount(proof.searchedStringCount)} identifying{' '}
          {proof.searchedStringCount === 1 ? 'string' : 'strings'}: none is in it.
        </li>
        {proof.unsearchedWordCount > 0 && (
          <li>
            {formatCount(proof.unsearchedWordCount)} {proof.unsearchedWordCount === 1 ? 'word' : 'words'} of
            the identification may stay, since recordings in general use such words too; they are listed
            below.
          </li>
        )}
      </ul>
      <div className="drop-buttons">
        <button type="button" className="button-primary" onClick={() => onUpload(file)}>
          Upload it
        </button>
        <button type="button" onClick={() => saveFile(file)}>
          Save it
        </button>
        <button type="button" onClick={saveProof}>
          Save the proof
        </button>
      </div>
    </section>
  );
}

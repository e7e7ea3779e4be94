import type { Recording } from '@edf-pipeline/contracts';
import { useMutation } from '@tanstack/react-query';
import { useResult } from '../api/queries.ts';
import { ProblemBox } from '../problem-box.tsx';
import { useServices } from '../services.ts';
import { formatBytes } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';

const meanings: Readonly<Record<string, string>> = {
  'report.json': 'Header, findings, statistics',
  'annotations.parquet': 'Annotations as a table',
  'statistics.parquet': 'Statistics per channel and 30 s epoch',
  'overview.bin': 'Min/max levels of this viewer',
  'overview.index': 'Where each level lies in overview.bin',
  'hypnogram.json': 'Sleep stages',
  'recording.edf': 'The recording, unpacked',
  'preview.svg': 'Small picture of the recording',
};

const snippet = `import pandas as pd
annotations = pd.read_parquet("annotations.parquet")
print(annotations[["onset_ns", "duration_ns", "text"]].head())`;

/** Everything to take away: the original and each file of the result, with size and checksum. */
export function FilesTab({ recording }: { recording: Recording }) {
  const { client } = useServices();
  const result = useResult(recording.resultJobId);
  const original = useMutation({
    mutationFn: () => client.downloadRecording(recording.id),
    onSuccess: ({ url }) => save(url, recording.fileName ?? 'recording.edf'),
  });
  const download = useMutation({
    mutationFn: async (name: string) => {
      // Addresses expire: the one to be followed is asked for when it is needed.
      const fresh = await client.getResult(recording.resultJobId!);
      const file = fresh.files.find((one) => one.name === name);
      if (file) save(file.url, name);
    },
  });
  const failure = original.error ?? download.error ?? result.error;
  const name = visibleText(recording.fileName ?? 'recording.edf');
  return (
    <>
      {failure !== null && <ProblemBox error={failure} onRetry={() => void result.refetch()} />}
      <div className="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">What it is</th>
              <th scope="col" className="number">
                Size
              </th>
              <th scope="col">SHA-256</th>
              <th scope="col">
                <span className="visually-hidden">Download</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row" className="break">
                {name}
              </th>
              <td>The original, byte for byte</td>
              <td className="number">{formatBytes(recording.byteLength)}</td>
              <td
                className="checksum"
                title={
                  recording.contentId.includes('-')
                    ? 'Checksum over the checksums of its parts, base64'
                    : undefined
                }
              >
                {checksumText(recording.contentId)}
              </td>
              <td>
                <button
                  type="button"
                  disabled={original.isPending}
                  onClick={() => original.mutate()}
                  aria-label={`Download ${name}`}
                >
                  Download
                </button>
              </td>
            </tr>
            {(result.data?.files ?? []).map((file) => (
              <tr key={file.name} data-testid="file-row">
                <th scope="row">{file.name}</th>
                <td>{meanings[file.name] ?? file.contentType}</td>
                <td className="number">{formatBytes(file.byteLength)}</td>
                <td className="checksum">{file.sha256}</td>
                <td>
                  <button
                    type="button"
                    disabled={download.isPending}
                    onClick={() => download.mutate(file.name)}
                    aria-label={`Download ${file.name}`}
                  >
                    Download
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {recording.resultJobId === null && (
        <p className="faint">Result files appear when the analysis is done.</p>
      )}
      <h2 className="snippet-heading">Open the annotations in Python</h2>
      <pre className="snippet" tabIndex={0}>
        <code>{snippet}</code>
      </pre>
    </>
  );
}

/** Base64 of one digest as the hexadecimal that `sha256sum` prints; one over several parts as it is. */
function checksumText(contentId: string): string {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(contentId)) return contentId;
  return Array.from(atob(contentId), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

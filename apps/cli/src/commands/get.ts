import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '@edf-pipeline/contracts';
import type { ApiClient } from '@edf-pipeline/uploader';
import type { Command } from 'commander';
import { contentIdVerifier, downloadTo, sha256Verifier } from '../download-file.ts';
import { UsageError } from '../exit-code.ts';
import { formatBytes } from '../format.ts';
import { idKindOf, withConnection } from '../options.ts';
import { connect } from '../shell.ts';
import type { Shell } from '../shell.ts';

/** `edf get`: the files of a result, verified. */
export function addGetCommand(program: Command, shell: Shell): void {
  withConnection(program.command('get'))
    .description('fetch all files of a result; each is verified before it gets its name')
    .argument('<id>', 'rec_…, or job_… for the result of that very job')
    .requiredOption('--out <dir>', 'folder for the files; made when missing')
    .option('--original', 'the recording itself too')
    .option('--json', 'one object a file and line')
    .action(async (id: string, flags) => {
      idKindOf(id, ['recording', 'job']);
      const { client } = connect(shell, flags);
      const result = await resultOf(id, client, shell.signal);
      await mkdir(flags.out, { recursive: true });
      const report = (path: string, byteLength: number, about = 'verified') => {
        shell.output.progress(null);
        if (flags.json)
          shell.output.json({ file: path, byteLength, jobId: result.jobId, recordingId: result.recordingId });
        else shell.output.line(`${path}  ${formatBytes(byteLength)}  ${about}`);
      };
      for (const { name } of result.files) {
        const path = join(flags.out, safeName(name));
        const { byteLength, sha256 } = result.files.find((file) => file.name === name)!;
        await downloadTo({
          path,
          byteLength,
          client,
          signal: shell.signal,
          verifier: () => sha256Verifier(sha256),
          url: urlOf(name, result, client, shell.signal),
          onBytes: (bytes) =>
            shell.output.progress(`${name}: ${formatBytes(bytes)} of ${formatBytes(byteLength)}`),
        });
        report(path, byteLength);
      }
      await writeManifest(result, flags.out, report);
      if (flags.original) await fetchOriginal(result.recordingId, flags.out, client, shell, report);
      if (!flags.json) shell.output.line(`next: ls ${flags.out}`);
    });
}

/** Sizes and checksums of all files: whoever passes the folder on passes on what shows that it is whole. */
async function writeManifest(
  { manifest }: Result,
  folder: string,
  report: (path: string, byteLength: number, about: string) => void,
): Promise<void> {
  const path = join(folder, 'manifest.json');
  const text = JSON.stringify(manifest);
  await writeFile(path, text);
  report(path, Buffer.byteLength(text), 'checksums of all files');
}

async function resultOf(id: string, client: ApiClient, signal: AbortSignal): Promise<Result> {
  if (id.startsWith('job_')) return client.getResult(id, { signal });
  const { resultJobId, job } = await client.getRecording(id, { signal });
  if (resultJobId === null) {
    throw new UsageError(
      `${id} has no result yet; its job is ${job?.status ?? 'not there'}: edf status ${id}`,
    );
  }
  return client.getResult(resultJobId, { signal });
}

/** The URL that came with the result; asked for again when it is refused. */
function urlOf(name: string, result: Result, client: ApiClient, signal: AbortSignal) {
  let current = result;
  return async (isFresh: boolean) => {
    if (isFresh) current = await client.getResult(result.jobId, { signal });
    const file = current.files.find((candidate) => candidate.name === name);
    if (!file) throw new UsageError(`the result no longer holds ${name}; run the command again`);
    return file.url;
  };
}

/** A name that stays in its folder, whatever the server says. */
function safeName(name: string): string {
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name))
    throw new Error(`the server named a file in a way that is not allowed`);
  return name;
}

async function fetchOriginal(
  recordingId: string,
  folder: string,
  client: ApiClient,
  { signal, output }: Shell,
  report: (path: string, byteLength: number) => void,
): Promise<void> {
  const recording = await client.getRecording(recordingId, { signal });
  const { byteLength, contentId } = recording;
  const path = join(folder, originalNameOf(recording.fileName, recordingId));
  await downloadTo({
    path,
    byteLength,
    client,
    signal,
    verifier: () => contentIdVerifier(contentId, byteLength),
    url: async () => (await client.downloadRecording(recordingId, { signal })).url,
    onBytes: (bytes) => output.progress(`original: ${formatBytes(bytes)} of ${formatBytes(byteLength)}`),
  });
  report(path, byteLength);
}

/** The file name it was uploaded under, cut down to what every file system takes. */
export function originalNameOf(fileName: string | null, recordingId: string): string {
  const last = (fileName ?? '').split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(/[^\p{L}\p{N} ._()-]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  return name === '' ? `${recordingId}.edf` : name;
}

import { checkHeader, isEdfError, openEdf, readAnnotations } from '@edf-pipeline/edf';
import type { EdfVariant, Finding } from '@edf-pipeline/edf';
import { openFileSource, readHeaderBytes } from './file-source.ts';

/** What `edf check` says about a file; with `--json` exactly this. */
export interface CheckedFile {
  readonly file: string;
  /** False when a finding is an error, or the file cannot be read. */
  readonly ok: boolean;
  readonly byteLength: number;
  readonly variant: EdfVariant | null;
  readonly signalCount: number | null;
  /** Of the data records that are there, gaps left out. */
  readonly durationSeconds: number | null;
  readonly findings: readonly Finding[];
}

/** Reads header, annotations and times of a file, one pass, and tells what deviates from the specification. */
export async function checkFile(path: string, signal: AbortSignal): Promise<CheckedFile> {
  const source = await openFileSource(path);
  const { byteLength } = source;
  try {
    const file = await openEdf(source, signal);
    const { findings } = await readAnnotations(file, signal);
    const all = [...file.findings, ...findings];
    return {
      file: path,
      ok: isFine(all),
      byteLength,
      variant: file.header.variant,
      signalCount: file.header.signals.filter((one) => !one.isAnnotations).length,
      durationSeconds: file.dataRecordCount * file.header.dataRecordDurationSeconds,
      findings: all,
    };
  } catch (error) {
    if (!isEdfError(error)) throw error;
    const { findings } = checkHeader(await readHeaderBytes(source), byteLength);
    // Reading on may fail where the header alone is fine.
    const all = findings.some((one) => one.severity === 'fatal')
      ? findings
      : [
          ...findings,
          {
            id: '-',
            name: error.code,
            severity: 'fatal' as const,
            message: error.message,
            offset: error.offset,
          },
        ];
    return {
      file: path,
      ok: false,
      byteLength,
      variant: null,
      signalCount: null,
      durationSeconds: null,
      findings: all,
    };
  } finally {
    await source.close();
  }
}

/** True without a finding that breaks the standard. */
function isFine(findings: readonly Finding[]): boolean {
  return !findings.some(({ severity }) => severity === 'fatal' || severity === 'error');
}

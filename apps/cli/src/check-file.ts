import { checkEdf, GzipError, isEdfError } from '@edf-pipeline/edf';
import type { EdfVariant, Finding } from '@edf-pipeline/edf';
import { openRecordingSource } from './recording-source.ts';

/** What `edf check` says about a file; with `--json` exactly this. */
export interface CheckedFile {
  readonly file: string;
  /** False when samples cannot be located, or the file cannot be read. */
  readonly readable: boolean;
  /** False when a finding is an error, or the file cannot be read. */
  readonly ok: boolean;
  /** Of the recording: of a file compressed with gzip, inflated. */
  readonly byteLength: number;
  readonly variant: EdfVariant | null;
  readonly signalCount: number | null;
  /** Of the data records that are there, gaps left out. */
  readonly durationSeconds: number | null;
  readonly findings: readonly Finding[];
}

/** Reads header, times, annotations and samples of a file, one pass, and tells what deviates from the specification. */
export async function checkFile(path: string, signal: AbortSignal): Promise<CheckedFile> {
  let source;
  try {
    source = await openRecordingSource(path, signal);
  } catch (error) {
    if (error instanceof GzipError) return unreadableFile(path, error.message, error.code);
    throw error;
  }
  const { byteLength } = source;
  try {
    const { readable, variant, findings, header, dataRecordCount } = await checkEdf(source, {
      signal,
      fileName: source.name,
    });
    return {
      file: path,
      readable,
      ok: readable && isFine(findings),
      byteLength,
      variant,
      signalCount: header && header.signals.filter((one) => !one.isAnnotations).length,
      durationSeconds: header && dataRecordCount * header.dataRecordDurationSeconds,
      findings,
    };
  } catch (error) {
    if (!isEdfError(error)) throw error;
    const { code: name, message, offset } = error;
    const finding = { id: '-', name, severity: 'fatal', message, offset } as const;
    return { ...unreadableFile(path, message), byteLength, findings: [finding] };
  } finally {
    await source.close();
  }
}

/** A file of which nothing can be read, for a reason that is no deviation of a recording. */
export function unreadableFile(file: string, message: string, name = 'file-unreadable'): CheckedFile {
  return {
    file,
    readable: false,
    ok: false,
    byteLength: 0,
    variant: null,
    signalCount: null,
    durationSeconds: null,
    findings: [{ id: '-', name, severity: 'fatal', message }],
  };
}

/** True without a finding that breaks the standard. */
function isFine(findings: readonly Finding[]): boolean {
  return !findings.some(({ severity }) => severity === 'fatal' || severity === 'error');
}

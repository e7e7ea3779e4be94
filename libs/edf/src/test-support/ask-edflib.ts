// What EDFlib, the C library itself, makes of recordings; see libs/edf/peers/read_with_edflib.c.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PeerAnnotation } from './ask-peers.ts';

export interface EdflibSignal {
  readonly label: string;
  /** -1 when EDFlib could not read them all. */
  readonly count: number;
  readonly digital: readonly number[];
  readonly physical: readonly number[];
  /** {@link fnv1a} of int32 and of float64 values. */
  readonly digitalFnv1a: number;
  readonly physicalFnv1a: number;
}

export interface EdflibReading {
  /** EDFlib's own number of what is wrong; nothing else is there then. */
  readonly error?: string;
  /** `YYYY-MM-DDTHH:MM:SS` */
  readonly start: string;
  readonly startOffset100ns: number;
  readonly dataRecordCount: number;
  readonly signals: readonly EdflibSignal[];
  /** Onsets count from the first data record. */
  readonly annotations: readonly PeerAnnotation[];
}

interface Line extends Omit<EdflibReading, 'annotations'> {
  readonly file: string;
  readonly annotations?: readonly (readonly [onset: number, duration: number, text: string])[];
}

/**
 * Asks EDFlib about files.
 *
 * @param program read_with_edflib, compiled
 * @param flags `--values` for all values instead of digests
 * @returns what it read, by path
 */
export async function askEdflib(
  program: string,
  files: string[],
  ...flags: string[]
): Promise<Map<string, EdflibReading>> {
  const { stdout } = await promisify(execFile)(program, [...flags, ...files], { maxBuffer: 1 << 30 });
  // EDFlib may print for itself what it thinks of a file.
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"file"'));
  return new Map(
    lines.map((line) => {
      const { file, annotations = [], ...reading } = JSON.parse(line) as Line;
      const read = annotations.map(([onset, duration, text]): PeerAnnotation => {
        const hasDuration = duration >= 0;
        return [
          onset / 1e7,
          hasDuration ? duration / 1e7 : null,
          Buffer.from(text, 'latin1').toString('utf8'),
        ];
      });
      return [Buffer.from(file, 'latin1').toString('utf8'), { ...reading, annotations: read }];
    }),
  );
}

// In jest's VM context each look-up of a global costs more than the arithmetic.
const { imul } = Math;

/** FNV-1a, 32 bit, of the bytes of an array on a little-endian machine. */
export function fnv1a(values: Int32Array | Float64Array): number {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

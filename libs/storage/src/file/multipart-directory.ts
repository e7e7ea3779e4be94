import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadedPart } from '../object-store.ts';
import { hasErrno } from './errno.ts';
import type { Layout } from './layout.ts';

/** upload.json */
export interface StoredUpload {
  readonly layout: 1;
  readonly key: string;
  readonly contentType: string;
  readonly createdAt: string;
}

/** A part on disk: everything about it is in the file's name, so that one rename puts all of it in place. */
export interface StoredPart extends UploadedPart {
  readonly file: string;
  /** Grows when the part is sent again; the highest counts. */
  readonly generation: number;
}

export const uploadFile = 'upload.json';

/** The multipart upload's directory, or null when the id is none that this store makes. */
export function multipartDirectory(layout: Layout, multipartId: string): string | null {
  return /^[0-9a-f-]{36}$/.test(multipartId) ? join(layout.multipart, multipartId) : null;
}

/** Null when there is no such multipart upload, or it is one of another key. */
export async function readUpload(
  layout: Layout,
  key: string,
  multipartId: string,
): Promise<(StoredUpload & { readonly directory: string }) | null> {
  const directory = multipartDirectory(layout, multipartId);
  if (!directory) return null;
  const upload = await readUploadFile(directory);
  return upload?.key === key ? { ...upload, directory } : null;
}

export function partFileName(part: UploadedPart, generation: number): string {
  const hex = Buffer.from(part.checksumSha256, 'base64').toString('hex');
  return `part-${String(part.partNumber).padStart(5, '0')}.${generation}.${part.byteLength}.${hex}`;
}

/** Every part file, superseded ones too, by part number and generation. */
export async function readPartFiles(directory: string): Promise<StoredPart[]> {
  const names = await readdir(directory);
  return names
    .flatMap((name) => parsePartFileName(name) ?? [])
    .sort((a, b) => a.partNumber - b.partNumber || a.generation - b.generation);
}

/** The part file that counts for each part number, in order. */
export function currentParts(files: readonly StoredPart[]): StoredPart[] {
  return [...new Map(files.map((part) => [part.partNumber, part])).values()];
}

/** The unfinished multipart uploads whose key starts with `prefix`. */
export async function multipartsBelow(
  layout: Layout,
  prefix: string,
): Promise<{ readonly key: string; readonly multipartId: string }[]> {
  const found: { key: string; multipartId: string }[] = [];
  for (const multipartId of await readDirectory(layout.multipart)) {
    const upload = await readUploadFile(join(layout.multipart, multipartId));
    if (upload?.key.startsWith(prefix)) found.push({ key: upload.key, multipartId });
  }
  return found;
}

async function readUploadFile(directory: string): Promise<StoredUpload | null> {
  try {
    return JSON.parse(await readFile(join(directory, uploadFile), 'utf8')) as StoredUpload;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

async function readDirectory(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function parsePartFileName(file: string): StoredPart | null {
  const match = /^part-(\d{5})\.(\d+)\.(\d+)\.([0-9a-f]{64})$/.exec(file);
  if (!match) return null;
  const [, partNumber, generation, byteLength, hex] = match;
  return {
    file,
    partNumber: Number(partNumber),
    generation: Number(generation),
    byteLength: Number(byteLength),
    checksumSha256: Buffer.from(hex!, 'hex').toString('base64'),
  };
}

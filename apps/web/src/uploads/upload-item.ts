import type { FileCheck } from '../files/file-check.ts';

/**
 * - `checking`: its header is read · `waiting`: its turn comes · `moving`: hashed, announced, sent, verified
 * - `offline`, `no-room` (the service's disk is full): tries again by itself
 * - `paused`, `failed`: wait for a person
 * - `needs-permission`: the browser asks before the file is opened again · `needs-file`: to be chosen again
 * - `elsewhere`: another tab is at it · `done`, `duplicate`, `refused`, `ignored`: nothing is left to do
 */
export type UploadPhase =
  | 'checking'
  | 'waiting'
  | 'moving'
  | 'offline'
  | 'no-room'
  | 'paused'
  | 'failed'
  | 'needs-permission'
  | 'needs-file'
  | 'elsewhere'
  | 'done'
  | 'duplicate'
  | 'refused'
  | 'ignored';

/** One file of the tray. */
export interface UploadItem {
  readonly id: string;
  /** File name as it is; make it visible before printing it. */
  readonly name: string;
  readonly path: string;
  readonly byteLength: number;
  readonly lastModified: number;
  readonly phase: UploadPhase;
  readonly check: FileCheck | null;
  /** What it does while it moves: `checking the bytes`, `uploading`, `verifying`. */
  readonly step: 'hashing' | 'creating' | 'uploading' | 'verifying';
  readonly doneBytes: number;
  /** Bytes that have arrived for certain. */
  readonly safeBytes: number;
  readonly bytesPerSecond: number | null;
  /** Why it waits, failed or was refused. */
  readonly message: string | null;
  readonly recordingId: string | null;
}

/** Sums over the tray, for its heading. */
export interface TraySummary {
  readonly total: number;
  readonly finished: number;
  readonly refused: number;
  readonly moving: number;
  readonly needsPerson: number;
  readonly share: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
}

const over: readonly UploadPhase[] = ['done', 'duplicate', 'refused', 'ignored'];

export function isOver(item: UploadItem): boolean {
  return over.includes(item.phase);
}

/** Bytes are under way: leaving the page would stop them. */
export function isMoving(item: UploadItem): boolean {
  return item.phase === 'moving' || item.phase === 'offline' || item.phase === 'no-room';
}

const trayOrder: readonly UploadPhase[] = [
  'needs-permission',
  'needs-file',
  'failed',
  'no-room',
  'moving',
  'offline',
  'elsewhere',
  'paused',
  'waiting',
  'refused',
  'duplicate',
  'done',
];

/** Items of the tray, those that need a person or move first; ignored files are not in it. */
export function trayItems(items: readonly UploadItem[]): UploadItem[] {
  return items
    .filter(({ phase }) => trayOrder.includes(phase))
    .sort((a, b) => trayOrder.indexOf(a.phase) - trayOrder.indexOf(b.phase));
}

export function summaryOf(items: readonly UploadItem[]): TraySummary {
  const sent = items.filter(({ phase }) => phase !== 'refused' && phase !== 'ignored');
  const doneOf = (item: UploadItem) =>
    isOver(item) ? item.byteLength : item.step === 'hashing' ? item.safeBytes : item.doneBytes;
  const totalBytes = sent.reduce((sum, item) => sum + item.byteLength, 0);
  const doneBytes = sent.reduce((sum, item) => sum + Math.min(item.byteLength, doneOf(item)), 0);
  const uploading = sent.filter((item) => item.phase === 'moving' && item.step === 'uploading');
  const bytesPerSecond = uploading.reduce((sum, item) => sum + (item.bytesPerSecond ?? 0), 0);
  return {
    total: items.length,
    finished: items.filter(isOver).length,
    refused: items.filter(({ phase }) => phase === 'refused').length,
    moving: items.filter(isMoving).length,
    needsPerson: items.filter(({ phase }) => ['failed', 'needs-permission', 'needs-file'].includes(phase))
      .length,
    share: totalBytes > 0 ? doneBytes / totalBytes : 0,
    bytesPerSecond,
    secondsLeft: bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : null,
  };
}

/** What tells one file from another, as far as a page can see. */
export type FileIdentity = Pick<UploadItem, 'name' | 'byteLength' | 'lastModified'>;

/** Two picks are the same file: same name, length and time of change. */
export function identityOf({ name, size, lastModified }: File): FileIdentity {
  return { name, byteLength: size, lastModified };
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.name === b.name && a.byteLength === b.byteLength && a.lastModified === b.lastModified;
}

/** Why a file chosen again is not the one whose upload is to go on; null when it is. */
export function differenceOf(wanted: FileIdentity, chosen: FileIdentity): string | null {
  if (chosen.byteLength !== wanted.byteLength) {
    return `That file has ${chosen.byteLength} bytes; the one being uploaded has ${wanted.byteLength}.`;
  }
  if (chosen.name !== wanted.name) return 'That file has another name.';
  if (chosen.lastModified !== wanted.lastModified) return 'That file was changed since; upload it anew.';
  return null;
}

/** A row that nothing is known of yet but its file. */
export function newItem(
  of: Pick<UploadItem, 'id' | 'name' | 'path' | 'byteLength' | 'lastModified' | 'phase'> &
    Partial<UploadItem>,
): UploadItem {
  return {
    check: null,
    step: 'hashing',
    doneBytes: 0,
    safeBytes: 0,
    bytesPerSecond: null,
    message: null,
    recordingId: null,
    ...of,
  };
}

/** A row for what the browser could not open. */
export function unreadableItem(path: string): UploadItem {
  const reason =
    'The browser could not read it: it was moved or deleted, its drive is gone, or you may not open it.';
  return newItem({
    id: crypto.randomUUID(),
    name: path.split('/').at(-1)!,
    path,
    byteLength: 0,
    lastModified: 0,
    phase: 'refused',
    check: { kind: 'refused', reason },
    message: reason,
  });
}

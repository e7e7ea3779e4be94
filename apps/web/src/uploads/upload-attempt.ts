import type {
  ApiClient,
  ResumeState,
  UploadOutcome,
  UploadProgress,
  UploadState,
  uploadFile,
} from '@edf-pipeline/uploader';
import { SpeedMeter } from './speed.ts';
import type { UploadItem } from './upload-item.ts';

export interface UploadAttempt {
  readonly client: ApiClient;
  readonly upload: typeof uploadFile;
  readonly now: () => number;
  readonly file: File;
  /** To be sent ahead, where the file shows one. */
  readonly header: Uint8Array | undefined;
  readonly resume: ResumeState | null;
  readonly signal: AbortSignal;
  /** The row as it is; undefined when it was taken out of the tray. */
  readonly item: () => UploadItem | undefined;
  readonly change: (change: Partial<UploadItem>) => void;
  /** To be waited for: what is not kept is sent again after a reload. */
  readonly onResumeState: (state: ResumeState | null) => Promise<void>;
  /** More bytes have arrived for certain. */
  readonly onSafe: () => void;
}

/** Sends one file, or what is missing of it, and tells its row how far it is. @throws as `uploadFile` */
export async function attemptUpload(of: UploadAttempt): Promise<UploadOutcome> {
  const { file, signal } = of;
  const speed = new SpeedMeter();
  // Bytes that had arrived before this attempt are not counted as speed.
  let isMeasured = false;

  const showState = (state: UploadState) => {
    if (state.kind === 'waiting') {
      speed.reset();
      const phase = state.code === 'storage-full' ? 'no-room' : 'offline';
      of.change({ phase, bytesPerSecond: null, message: state.reason });
    } else if (isStep(state.kind)) {
      const item = of.item();
      // What was hashed is not sent yet: the count begins again where bytes have arrived.
      const isFirst = state.kind === 'uploading' && item?.step !== 'uploading';
      if (isFirst) speed.reset();
      const counted = isFirst ? { doneBytes: item?.safeBytes ?? 0, bytesPerSecond: null } : {};
      of.change({ phase: 'moving', step: state.kind, message: null, ...counted });
    }
  };
  const showProgress = ({ phase, doneBytes, safeBytes }: UploadProgress) => {
    if (phase === 'uploading' && !isMeasured) {
      isMeasured = true;
      speed.reset();
    }
    speed.add(doneBytes, of.now());
    const before = of.item();
    const hasNewPart = phase === 'uploading' && before !== undefined && safeBytes > before.safeBytes;
    of.change({ doneBytes, safeBytes, bytesPerSecond: speed.bytesPerSecond });
    if (hasNewPart) of.onSafe();
  };

  return of.upload({
    client: of.client,
    source: {
      name: file.name,
      byteLength: file.size,
      slice: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
    },
    header: of.header,
    resume: of.resume,
    onResumeState: of.onResumeState,
    onState: (state) => !signal.aborted && showState(state),
    onProgress: (progress) => !signal.aborted && showProgress(progress),
    signal,
  });
}

/** What a row becomes when its upload has ended. */
export function changeOfOutcome(outcome: UploadOutcome): Partial<UploadItem> {
  switch (outcome.kind) {
    case 'refused': {
      const { title, detail } = outcome.problem;
      return { phase: 'refused', bytesPerSecond: null, message: detail || title };
    }
    case 'rejected':
      return {
        phase: 'refused',
        bytesPerSecond: null,
        message: 'The bytes that arrived are not those of the file. Upload it again.',
      };
    default:
      return {
        phase: outcome.kind,
        bytesPerSecond: null,
        recordingId: outcome.upload.recordingId,
        message: outcome.kind === 'duplicate' ? 'The same recording is here already.' : null,
      };
  }
}

function isStep(kind: UploadState['kind']): kind is UploadItem['step'] {
  return ['hashing', 'creating', 'uploading', 'verifying'].includes(kind);
}

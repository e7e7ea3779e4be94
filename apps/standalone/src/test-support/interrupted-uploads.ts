import type { PartTransport, ResumeState, UploadFileOptions, UploadOutcome } from '@edf-pipeline/uploader';
import { createFetchTransport, uploadFile } from '@edf-pipeline/uploader';

type Options = Pick<UploadFileOptions, 'client' | 'source'>;

/** Lives end uploads, nothing else does: on a busy machine a process takes a minute to start. */
const patienceSeconds = 600;

/** Uploads that end with each life of the process they go to, as with a page that is closed, and are resumed. */
export interface InterruptedUploads {
  upload(options: Options): Promise<UploadOutcome>;
  /** After the last life that ends nothing is held back any more. */
  lifeEnded(of: { isLast: boolean }): void;
  /** True when every upload under way has sent what one life lets through, and waits for its end. */
  areHeldBack(): boolean;
  /** Uploads that were come back to when some, but not all, of their parts had arrived, and how many those were. */
  resumed(): ReadonlyMap<string, number[]>;
}

/** @param partsPerLife of one file that are let through; the others wait for the end of the life, and end with it */
export function interruptedUploads({ partsPerLife }: { partsPerLife: number }): InterruptedUploads {
  const resumed = new Map<string, number[]>();
  let life = new AbortController();
  let isHeldBack = true;
  let underWay = 0;
  /** Waiting now; an upload sends several parts at once. */
  const held = new Set<PartTransport>();

  function transportOf(signal: AbortSignal): PartTransport {
    const all = createFetchTransport();
    let sent = 0;
    const transport: PartTransport = {
      ...all,
      async putPart(...part) {
        sent += 1;
        if (isHeldBack && sent > partsPerLife) {
          held.add(transport);
          await abortionOf(signal).finally(() => held.delete(transport));
        }
        return all.putPart(...part);
      },
    };
    return transport;
  }

  async function uploadThroughLives(options: Options): Promise<UploadOutcome> {
    let resume: ResumeState | null = null;
    const onResumeState = (state: ResumeState | null) => {
      resume = state;
    };
    for (;;) {
      const { signal } = life;
      try {
        const transport = transportOf(signal);
        return await uploadFile({
          ...options,
          ...{ resume, onResumeState, transport, parallel: 2, signal, patienceSeconds },
        });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      const { uploadId } = (resume ?? { uploadId: null }) as { uploadId: string | null };
      if (uploadId === null) continue;
      const { partCount } = await options.client.getUpload(uploadId, { patienceSeconds });
      const { length } = await options.client.listParts(uploadId, { patienceSeconds });
      if (length > 0 && length < partCount) resumed.set(uploadId, [...(resumed.get(uploadId) ?? []), length]);
    }
  }

  return {
    async upload(options) {
      underWay += 1;
      try {
        return await uploadThroughLives(options);
      } finally {
        underWay -= 1;
      }
    },
    lifeEnded({ isLast }) {
      const ended = life;
      life = new AbortController();
      isHeldBack = !isLast;
      ended.abort(new Error('the page was closed'));
    },
    areHeldBack: () => held.size === underWay,
    resumed: () => resumed,
  };
}

function abortionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

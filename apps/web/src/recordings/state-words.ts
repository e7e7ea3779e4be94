import type { Recording } from '@edf-pipeline/contracts';
import { formatDuration } from '../text/format.ts';

export type StateTone = 'waiting' | 'working' | 'ready' | 'failed' | 'muted';

/** State of a recording in words a technician uses. */
export interface StateWords {
  readonly tone: StateTone;
  /** Short: `analysing 43 %`. */
  readonly text: string;
  /** One sentence more, where there is something to say or do. */
  readonly detail: string | null;
  /** 0 to 1 while something moves. */
  readonly share: number | null;
  readonly canRetry: boolean;
  readonly canCancel: boolean;
}

const quiet = { detail: null, share: null, canRetry: false, canCancel: false };

/** @param now for retries that wait */
export function stateWords(recording: Pick<Recording, 'status' | 'job'>, now: Date): StateWords {
  if (recording.status === 'deleting') return { ...quiet, tone: 'muted', text: 'being deleted' };
  if (recording.status === 'deleted') return { ...quiet, tone: 'muted', text: 'deleted' };
  const { job } = recording;
  if (!job) return { ...quiet, tone: 'muted', text: 'stored' };
  switch (job.status) {
    case 'queued':
      if (job.phase === 'retry_wait' && job.retryAt !== null) {
        const seconds = Math.max(1, Math.round((Date.parse(job.retryAt) - now.getTime()) / 1000));
        const reason = job.error?.message ?? 'The last attempt was interrupted.';
        return {
          ...quiet,
          tone: 'waiting',
          text: `trying again in ${formatDuration(seconds)}`,
          detail: reason,
          canCancel: true,
        };
      }
      return { ...quiet, tone: 'waiting', text: 'queued', canCancel: true };
    case 'running':
      return { ...quiet, tone: 'working', ...runningWords(job.progress), canCancel: true };
    case 'canceling':
      return { ...quiet, tone: 'muted', text: 'stopping' };
    case 'canceled':
      return {
        ...quiet,
        tone: 'muted',
        text: 'stopped',
        detail: 'The analysis was stopped.',
        canRetry: true,
      };
    case 'succeeded':
      return { ...quiet, tone: 'ready', text: 'ready' };
    case 'expired':
      return {
        ...quiet,
        tone: 'failed',
        text: 'expired',
        detail: 'The analysis waited too long and was given up.',
        canRetry: true,
      };
    case 'failed':
      return {
        ...quiet,
        tone: 'failed',
        text: 'failed',
        detail: job.error?.message ?? 'The analysis failed without saying why.',
        canRetry: true,
      };
    default:
      return { ...quiet, tone: 'muted', text: String(job.status) };
  }
}

function runningWords(progress: { stage: string; doneBytes: number; totalBytes: number }): {
  text: string;
  share: number | null;
} {
  const share = progress.totalBytes > 0 ? Math.min(1, progress.doneBytes / progress.totalBytes) : 0;
  switch (progress.stage) {
    case 'waiting':
      return { text: 'starting', share: null };
    case 'checking':
      return { text: 'checking', share: null };
    case 'writing':
      return { text: 'writing results', share: 1 };
    default:
      return { text: `analysing ${Math.floor(share * 100)} %`, share };
  }
}

import { ApiProblem, NetworkError, UploadError } from '@edf-pipeline/uploader';
import { SessionError } from './session-answer.ts';

/** An error in words: what happened, and what to do. */
export interface ProblemWords {
  readonly title: string;
  readonly detail: string;
  /** The same thing may work when it is simply tried again. */
  readonly canRetry: boolean;
  /** For whoever is asked for help. */
  readonly requestId: string | null;
}

/** Words for whatever was thrown. */
export function problemWords(error: unknown): ProblemWords {
  if (error instanceof ApiProblem) {
    const { title, detail, retryable, requestId, errors } = error.problem;
    const fields = (errors ?? []).map((one) => one.detail).join(' ');
    return {
      title: title || 'The server refused this',
      detail: [detail, fields].filter((part) => part && part !== title).join(' '),
      canRetry: retryable,
      requestId: requestId || null,
    };
  }
  if (error instanceof NetworkError || error instanceof TypeError) {
    return {
      title: 'The server cannot be reached',
      detail: 'Check the network. This page tries again by itself; nothing that has arrived is lost.',
      canRetry: true,
      requestId: null,
    };
  }
  if (error instanceof UploadError) return { ...uploadWords(error), requestId: null };
  if (error instanceof SessionError) {
    return { title: 'No access', detail: error.message, canRetry: true, requestId: null };
  }
  return {
    title: 'Something went wrong in this page',
    detail: error instanceof Error ? error.message : String(error),
    canRetry: true,
    requestId: null,
  };
}

function uploadWords(error: UploadError): Pick<ProblemWords, 'title' | 'detail' | 'canRetry'> {
  switch (error.code) {
    case 'file-changed':
      return {
        title: 'The file has changed while it was uploaded',
        detail: 'Wait until the recorder has finished writing it, then upload it again.',
        canRetry: false,
      };
    case 'file-unreadable':
      return {
        title: 'The file could not be read',
        detail: 'It was moved, deleted or its drive is gone. Choose it again.',
        canRetry: true,
      };
    case 'part-refused':
      return {
        title: 'The storage refuses a part of the file',
        detail: `${error.message}. Try again later.`,
        canRetry: true,
      };
    case 'storage-full':
      return {
        title: 'The disk of the service is full',
        detail: 'Tell its operator. What has arrived is safe: try again once there is room.',
        canRetry: true,
      };
    case 'upload-ended':
      return {
        title: 'The upload has ended',
        detail: 'It was aborted or has expired. Upload the file again.',
        canRetry: true,
      };
    default:
      return { title: 'The upload could not be finished', detail: error.message, canRetry: true };
  }
}

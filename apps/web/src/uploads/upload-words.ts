import { formatBytes, formatDuration } from '../text/format.ts';
import type { UploadItem } from './upload-item.ts';

/** How far an upload is, or why it does not go on: the line below its name. */
export function uploadWords(item: UploadItem): string {
  const share = item.byteLength > 0 ? item.doneBytes / item.byteLength : 0;
  const percent = `${Math.floor(share * 100)} %`;
  const safe = item.byteLength > 0 ? `${Math.floor((item.safeBytes / item.byteLength) * 100)} % is safe` : '';
  switch (item.phase) {
    case 'waiting':
      return `waiting · ${formatBytes(item.byteLength)}`;
    case 'moving': {
      if (item.step === 'hashing') return `reading the file · ${percent}`;
      if (item.step === 'creating') return 'announcing it to the server';
      if (item.step === 'verifying') return 'all bytes sent · being verified';
      const speed = item.bytesPerSecond;
      const left = speed ? formatDuration(Math.ceil((item.byteLength - item.doneBytes) / speed)) : '';
      const rate = speed ? ` · ${formatBytes(speed)}/s · ${left} left` : '';
      return `${formatBytes(item.doneBytes)} of ${formatBytes(item.byteLength)} · ${percent}${rate}`;
    }
    case 'offline':
      return `Waiting for the network · ${safe}. It goes on by itself.`;
    case 'no-room':
      return `The disk of the service is full; tell its operator. The upload goes on by itself once there is room. ${safe}.`;
    case 'paused':
      return `paused · ${safe}`;
    case 'needs-permission':
      return `Not finished when the page was closed · ${safe}.`;
    case 'needs-file':
      return (
        item.message ?? `Not finished when the page was closed · ${safe}. Choose the same file to go on.`
      );
    case 'done':
      return `uploaded · ${formatBytes(item.byteLength)}`;
    default:
      return item.message ?? item.phase;
  }
}

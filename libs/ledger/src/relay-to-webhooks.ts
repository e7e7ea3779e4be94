import type { WebhookEvent } from '@edf-pipeline/contracts';
import { createDelivery } from './create-delivery.ts';
import type { Ledger } from './ledger.ts';
import { listWebhooks } from './list-webhooks.ts';
import { readJob, readRecordingOrTombstone, readUpload } from './read.ts';
import type { OutboxRow } from './rows.ts';
import type { WebhookDeliveryRow } from './webhook-rows.ts';

/**
 * Makes an outbox entry into a delivery for each endpoint of the tenant that wants to know, and answers them. To be
 * done before the entry is forgotten: a crash between the two does it again, and makes nothing new.
 */
export async function relayToWebhooks(
  ledger: Ledger,
  entry: OutboxRow,
  signal?: AbortSignal,
): Promise<WebhookDeliveryRow[]> {
  const { tenant, id: originId, type } = entry;
  const webhooks = await listWebhooks(ledger, tenant, signal);
  const listening = webhooks.filter(({ row }) => row.state === 'active' && row.events.includes(type));
  if (listening.length === 0) return [];
  const event: WebhookEvent = { type, timestamp: entry.at, data: await dataOf(ledger, entry, signal) };
  return Promise.all(
    listening.map(({ row }) =>
      createDelivery(ledger, { tenant, webhookId: row.id, originId, event }, signal),
    ),
  );
}

/** Ids and a version. The object may have changed since, or be gone: then there is no version to compare with. */
async function dataOf(
  ledger: Ledger,
  { tenant, type, objectId: id }: OutboxRow,
  signal?: AbortSignal,
): Promise<WebhookEvent['data']> {
  const kind = type.slice(0, type.indexOf('.')) as 'upload' | 'recording' | 'job';
  switch (kind) {
    case 'upload': {
      const found = await readUpload(ledger, tenant, id, signal);
      const becameRecording = found?.row.status === 'completed';
      const { recordingId, jobId } = found?.row.duplicateOf ?? found?.row ?? {};
      return { kind, id, version: found?.version ?? 0, ...(becameRecording && { recordingId, jobId }) };
    }
    case 'recording': {
      const found = await readRecordingOrTombstone(ledger, tenant, id, signal);
      return { kind, id, version: found?.version ?? 0, ...(found && { uploadId: found.row.uploadId }) };
    }
    case 'job': {
      const found = await readJob(ledger, tenant, id, signal);
      const { recordingId, uploadId } = found?.row ?? {};
      return { kind, id, version: found?.version ?? 0, ...(found && { recordingId, uploadId }) };
    }
  }
}

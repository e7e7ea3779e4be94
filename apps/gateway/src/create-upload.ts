import { createHash } from 'node:crypto';
import type { CreateUpload, Upload } from '@edf-pipeline/contracts';
import { DEFAULT_PIPELINE, createUploadSchema } from '@edf-pipeline/contracts';
import { SINGLE_PUT_MAX_BYTES, partByteLengthFor, partRangesFor } from '@edf-pipeline/contracts/part-size';
import type { RecordingRow } from '@edf-pipeline/ledger';
import {
  createUpload,
  findContent,
  findReplay,
  readPolicy,
  readUpload,
  sourceKey,
} from '@edf-pipeline/ledger';
import type { GatewayDeps, RequestContext } from './deps.ts';
import { noteChange } from './note-change.ts';
import { noteLook } from './note-look.ts';
import { preflight } from './preflight.ts';
import { HttpProblem } from './problem.ts';
import { renderUpload } from './render.ts';

export interface Announced {
  readonly status: 200 | 201;
  readonly upload: Upload;
}

/** Announces a file: checks what can be checked before its bytes move, and opens a place for them. */
export async function announceUpload(
  deps: GatewayDeps,
  context: RequestContext,
  idempotencyKey: string | undefined,
  body: unknown,
): Promise<Announced> {
  if (!idempotencyKey || idempotencyKey.length > 255) {
    throw new HttpProblem(
      'idempotency-key-required',
      'Send an Idempotency-Key header of 1 to 255 characters, new for each file.',
    );
  }
  const request = createUploadSchema.parse(body);
  const { caller, signal } = context;
  const { tenant } = caller;
  const keyHash = sha256(`${tenant}\n${idempotencyKey}`);
  const requestHash = sha256(
    JSON.stringify([
      request.fileName,
      request.byteLength,
      request.contentId,
      request.headerBase64,
      ...(request.priority ? [request.priority] : []),
    ]),
  );

  const replay = await findReplay(deps.ledger, { tenant, keyHash, requestHash }, signal);
  if (replay) return answerReplay(deps, replay);

  const policy = await readPolicy(deps.ledger, tenant, signal);
  if (request.byteLength > policy.maxFileBytes) {
    throw new HttpProblem(
      'file-too-large',
      `The file has ${request.byteLength} bytes; your organisation takes at most ${policy.maxFileBytes}. Ask your administrator to raise the limit.`,
    );
  }
  const checked = request.headerBase64
    ? preflight(request.headerBase64, request.byteLength, policy, deps.poolFor)
    : null;
  const known = request.contentId ? await findContent(deps.ledger, tenant, request.contentId, signal) : null;
  if (known) return answerKnown(deps, context, known);

  await deps.quotas.admitUpload(policy, request.byteLength);
  const uploadId = `upl_${deps.ledger.newId()}`;
  await noteChange(deps, context, 'upload.create', uploadId);
  const multipartId = await openMultipart(deps, tenant, uploadId, request, signal);
  const created = await createUpload(
    deps.ledger,
    {
      tenant,
      uploadId,
      keyHash,
      requestHash,
      sealedFileName: deps.seal.seal(tenant, request.fileName),
      byteLength: request.byteLength,
      declaredContentId: request.contentId ?? null,
      partByteLength: partByteLengthFor(request.byteLength),
      partCount: partRangesFor(request.byteLength).length,
      multipartId,
      pipeline: DEFAULT_PIPELINE,
      preflight: checked,
      priority: request.priority,
    },
    signal,
  );
  if (created.outcome !== 'created' && multipartId) {
    await deps.store.abortMultipart(sourceKey(tenant, uploadId), multipartId, signal);
  }
  if (created.outcome !== 'created') return answerReplay(deps, created);
  return { status: 201, upload: renderUpload(deps.seal, { row: created.upload, version: created.version }) };
}

function answerReplay(deps: GatewayDeps, replay: Awaited<ReturnType<typeof createUpload>>): Announced {
  if (replay.outcome === 'key-reused') {
    throw new HttpProblem(
      'idempotency-key-reused',
      'This Idempotency-Key came with another request before; make a new key for each file.',
    );
  }
  return { status: 200, upload: renderUpload(deps.seal, { row: replay.upload, version: replay.version }) };
}

/** The same bytes are here: nothing needs to be sent. */
async function answerKnown(
  deps: GatewayDeps,
  context: RequestContext,
  recording: RecordingRow,
): Promise<Announced> {
  const upload = await readUpload(deps.ledger, recording.tenant, recording.uploadId, context.signal);
  if (!upload) throw new Error(`recording ${recording.id} has no upload`);
  // Its name is told to whoever has the same bytes.
  await noteLook(deps, context, 'recording.read', recording.id);
  return { status: 200, upload: { ...renderUpload(deps.seal, upload), isDuplicate: true } };
}

async function openMultipart(
  deps: GatewayDeps,
  tenant: string,
  uploadId: string,
  request: CreateUpload,
  signal: AbortSignal,
): Promise<string | null> {
  if (request.byteLength <= SINGLE_PUT_MAX_BYTES) return null;
  const { multipartId } = await deps.store.createMultipart(
    sourceKey(tenant, uploadId),
    SOURCE_CONTENT_TYPE,
    signal,
  );
  return multipartId;
}

export const SOURCE_CONTENT_TYPE = 'application/octet-stream';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Change,
  CreateUpload,
  Job,
  Problem,
  Recording,
  SignParts,
  Upload,
} from '@edf-pipeline/contracts';
import { contentIdOf, fromBase64 } from '@edf-pipeline/contracts/content-id';
import { partByteLengthFor, partRangesFor } from '@edf-pipeline/contracts/part-size';

/** What a test lets happen to a request instead of, or after, the ordinary answer. */
export type Reaction =
  | { status: number; body?: string; headers?: Record<string, string> }
  /** The connection is cut before anything is done. */
  | 'cut'
  /** Everything is done, but the answer is lost. */
  | 'lose-answer'
  /** Nothing is read and nothing answered. */
  | 'hang';

export interface FakeRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

interface StoredPart {
  readonly partNumber: number;
  readonly byteLength: number;
  readonly checksumSha256: string;
}

/** API and object store in memory: enough of both to upload, wait and fetch. */
export interface FakeServer {
  readonly url: string;
  readonly uploads: Map<string, Upload & { contentId: string | null }>;
  readonly parts: Map<string, Map<number, StoredPart>>;
  readonly recordings: Map<string, Recording>;
  readonly jobs: Map<string, Job>;
  /** Files of every result, by name. */
  readonly resultFiles: Map<string, Uint8Array>;
  /** `METHOD /path` of all requests that were answered. */
  readonly log: string[];
  readonly bodies: Map<string, unknown>;
  /** Set by a test; null lets a request through. */
  react: (request: FakeRequest) => Reaction | null;
  /** How many polls an upload stays `verifying` after it is completed. */
  verifyingPolls: number;
  /** How a job looks when it is asked for; jobs succeed at once unless set. */
  jobNow: (job: Job) => Job;
  token: string;
  maxFileBytes: number;
  tell(change: Change): void;
  /** `stream`, or how a server without one answers. */
  events: 'stream' | 'poll';
  cutStreams(): void;
  close(): Promise<void>;
}

const ulid = () => {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return `01${Array.from(randomBytes(24), (byte) => letters[byte % 32]).join('')}`;
};

export function problemOf(status: number, code: Problem['code'], more: Partial<Problem> = {}): Reaction {
  const problem: Problem = {
    type: `urn:edf-pipeline:problem:${code}`,
    title: code,
    status,
    detail: `the fake says ${code}`,
    instance: '/',
    code,
    requestId: 'req',
    retryable: status >= 500 || status === 429,
    ...more,
  };
  return { status, body: JSON.stringify(problem), headers: { 'content-type': 'application/problem+json' } };
}

export async function startFakeServer(): Promise<FakeServer> {
  const signatures = new Map<string, { uploadId: string; partNumber: number; checksum: string }>();
  const keys = new Map<string, string>();
  const polls = new Map<string, number>();
  const changes: Change[] = [];
  const streams = new Set<ServerResponse>();
  const created = new Date().toISOString();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uploads: new Map(),
    parts: new Map(),
    recordings: new Map(),
    jobs: new Map(),
    resultFiles: new Map(),
    log: [],
    bodies: new Map(),
    react: () => null,
    verifyingPolls: 0,
    jobNow: (job) => job,
    token: 'secret',
    maxFileBytes: 1e12,
    tell(change) {
      changes.push(change);
      for (const stream of streams) writeEvent(stream, changes.length);
    },
    events: 'stream',
    cutStreams: () => {
      for (const stream of streams) stream.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function writeEvent(stream: ServerResponse, cursor: number): void {
    stream.write(`id: ${cursor}\nevent: change\ndata: ${JSON.stringify(changes[cursor - 1])}\n\n`);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request;
    const reaction = fake.react({ method, path, headers: request.headers });
    if (reaction === 'hang') return;
    if (reaction === 'cut') return void request.socket.destroy();
    const body = await bytesOf(request);
    fake.log.push(`${method} ${path.split('?')[0]}`);
    if (reaction && reaction !== 'lose-answer') {
      return void response.writeHead(reaction.status, reaction.headers).end(reaction.body);
    }
    if (path.startsWith('/v1/events')) return handleEvents(request, response);
    const answer = await answerTo(method, path, request, body);
    if (reaction === 'lose-answer') return void request.socket.destroy();
    const isBytes = answer.body instanceof Uint8Array || typeof answer.body === 'string';
    response.writeHead(answer.status, isBytes ? answer.headers : { 'content-type': 'application/json' });
    response.end(isBytes ? answer.body : JSON.stringify(answer.body));
  }

  function handleEvents(request: IncomingMessage, response: ServerResponse): void {
    const query = new URL(request.url!, fake.url).searchParams;
    const after = Number(query.get('after') ?? changes.length);
    if (fake.events === 'poll' || request.headers.accept !== 'text/event-stream') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ data: changes.slice(after), cursor: String(changes.length), hasMore: false }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    for (let cursor = after + 1; cursor <= changes.length; cursor++) writeEvent(response, cursor);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  interface Answer {
    status: number;
    body: unknown;
    headers?: Record<string, string>;
  }
  const asAnswer = (reaction: Reaction) => reaction as Answer;

  async function answerTo(
    method: string,
    path: string,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<Answer> {
    if (path.startsWith('/store/')) return store(method, path, request, body);
    if (request.headers.authorization !== `Bearer ${fake.token}`)
      return asAnswer(problemOf(401, 'unauthenticated'));
    const [, , kind, id = '', verb = ''] = path.split('?')[0]!.split('/');
    const json = body.length > 0 ? JSON.parse(body.toString()) : undefined;
    fake.bodies.set(`${method} ${path}`, json);
    if (kind === 'limits') {
      return {
        status: 200,
        body: {
          maxFileBytes: fake.maxFileBytes,
          maxRunningJobs: 4,
          uploadLifetimeSeconds: 1,
          refuseFindings: [],
        },
      };
    }
    if (kind === 'uploads' && !id && method === 'POST') {
      return create(json, String(request.headers['idempotency-key']));
    }
    if (kind === 'uploads') return upload(method, fake.uploads.get(id), verb, json);
    const list = kind === 'recordings' ? fake.recordings : fake.jobs;
    if (!id) return { status: 200, body: { data: [...list.values()].reverse(), nextCursor: null } };
    const found = list.get(id);
    if (!found) return asAnswer(problemOf(404, 'not-found'));
    if (kind === 'recordings') return recording(method, found as Recording, verb);
    return job(found as Job, verb);
  }

  async function create(json: CreateUpload, key: string): Promise<Answer> {
    const known = fake.uploads.get(keys.get(key) ?? '');
    if (known) return { status: 200, body: known };
    const twin = [...fake.recordings.values()].find((other) => other.contentId === json.contentId);
    const tail = ulid();
    const partCount = partRangesFor(json.byteLength).length;
    const made = {
      id: `upl_${tail}`,
      status: 'pending' as const,
      rejection: null,
      fileName: json.fileName,
      byteLength: json.byteLength,
      method: partCount === 1 ? ('single' as const) : ('multipart' as const),
      partByteLength: partByteLengthFor(json.byteLength),
      partCount,
      recordingId: twin?.id ?? `rec_${tail}`,
      jobId: twin?.job?.id ?? `job_${tail}`,
      isDuplicate: Boolean(twin),
      preflight: null,
      createdAt: created,
      expiresAt: created,
      version: 1,
      contentId: json.contentId ?? null,
    };
    if (twin) return { status: 200, body: made };
    keys.set(key, made.id);
    fake.uploads.set(made.id, made);
    fake.parts.set(made.id, new Map());
    return { status: 201, body: made };
  }

  async function upload(
    method: string,
    found: (Upload & { contentId: string | null }) | undefined,
    verb: string,
    json: SignParts | undefined,
  ): Promise<Answer> {
    if (!found) return asAnswer(problemOf(404, 'not-found'));
    const parts = fake.parts.get(found.id)!;
    if (method === 'DELETE') {
      found.status = 'aborted';
      return { status: 204, body: '' };
    }
    if (!verb) {
      const left = polls.get(found.id) ?? 0;
      polls.set(found.id, left - 1);
      if (found.status === 'verifying' && left <= 1) await accept(found);
      return { status: 200, body: found };
    }
    if (verb === 'parts' && method === 'GET') return { status: 200, body: { parts: [...parts.values()] } };
    if (['aborted', 'expired', 'rejected'].includes(found.status))
      return asAnswer(problemOf(410, 'upload-ended'));
    if (verb === 'parts') {
      const signed = json!.parts.map((part) => {
        const signature = randomBytes(8).toString('hex');
        signatures.set(signature, {
          uploadId: found.id,
          partNumber: part.partNumber,
          checksum: part.checksumSha256,
        });
        return {
          partNumber: part.partNumber,
          method: 'PUT',
          url: `${fake.url}/store/${found.id}/${part.partNumber}?signature=${signature}`,
          headers: { 'x-amz-checksum-sha256': part.checksumSha256, 'content-length': '1' },
          expiresAt: new Date(Date.now() + 900_000).toISOString(),
        };
      });
      return { status: 200, body: { parts: signed } };
    }
    if (parts.size !== found.partCount) return asAnswer(problemOf(409, 'parts-missing'));
    if (found.status !== 'completed') {
      found.status = 'verifying';
      polls.set(found.id, fake.verifyingPolls);
      if (fake.verifyingPolls > 0) return { status: 202, body: found };
      await accept(found);
    }
    return { status: 200, body: found };
  }

  async function accept(found: Upload & { contentId: string | null }): Promise<void> {
    const parts = [...fake.parts.get(found.id)!.values()].sort((a, b) => a.partNumber - b.partNumber);
    const contentId = await contentIdOf(parts.map((part) => fromBase64(part.checksumSha256)));
    found.version += 1;
    if (found.contentId !== null && found.contentId !== contentId) {
      found.status = 'rejected';
      found.rejection = 'checksum-mismatch';
      return;
    }
    found.status = 'completed';
    const made: Job = {
      id: found.jobId,
      recordingId: found.recordingId,
      pipeline: 'default@1',
      status: 'succeeded',
      phase: 'done',
      progress: { stage: 'writing', doneBytes: found.byteLength, totalBytes: found.byteLength },
      attempts: 0,
      evictions: 0,
      crashes: 0,
      error: null,
      retryAt: null,
      createdAt: created,
      startedAt: created,
      finishedAt: created,
      version: 1,
    };
    fake.jobs.set(made.id, made);
    fake.recordings.set(found.recordingId, {
      id: found.recordingId,
      status: 'available',
      uploadId: found.id,
      fileName: found.fileName,
      byteLength: found.byteLength,
      contentId,
      job: made,
      facts: null,
      resultJobId: made.id,
      createdAt: created,
      version: 1,
    });
  }

  function recording(method: string, found: Recording, verb: string): Answer {
    if (method === 'DELETE') {
      found.status = 'deleting';
      return { status: 202, body: found };
    }
    const url = `/store/original/${found.id}`;
    if (verb === 'download')
      return { status: 200, body: { url, byteLength: found.byteLength, expiresAt: created } };
    return { status: 200, body: { ...found, job: found.job && fake.jobNow(found.job) } };
  }

  function job(found: Job, verb: string): Answer {
    const now = fake.jobNow(found);
    if (verb === 'cancel') return { status: 202, body: { ...now, status: 'canceling' } };
    if (verb === 'retry') return { status: 202, body: { ...now, status: 'queued', phase: 'backlog' } };
    if (verb !== 'result') return { status: 200, body: now };
    const files = [...fake.resultFiles].map(([name, bytes]) => ({
      name,
      schemaVersion: 1,
      contentType: 'application/octet-stream',
      byteLength: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      url: `/store/result/${name}`,
    }));
    return {
      status: 200,
      body: { jobId: found.id, recordingId: found.recordingId, manifest: {}, files, expiresAt: created },
    };
  }

  function store(method: string, path: string, request: IncomingMessage, body: Buffer): Answer {
    const { pathname, searchParams } = new URL(path, fake.url);
    const [, , owner = '', name = ''] = pathname.split('/');
    if (method === 'GET') {
      const bytes = fake.resultFiles.get(owner === 'original' ? 'original' : name);
      return bytes ? { status: 200, body: bytes } : { status: 404, body: '' };
    }
    const signed = signatures.get(searchParams.get('signature') ?? '');
    const checksum = createHash('sha256').update(body).digest('base64');
    if (signed?.uploadId !== owner || signed.partNumber !== Number(name))
      return { status: 403, body: 'no signature' };
    if (request.headers['x-amz-checksum-sha256'] !== signed.checksum)
      return { status: 403, body: 'header not signed' };
    if (signed.checksum !== checksum) return { status: 400, body: '<Error><Code>BadDigest</Code></Error>' };
    const parts = fake.parts.get(owner)!;
    const isSingle = fake.uploads.get(owner)!.method === 'single';
    if (isSingle && parts.has(1))
      return { status: 412, body: '<Error><Code>PreconditionFailed</Code></Error>' };
    parts.set(signed.partNumber, {
      partNumber: signed.partNumber,
      byteLength: body.length,
      checksumSha256: checksum,
    });
    return { status: 200, body: '' };
  }

  return fake;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

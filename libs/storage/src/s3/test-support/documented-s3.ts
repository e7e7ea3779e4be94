import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bucket } from './documented-bucket.ts';
import { answerBucketRequest, answerObjectRequest } from './documented-verbs.ts';
import { elements } from './s3-xml.ts';
import { S3Refusal, verifyRequest } from './sigv4-verifier.ts';
import type { WireRequest } from './sigv4-verifier.ts';

/** What a verb answers; without a body there is none. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** S3 of one account, in memory, as AWS documents it where servers that stand in for it differ; it verifies every signature. */
export interface DocumentedS3 {
  readonly endpoint: string;
  readonly buckets: Map<string, Bucket>;
  /** Method and S3's name of the sub-resource of each request that came, such as `PUT ?partNumber`. */
  readonly requests: string[];
  setTime(now: Date | undefined): void;
  stop(): Promise<void>;
}

export const testCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts it on a free port, with one bucket that keeps versions. */
export async function startDocumentedS3(bucketName: string): Promise<DocumentedS3> {
  const buckets = new Map<string, Bucket>();
  buckets.set(bucketName, { versioning: 'Enabled', versions: new Map(), uploads: new Map() });
  const requests: string[] = [];
  let time: Date | undefined;
  const now = () => time ?? new Date();
  const verifier = { ...testCredentials, region: 'us-east-1', now };

  function answer(request: WireRequest): S3Answer {
    verifyRequest(request, verifier);
    const url = new URL(request.target, 'http://s3');
    const [, name = '', key = ''] = /^\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Refusal(404, 'NoSuchBucket');
    const scene = { bucket, now: now(), request, query: url.searchParams };
    return key === '' ? answerBucketRequest(scene) : answerObjectRequest(scene, decodeURIComponent(key));
  }

  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method = '', url: target = '' } = req;
      const resource = /[?&](uploads|uploadId|versions|delete|versioning|list-type|partNumber)\b/.exec(
        target,
      );
      requests.push(resource ? `${method} ?${resource[1]}` : method);
      const headers = Object.fromEntries(
        Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
      );
      const given = answerOrRefusal(() => answer({ method, target, headers, body: Buffer.concat(chunks) }));
      const body = Buffer.from(given.body ?? '');
      res.writeHead(given.status, { 'content-length': body.byteLength, ...given.headers });
      res.end(method === 'HEAD' ? undefined : body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets,
    requests,
    setTime(to) {
      time = to;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerOrRefusal(answer: () => S3Answer): S3Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error;
    const { status, code, message } = error;
    return {
      status,
      headers: { 'content-type': 'application/xml' },
      body: elements({ Error: { Code: code, Message: message } }),
    };
  }
}

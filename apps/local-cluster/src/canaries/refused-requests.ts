import { openApiDocument } from '@edf-pipeline/contracts/openapi';
import { otherStems, sent } from './chosen-canaries.ts';
import type { WatchedCluster, WatchedUser } from './watched-cluster.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly queryNames: readonly string[];
  /** null where it takes no body. */
  readonly fieldNames: readonly string[] | null;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, unknown>;
}

/** Every operation of the API, from its own description: one that is added is asked too. */
function operations(): Operation[] {
  const document = openApiDocument();
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DescribedOperation>).map(([method, described]) => {
      const schema = described.requestBody?.content['application/json']?.schema;
      const named = schema?.$ref ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
      return {
        method: method.toUpperCase(),
        path,
        queryNames: (described.parameters ?? [])
          .filter((each) => each.in === 'query')
          .map(({ name }) => name),
        fieldNames: described.requestBody ? Object.keys(named?.properties ?? {}) : null,
      };
    }),
  );
}

interface DescribedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> };
}

/** Well-formed, and nobody's. */
const strange: Record<string, string> = {
  uploadId: `upl_${'0'.repeat(26)}`,
  recordingId: `rec_${'0'.repeat(26)}`,
  jobId: `job_${'0'.repeat(26)}`,
  webhookId: `whk_${'0'.repeat(26)}`,
  tenant: 'nobody-here',
  clientId: 'no-client',
};

const filled = (path: string, values: Record<string, string>) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'missing');

/** Each operation of the API, asked wrongly in every way there is, with a canary in whatever is wrong. */
export async function askWrongly(watched: WatchedCluster): Promise<void> {
  const { url } = watched.cluster;
  const headers = {
    'user-agent': sent.requestHeader.text,
    referer: `https://example.org/${sent.requestHeader.text}`,
    'x-request-id': sent.requestHeader.text,
    'x-forwarded-for': sent.requestHeader.text,
    traceparent: sent.requestHeader.text,
    'last-event-id': sent.cursor.text,
    cookie: `session=${sent.cookie.text}`,
    'content-type': 'application/json',
  };
  const query = new URLSearchParams({
    token: watched.owner.token,
    access_token: sent.tokenInQuery.text,
    [sent.query.text]: sent.query.text,
  }).toString();

  for (const operation of operations()) {
    const { method, path, queryNames, fieldNames } = operation;
    const user = path.startsWith('/v1/operations') ? watched.operator : watched.owner;
    let asked = 0;
    const ask = (
      target: string,
      more: { authorization?: string; body?: string } = {},
      by: WatchedUser = user,
    ) =>
      by.fetch(`${url}${target}`, {
        method,
        headers: {
          ...headers,
          'idempotency-key': `${sent.idempotencyKey.text} ${method} ${path} ${++asked}`,
          authorization: more.authorization ?? `Bearer ${by.token}`,
        },
        ...(more.body !== undefined && { body: more.body }),
      });

    const target = filled(path, strange);
    const isForNobody = target !== path;
    const body = fieldNames && { body: wrongBody(fieldNames, sent.value.text) };
    await Promise.all([
      ask(target, { authorization: `Bearer ${sent.badToken.text}` }),
      ask(target, { authorization: `Bearer e30.${sent.badToken.text}.e30` }),
      ask(target, { authorization: `Bearer ${tokenOfNobody()}` }),
      ask(target, { authorization: `Basic ${Buffer.from(`user:${sent.basic.text}`).toString('base64')}` }),
      // An endless stream begins where nothing is wrong with the query.
      ask(`${target}?${query}`, body ?? {}),
      ...(path.startsWith('/v1/operations') ? [ask(target, body ?? {}, watched.owner)] : []),
      ...queryNames.map((name) =>
        ask(
          `${target}?${new URLSearchParams({ [name]: name === 'cursor' ? sent.cursor.text : sent.query.text })}`,
        ),
      ),
      ...(isForNobody
        ? [
            ask(target, body ?? {}),
            ask(
              filled(
                path,
                Object.fromEntries(Object.keys(strange).map((key) => [key, otherStems.path.text])),
              ),
            ),
          ]
        : []),
      ...(fieldNames ? wrongBodies(fieldNames).map((each) => ask(target, { body: each })) : []),
      // No operation takes it.
      user.fetch(`${url}${target}`, {
        method: 'PROPFIND',
        headers: { authorization: `Bearer ${user.token}` },
      }),
    ]);
  }
}

/** Well-formed, by a key that nobody has. */
function tokenOfNobody(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { text } = sent.badToken;
  return [part({ alg: 'RS256', kid: text }), part({ sub: text, iss: text }), part({ signed: text })].join(
    '.',
  );
}

const wrongBody = (fieldNames: readonly string[], value: unknown) =>
  JSON.stringify(Object.fromEntries(fieldNames.map((name) => [name, value])));

function wrongBodies(fieldNames: readonly string[]): string[] {
  const { field, value, malformed, large } = sent;
  return [
    `{"${malformed.text}": `,
    `[${JSON.stringify(value.text)}]`,
    JSON.stringify({ [field.text]: value.text }),
    wrongBody(fieldNames, [value.text]),
    wrongBody(fieldNames, { [field.text]: value.text }),
    wrongBody(fieldNames, [{ [field.text]: value.text }]),
    JSON.stringify({ [field.text]: large.text.repeat(60_000) }),
  ];
}

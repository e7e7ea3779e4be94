import type { Canary, PlaceKind } from './canary.ts';
import type { Life } from './canary-life.ts';
import { OWNER } from './chosen-canaries.ts';
import type { WatchedCluster } from './watched-cluster.ts';

/** What nobody chose and nobody but its owner may see: tokens, keys, signatures, secrets, cursors. */
export function learnedCanaries({ owner, cluster, exchanges }: WatchedCluster): Canary[] {
  const [, claims = '', signature = ''] = owner.token.split('.');
  const { sub = '', jti = '' } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
  const answers = exchanges.textOf(OWNER);
  const secret = (what: string, text: string, belongsIn: readonly PlaceKind[] = []): Canary => ({
    what,
    text,
    tenant: OWNER,
    belongsIn,
  });
  const answered = (what: string, pattern: RegExp) => {
    const texts = new Set([...answers.matchAll(pattern)].map(([, text = '']) => text));
    if (texts.size === 0) throw new Error(`no answer held a ${what}`);
    return [...texts].map((text) => secret(what, text, ['answer']));
  };
  const keys = ['EDF_CURSOR_KEY', 'EDF_FILE_NAME_KEY', 'EDF_WEBHOOK_KEY'] as const;
  return [
    secret('access token', owner.token),
    secret('claims of the access token', claims),
    secret('signature of the access token', signature),
    secret('id of the access token', jti),
    // Who has seen a recording: what the audit is for.
    { ...secret('subject of the access token', sub, ['audit row', 'answer']), mayBeIn: ['ledger request'] },
    ...keys.map((name) => secret(`${name} of the environment`, cluster.environment[name])),
    ...answered('signature of a URL', /X-Amz-Signature=([0-9a-f]{64})/g),
    ...answered('webhook secret', /"secret":"whsec_([\w+/=]+)"/g),
    ...answered('cursor', /"nextCursor":"([\w-]+)"/g),
  ];
}

interface Claims {
  readonly sub?: string;
  readonly jti?: string;
}

/** Ids travel everywhere: a place that shows none of these has not been searched. */
export function witnesses({ night }: Life): Canary[] {
  const mayBeIn: PlaceKind[] = ['audit row', 'webhook row', 'result', 'problem', 'internal', 'object key'];
  const everywhere: PlaceKind[] = ['ledger', 'ledger request', 'object key', 'answer', 'delivery'];
  return [
    {
      what: 'id of an upload',
      text: night.id.slice(4),
      belongsIn: [...everywhere, 'queue', 'problem'],
      mayBeIn,
    },
    { what: 'id of a job', text: night.jobId.slice(4), belongsIn: [...everywhere, 'log', 'redis'], mayBeIn },
  ];
}

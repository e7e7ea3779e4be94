import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  clusterShape,
  integerText,
  keyText,
  loadConfig,
  redisShape,
  routingOf,
  routingShape,
  webhookShape,
} from '@edf-pipeline/service';
import { z } from 'zod';
import { defaultInFlight } from './in-flight.ts';
import { readPrices } from './read-prices.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../../web/build', import.meta.url));

/** The environment of a gateway; each variable says what it is for. */
export const gatewaySchema = z.object({
  ...clusterShape,
  ...routingShape,
  ...webhookShape,
  EDF_REDIS_URL: redisShape.EDF_REDIS_URL.optional().meta({
    description:
      'address of the Redis through which gateways wake each other and share limits; without one events come as late as EDF_EVENT_LOOK_SECONDS, and limits hold for each gateway alone',
  }),
  EDF_HOST: z.string().min(1).default('0.0.0.0').meta({ description: 'address to listen at' }),
  EDF_PORT: integerText({ min: 0, max: 65_535, fallback: 8080 }).meta({
    description: 'port to listen at; 0: any free one',
  }),
  EDF_S3_PUBLIC_ENDPOINT: z.url('is not an address').optional().meta({
    description: 'where clients reach the object store: their requests are signed for it',
    shownDefault: 'that of the SDK',
  }),
  EDF_ISSUER: z
    .url({ error: 'is missing or no address: the issuer in access tokens' })
    .meta({ description: 'who must have issued access tokens' }),
  EDF_JWKS_URL: z.url('is not an address').optional().meta({
    description: 'where the keys of tokens are fetched',
    shownDefault: 'EDF_ISSUER/.well-known/jwks.json',
  }),
  EDF_CLIENT_IDS: z
    .string({ error: 'is missing: the ids of the app clients whose tokens are taken, separated by commas' })
    .transform((text) => text.split(',').map((id) => id.trim()))
    .refine((ids) => ids.every((id) => id !== ''), 'holds an empty id')
    .meta({
      description:
        'app clients for people whose tokens are taken; machine clients are made known by an operator',
    }),
  EDF_CURSOR_KEY: keyText.meta({ description: 'key that signs cursors, the same in every gateway' }),
  EDF_FILE_NAME_KEY: keyText.meta({
    description: 'key that seals file names, the same in every gateway; whoever loses it loses the names',
  }),
  EDF_SIGN_IN_METADATA_URL: z.url('is not an address').optional().meta({
    description: 'OpenID metadata that page and command line sign in by',
    shownDefault: 'EDF_ISSUER/.well-known/openid-configuration',
  }),
  EDF_SIGN_IN_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .default([])
    .meta({
      description:
        'origins that the page gets tokens from, besides that of the metadata: the domain of the user pool',
    }),
  EDF_SIGN_IN_CLIENT_ID: z.string().min(1, 'is empty').optional().meta({
    description: 'app client that people sign in with',
    shownDefault: 'the first of EDF_CLIENT_IDS',
  }),
  EDF_DRAIN_SECONDS: integerText({ min: 0, max: 300, fallback: 5 }).meta({
    description: 'how long requests are still taken after SIGTERM, while the load balancer notices',
  }),
  EDF_TRUSTED_PROXY_HOPS: integerText({ min: 0, max: 10, fallback: 0 }).meta({
    description: 'how many proxies of ours stand in front and say in X-Forwarded-For whom they speak for',
  }),
  EDF_EVENT_LOOK_SECONDS: integerText({ min: 1, max: 60, fallback: 2 }).meta({
    description: 'how often readers of live events look by themselves when nothing wakes them through Redis',
  }),
  EDF_MAX_REQUESTS_IN_FLIGHT: integerText({
    min: 1,
    max: 100_000,
    fallback: defaultInFlight.maxWorking,
  }).meta({ description: 'requests that are worked on at once; more are refused at once with Retry-After' }),
  EDF_RATE_WINDOW_SECONDS: integerText({ min: 1, max: 3_600, fallback: 10 }).meta({
    description: 'window in which the units of tenants and users are counted',
  }),
  EDF_TENANT_RATE_UNITS: integerText({ min: 1, max: 1_000_000_000, fallback: 20_000 }).meta({
    description: 'units that a tenant may use in a window; a request costs one or more',
  }),
  EDF_SUBJECT_RATE_UNITS: integerText({ min: 1, max: 1_000_000_000, fallback: 10_000 }).meta({
    description: 'units that one user or machine may use in a window',
  }),
  EDF_STRANGER_REQUESTS_PER_MINUTE: integerText({ min: 1, max: 1_000_000_000, fallback: 1_000 }).meta({
    description:
      'requests without a good token that are taken from one address before it is no longer listened to',
  }),
  EDF_PRICE_TABLE: z.string().min(1).optional().meta({
    description: 'JSON file of prices that costs are estimated with',
    shownDefault: 'the built-in table',
  }),
  EDF_PRICE_REGION: z.string().min(1).optional().meta({
    description: 'region whose prices count',
    shownDefault: 'AWS_REGION; us-east-1 where the built-in table does not have it',
  }),
  EDF_PAGE_FOLDER: z.string().min(1).default(PAGE_FOLDER).meta({
    description: 'folder of the built page; without an index.html in it only the API is served',
    shownDefault: 'apps/web/build of this repository',
  }),
});

/** @throws ConfigError naming every fault */
export function readConfig(env: Record<string, string | undefined>) {
  const values = loadConfig(gatewaySchema, env);
  const issuer = values.EDF_ISSUER.replace(/\/$/, '');
  return {
    region: values.AWS_REGION,
    table: values.EDF_TABLE,
    bucket: values.EDF_BUCKET,
    isPathStyle: values.EDF_S3_PATH_STYLE,
    /** Where clients reach the object store, when that is another address than ours. */
    publicEndpoint: values.EDF_S3_PUBLIC_ENDPOINT,
    redisUrl: values.EDF_REDIS_URL,
    logLevel: values.EDF_LOG_LEVEL,
    leaseSeconds: values.EDF_LEASE_SECONDS,
    host: values.EDF_HOST,
    port: values.EDF_PORT,
    issuer,
    jwksUrl: values.EDF_JWKS_URL ?? `${issuer}/.well-known/jwks.json`,
    clientIds: values.EDF_CLIENT_IDS,
    signIn: signInOf(values, issuer),
    drainSeconds: values.EDF_DRAIN_SECONDS,
    cursorKey: values.EDF_CURSOR_KEY,
    fileNameKey: values.EDF_FILE_NAME_KEY,
    /** null: webhooks are off. */
    webhookKey: values.EDF_WEBHOOK_KEY ?? null,
    webhookTrustedOrigins: values.EDF_WEBHOOK_TRUSTED_ORIGINS,
    pageFolder: path.resolve(values.EDF_PAGE_FOLDER),
    routing: routingOf(values),
    trustedProxyHops: values.EDF_TRUSTED_PROXY_HOPS,
    feedLookSeconds: values.EDF_EVENT_LOOK_SECONDS,
    inFlight: { ...defaultInFlight, maxWorking: values.EDF_MAX_REQUESTS_IN_FLIGHT },
    rates: {
      tenant: { units: values.EDF_TENANT_RATE_UNITS, windowSeconds: values.EDF_RATE_WINDOW_SECONDS },
      subject: { units: values.EDF_SUBJECT_RATE_UNITS, windowSeconds: values.EDF_RATE_WINDOW_SECONDS },
      address: { units: values.EDF_STRANGER_REQUESTS_PER_MINUTE, windowSeconds: 60 },
    },
    prices: readPrices(values.EDF_PRICE_TABLE, values.EDF_PRICE_REGION, values.AWS_REGION),
  };
}

/** People sign in by OIDC with PKCE, as a public client of the issuer: the page learns the rest from its metadata. */
function signInOf(values: z.infer<typeof gatewaySchema>, issuer: string) {
  const metadataUrl = values.EDF_SIGN_IN_METADATA_URL ?? `${issuer}/.well-known/openid-configuration`;
  return {
    page: {
      kind: 'oidc',
      metadataUrl,
      /** What the metadata must say, and tokens too: the address alone proves nothing. */
      issuer,
      clientId: values.EDF_SIGN_IN_CLIENT_ID ?? values.EDF_CLIENT_IDS[0],
    },
    // Cognito answers its metadata at one host and gives tokens at another, the domain of the user pool.
    origins: [new URL(metadataUrl).origin, ...values.EDF_SIGN_IN_ORIGINS],
  };
}

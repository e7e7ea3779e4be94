import { randomBytes } from 'node:crypto';

/** What the processes of the product have to know about the servers of this machine. */
export interface ProductSurroundings {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly s3: string;
  /** Where clients send signed requests. */
  readonly publicS3: string;
  readonly sqs: string;
  readonly dynamodb: string;
  readonly cognito: string;
  readonly redis: string;
  readonly jwksUrl: string;
  readonly table: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly metadataUrl: string;
}

export type ProductEnvironment = ReturnType<typeof productEnvironment>;

/** The environment of every process of the product, on this machine. The keys are new each time. */
export function productEnvironment(of: ProductSurroundings) {
  return {
    AWS_REGION: of.region,
    AWS_ACCESS_KEY_ID: of.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: of.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: of.s3,
    AWS_ENDPOINT_URL_SQS: of.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: of.dynamodb,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: of.cognito,
    EDF_TABLE: of.table,
    EDF_BUCKET: of.bucket,
    EDF_QUEUE_URL: of.queueUrl,
    EDF_DEAD_LETTER_QUEUE_URL: of.deadLetterQueueUrl,
    EDF_REDIS_URL: of.redis,
    EDF_S3_PATH_STYLE: 'true',
    EDF_S3_PUBLIC_ENDPOINT: of.publicS3,
    EDF_ISSUER: of.issuer,
    EDF_JWKS_URL: of.jwksUrl,
    EDF_CLIENT_IDS: of.clientId,
    EDF_SIGN_IN_METADATA_URL: of.metadataUrl,
    EDF_CURSOR_KEY: randomBytes(32).toString('base64'),
    EDF_FILE_NAME_KEY: randomBytes(32).toString('base64'),
    EDF_WEBHOOK_KEY: randomBytes(32).toString('base64'),
    // Whoever tries webhooks here listens on this machine.
    EDF_WEBHOOK_TRUSTED_ORIGINS: 'http://127.0.0.1:*',
    EDF_DRAIN_SECONDS: '0',
    EDF_WORKERS: '1',
  };
}

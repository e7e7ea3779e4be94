import type { S3Client } from '@aws-sdk/client-s3';
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';

export interface ObjectEvents {
  readonly bucket: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** A versioned bucket whose uploads are told to a queue, and a second queue for what nobody can read. */
export async function createObjectEvents(
  s3: S3Client,
  sqs: SQSClient,
  bucket: string,
): Promise<ObjectEvents> {
  const deadLetterQueueUrl = await createQueue(sqs, `${bucket}-object-events-dead`, {});
  const deadLetterTargetArn = await arnOf(sqs, deadLetterQueueUrl);
  const queueUrl = await createQueue(sqs, `${bucket}-object-events`, {
    VisibilityTimeout: '60',
    MessageRetentionPeriod: '1209600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 10 }),
  });
  const queueArn = await arnOf(sqs, queueUrl);
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { Policy: JSON.stringify(mayBeToldBy(bucket, queueArn)) },
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await s3.send(
    new PutBucketCorsCommand({
      Bucket: bucket,
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedMethods: ['GET', 'PUT'],
            AllowedOrigins: ['*'],
            AllowedHeaders: ['*'],
            ExposeHeaders: ['etag', 'content-range', 'x-amz-version-id'],
          },
        ],
      },
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: queueArn,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'source/' }] } },
          },
        ],
      },
    }),
  );
  return { bucket, queueUrl, deadLetterQueueUrl };
}

/** S3 refuses to notify a queue that does not let it. */
const mayBeToldBy = (bucket: string, queueArn: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:s3:::${bucket}` } },
    },
  ],
});

async function createQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string>) {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function arnOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(asked)).Attributes?.QueueArn ?? '';
}

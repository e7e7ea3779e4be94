import { readConfig } from './config.ts';

const complete = {
  AWS_REGION: 'eu-central-1',
  EDF_TABLE: 'edf',
  EDF_BUCKET: 'recordings',
  EDF_REDIS_URL: 'rediss://user:secret@redis:6379',
  EDF_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/object-events',
  EDF_DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/object-events-dead',
};

test('What is not said has a default', () => {
  expect(readConfig(complete)).toMatchObject({ port: 8081, loops: { sweepSeconds: 3 }, queueSlots: 200 });
});

test('Jobs are not sent to a Lambda function that nobody named', () => {
  expect(() => readConfig({ ...complete, EDF_TINY_SECONDS: '2' })).toThrow('EDF_LAMBDA_FUNCTION');
  expect(readConfig({ ...complete, EDF_TINY_SECONDS: '2', EDF_LAMBDA_FUNCTION: 'edf-tiny' })).toMatchObject({
    lambdaFunction: 'edf-tiny',
  });
});

test('A missing queue is named with what it is for', () => {
  expect(() => readConfig({ ...complete, EDF_QUEUE_URL: undefined })).toThrow(
    'EDF_QUEUE_URL: is missing or no address: the SQS queue of object events',
  );
});

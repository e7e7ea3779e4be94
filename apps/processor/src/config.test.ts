import { readProcessorConfig, readWorkerConfig } from './config.ts';

const complete = { AWS_REGION: 'eu-central-1', EDF_TABLE: 'edf', EDF_BUCKET: 'recordings' };

test('A single run needs table and bucket, a worker the queue besides', () => {
  expect(readProcessorConfig(complete)).toMatchObject({ leaseSeconds: 30, heartbeatSeconds: 10 });
  expect(() => readWorkerConfig(complete)).toThrow('EDF_REDIS_URL');
  expect(readWorkerConfig({ ...complete, EDF_REDIS_URL: 'redis://redis' })).toMatchObject({ port: 8082 });
});

test('Heartbeats that would lose a lease when one is late are refused', () => {
  const env = { ...complete, EDF_LEASE_SECONDS: '10', EDF_HEARTBEAT_SECONDS: '6' };

  expect(() => readProcessorConfig(env)).toThrow(
    'EDF_HEARTBEAT_SECONDS: is more than half of EDF_LEASE_SECONDS',
  );
});

test('A process without a name gets one of its own', () => {
  expect(readProcessorConfig(complete).owner).toContain(String(process.pid));
  expect(readProcessorConfig({ ...complete, EDF_OWNER: 'pod-7' }).owner).toBe('pod-7');
  expect(() => readProcessorConfig({ ...complete, EDF_OWNER: 'a b' })).toThrow('EDF_OWNER');
});

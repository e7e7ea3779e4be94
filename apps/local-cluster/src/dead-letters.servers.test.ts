import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetQueueAttributesCommand, SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { standInClient } from '@edf-pipeline/stand-ins';
import type { OwnLocalCluster } from './local-cluster.ts';
import { startLocalCluster } from './local-cluster.ts';
import { eventually } from './test-support/eventually.ts';

const PAGE = fileURLToPath(new URL('../../../docs/operations.md', import.meta.url));
/** What the page says the dispatcher is reached at. */
const FORWARDED = 'http://127.0.0.1:8081';

let folder: string;
let cluster: OwnLocalCluster;
let sqs: SQSClient;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'edf-dead-letters-'));
  cluster = await startLocalCluster({ port: 0, gateways: 0, dispatchers: 1, processors: 0, folder });
  sqs = new SQSClient(standInClient(cluster.standIns.ministack.endpoint));
}, 240_000);
afterAll(async () => {
  sqs?.destroy();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The command of the page, as an operator pastes it, for another address; answers what it prints. */
function curlOfThePage(address: string): string {
  const [line] = readFileSync(PAGE, 'utf8').match(/^curl .*dead-letters.*$/m) ?? [];
  if (!line?.includes(FORWARDED)) throw new Error(`docs/operations.md names no curl to ${FORWARDED}`);
  return execFileSync('sh', ['-c', line.replace(FORWARDED, address)], { encoding: 'utf8' });
}

async function countIn(QueueUrl: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

test('The command of the operations page brings dead letters back, and they are dealt with', async () => {
  const { deadLetterQueueUrl, queueUrl } = cluster;
  const [dispatcher] = cluster.processes;
  for (let number = 0; number < 3; number++)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MessageBody: JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', number }),
      }),
    );

  expect(JSON.parse(curlOfThePage(dispatcher?.url ?? ''))).toEqual({ moved: 3 });
  expect(await countIn(deadLetterQueueUrl)).toBe(0);
  await eventually('the end of the messages', 30, async () => (await countIn(queueUrl)) === 0);
  expect(JSON.parse(curlOfThePage(dispatcher?.url ?? ''))).toEqual({ moved: 0 });
}, 120_000);

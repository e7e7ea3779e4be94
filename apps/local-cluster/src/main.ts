import { createLogger, runMain } from '@edf-pipeline/service';
import { readArguments } from './config.ts';
import { startLocalCluster } from './local-cluster.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

await runMain(process, async () => {
  const wanted = readArguments(process.argv.slice(2));
  const cluster = await startLocalCluster(wanted);
  const token = (name: string, tenant: string) =>
    cluster.users.tokenFor({ name, groups: [`tenant:${tenant}`, 'role:owner'] });
  const [own, other] = [await token('first-user', 'first'), await token('second-user', 'second')];
  for (const { name, url, pid } of cluster.processes) say(`${name.padEnd(14)} ${url} pid ${pid()}`);
  const { ministack, dynamodb, redis } = cluster.standIns;
  say(
    `S3, SQS, Cognito ${ministack.endpoint}\nDynamoDB         ${dynamodb.endpoint}\nRedis            ${redis.url}`,
  );
  say(`Logs are in ${wanted.folder}. Two tenants have a user each; their access tokens hold for an hour:`);
  say(`E2E_TOKEN=${own}\nE2E_OTHER_TOKEN=${other}`);
  say(`edf-pipeline is ready: ${cluster.url}`);
  return {
    logger: createLogger({ name: 'local-cluster', level: 'warn' }),
    phases: [{ name: 'stop every process', seconds: 90, run: () => cluster.stop() }],
  };
});

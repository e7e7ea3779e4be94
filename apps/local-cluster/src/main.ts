import { createLogger, runMain } from '@edf-pipeline/service';
import { readArguments } from './config.ts';
import { startLocalCluster, startLocalClusterOn } from './local-cluster.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

await runMain(process, async () => {
  const wanted = readArguments(process.argv.slice(2));
  const cluster = wanted.standIns
    ? await startLocalClusterOn(wanted.standIns, wanted)
    : await startLocalCluster(wanted);
  const people = [];
  for (const [name, tenant] of [
    ['first-user', 'first'],
    ['second-user', 'second'],
  ] as const) {
    const password = await cluster.users.addUser({ name, groups: [`tenant:${tenant}`, 'role:owner'] });
    people.push({ name, tenant, password, token: await cluster.users.signIn(name, password) });
  }
  for (const { name, url, pid } of cluster.processes) say(`${name.padEnd(14)} ${url} pid ${pid()}`);
  const { ministack, dynamodb, redis } = cluster.standIns;
  say(
    `S3, SQS, Cognito ${ministack.endpoint}\nDynamoDB         ${dynamodb.endpoint}\nRedis            ${redis.url}`,
  );
  say(`Logs are in ${wanted.folder}. Two tenants have a user each, who may sign in on the page:`);
  for (const { name, tenant, password } of people) say(`${tenant.padEnd(7)} ${name} ${password}`);
  say('Their access tokens hold for an hour:');
  people.forEach(({ token }, index) => say(`${index === 0 ? 'E2E_TOKEN' : 'E2E_OTHER_TOKEN'}=${token}`));
  say(`edf-pipeline is ready: ${cluster.url}`);
  return {
    logger: createLogger({ name: 'local-cluster', level: 'warn' }),
    phases: [{ name: 'stop every process', seconds: 90, run: () => cluster.stop() }],
  };
});

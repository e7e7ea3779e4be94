import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tenantIdSchema } from '@edf-pipeline/contracts';
import { openLocalIssuer } from './local-issuer.ts';

const USAGE = 'Usage: node mint-token.main.ts --data FOLDER --tenant NAME\n';

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n${USAGE}`);
  process.exit(2);
}

// Prints an access token of another organisation for the instance that keeps its data in this folder.
const { values } = parseArgs({ options: { data: { type: 'string' }, tenant: { type: 'string' } } });
const tenant = tenantIdSchema.safeParse(values.tenant);
if (values.data === undefined || !tenant.success)
  refuse('A data folder and a name of a-z, 0-9 and - are needed.');
const keyFile = path.join(values.data, 'issuer-key.json');
if (!existsSync(keyFile)) refuse(`${values.data} is no data folder of an instance that has run.`);
const issuer = await openLocalIssuer(keyFile, () => new Date());
process.stdout.write(`${(await issuer.issue(tenant.data)).accessToken}\n`);

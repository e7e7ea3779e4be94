// Writes docs/configuration.md from the programs' own schemas: node scripts/write-configuration.mjs [--print]
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dispatcherSchema } from '../apps/dispatcher/src/config.ts';
import { gatewaySchema } from '../apps/gateway/src/config.ts';
import { lambdaSchema, processorSchema, workerSchema } from '../apps/processor/src/config.ts';
import { standaloneSchema } from '../apps/standalone/src/config.ts';
import { root } from './toolchain.mjs';

const programs = [
  ['Gateway', '`apps/gateway/src/main.ts`', gatewaySchema],
  ['Dispatcher', '`apps/dispatcher/src/main.ts`', dispatcherSchema],
  ['Worker', '`apps/processor/src/worker.main.ts`', workerSchema],
  ['One job', '`apps/processor/src/once.main.ts`', processorSchema],
  ['Lambda function', '`apps/processor/src/lambda.main.ts`', lambdaSchema],
  ['Standalone', '`npm start`', standaloneSchema],
];

const head = `<!-- Written by scripts/write-configuration.mjs from the schemas in each program's config.ts. -->

# Configuration

Every environment variable that a program reads, with its default: what is **required** has none. A program that finds
faults names all of them at once, and ends before it does anything.

Where AWS is, and as whom to speak to it, the AWS SDK reads for itself: \`AWS_ENDPOINT_URL_S3\`, \`AWS_ENDPOINT_URL_SQS\`,
\`AWS_ENDPOINT_URL_DYNAMODB\` and \`AWS_ENDPOINT_URL_LAMBDA\` (or \`AWS_ENDPOINT_URL\` for all of them) point to servers that
stand in for AWS; credentials come from its usual places.
`;

/** By how a variable is named: what is counted stands in its name. */
const units = [
  [/_BYTES_PER_SECOND$/, 'bytes a second'],
  [/_REQUESTS_PER_MINUTE$/, 'requests a minute'],
  [/_SECONDS$/, 'seconds'],
  [/_MB$/, 'MiB'],
  [/_BYTES|_BYTES_RESERVE$/, 'bytes'],
  [/_KEY$/, '32 bytes as base64'],
  [/_(URL|ENDPOINT|ISSUER)$/, 'address'],
  [/_(IDS|ORIGINS)$/, 'list, separated by commas'],
];

function section([title, program, schema]) {
  const rows = Object.entries(schema.shape).map(([name, variable]) => {
    const { description, shownDefault } = variable.meta() ?? {};
    if (description === undefined) throw new Error(`${name} of ${title} does not say what it is for`);
    const known = variable.toJSONSchema({ io: 'output', unrepresentable: 'any' });
    const written = variable.toJSONSchema({ io: 'input', unrepresentable: 'any' });
    return `| \`${name}\` | ${defaultOf(variable, known, shownDefault)} | ${unitOf(name, known, written)} | ${description} |`;
  });
  return `\n## ${title}\n\n${program}\n\n| variable | default | unit or form | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function defaultOf(variable, known, shownDefault) {
  if (shownDefault !== undefined) return shownDefault;
  const empty = variable.safeParse(undefined);
  if (!empty.success) return '**required**';
  if (empty.data === undefined) return 'none';
  const text = Array.isArray(empty.data) ? empty.data.join(',') : String(known.default ?? empty.data);
  return text === '' ? 'none' : `\`${text}\``;
}

function unitOf(name, known, written) {
  const [, unit] = units.find(([pattern]) => pattern.test(name)) ?? [];
  const choices = choicesIn(written);
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  const { minimum, maximum } = known;
  if (minimum === undefined) return unit ?? 'text';
  const most = maximum === Number.MAX_SAFE_INTEGER ? 'on' : `to ${maximum}`;
  return `${unit ?? 'whole number'}, ${minimum} ${most === 'on' ? 'and more' : most}`;
}

const choicesIn = ({ enum: choices, anyOf }) => choices ?? anyOf?.find((each) => each.enum)?.enum;

const file = path.join(root, 'docs/configuration.md');
const options = await resolveConfig(file);
const text = await format(head + programs.map(section).join(''), { ...options, filepath: file });
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(file, text);

import { apiGatewayDocument } from './api-gateway.ts';
import { openApiDocument } from './openapi.ts';

const USAGE = `usage: write-openapi.main.ts [--api-gateway --issuer URL --audience CLIENT_ID,… --uri URL_OR_LISTENER_ARN [--vpc-link ID]]`;

/** The value behind a flag. */
function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args[at + 1];
}

function documentFor(args: readonly string[]): unknown {
  // Without flags: what libs/contracts/openapi.json keeps; openapi.test.ts says how it is renewed.
  if (args.length === 0) return openApiDocument();
  const [issuer, audience, uri] = ['--issuer', '--audience', '--uri'].map((flag) => valueOf(args, flag));
  if (!args.includes('--api-gateway') || !issuer || !audience || !uri) return null;
  return apiGatewayDocument({
    issuer,
    audience: audience.split(','),
    uri,
    vpcLinkId: valueOf(args, '--vpc-link'),
  });
}

const document = documentFor(process.argv.slice(2));
if (document === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

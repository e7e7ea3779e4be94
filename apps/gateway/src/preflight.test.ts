import { gzipSync } from 'node:zlib';
import { preflightSchema } from '@edf-pipeline/contracts';
import { writePolicy } from '@edf-pipeline/ledger';
import { edfFile, headerOf } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { createWorld, newKey } from './test-support/world.ts';

let world: World;

beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const announce = (body: unknown) => world.ask('POST', '/v1/uploads', { body, headers: newKey() });
const withHeader = (file: Uint8Array, change: Record<string, unknown> = {}) => ({
  fileName: 'night.edf',
  byteLength: file.length,
  headerBase64: Buffer.from(headerOf(file)).toString('base64'),
  ...change,
});

describe('a header that is sent ahead', () => {
  const file = edfFile();

  it('tells what the recording is, and what processing it takes', async () => {
    const { body } = await announce(withHeader(file));

    expect(preflightSchema.strict().parse(body.preflight)).toEqual({
      variant: 'EDF',
      signalCount: 1,
      durationSeconds: 4,
      expectedByteLength: file.length,
      findings: expect.any(Array),
      estimate: { tier: 'small', seconds: 1 },
    });
  });

  it('of a recording cut short is taken, with the finding', async () => {
    const { status, body } = await announce(withHeader(file, { byteLength: file.length - 20 }));

    expect([status, body.preflight.expectedByteLength, body.preflight.durationSeconds]).toEqual([
      201,
      file.length,
      2,
    ]);
    expect(body.preflight.findings.map(({ id }: { id: string }) => id)).toContain('EDF017');
  });

  it('that does not say how many records there are is taken, and promises no size', async () => {
    const unknown = edfFile();
    unknown.write('-1      ', 236, 'latin1');
    const { status, body } = await announce(withHeader(unknown));

    expect([status, body.preflight.expectedByteLength, body.preflight.durationSeconds]).toEqual([
      201,
      null,
      4,
    ]);
  });

  it.each([
    ['text', Buffer.from('Dear Sir or Madam, '.repeat(40))],
    ['a ZIP archive', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(600)])],
    ['zeros', Buffer.alloc(600)],
    ['a single byte', Buffer.from('0')],
  ])('of %s is refused before any byte is sent, and nothing is opened', async (_what, bytes) => {
    const { status, body } = await announce({
      fileName: 'a.edf',
      byteLength: 9_999,
      headerBase64: bytes.toString('base64'),
    });

    expect([status, body.code]).toEqual([422, 'unsupported-edf']);
    expect(body.findings.some(({ severity }: { severity: string }) => severity === 'fatal')).toBe(true);
    expect((await world.ask('GET', '/v1/uploads')).body.data).toEqual([]);
  });

  it('with a finding that the tenant refuses is refused, with that finding alone', async () => {
    const body = withHeader(file, { byteLength: file.length - 20 });
    const name = (await announce(body)).body.preflight.findings.find(
      ({ id }: { id: string }) => id === 'EDF017',
    ).name;
    await writePolicy(world.ledger, 'acme', { refuseFindings: [name] });
    const refused = await announce(body);

    expect([refused.status, refused.body.code]).toEqual([422, 'edf-refused-by-policy']);
    expect(refused.body.findings.map((finding: { name: string }) => finding.name)).toEqual([name]);
  });

  it('never has patient or recording identification repeated in what is answered', async () => {
    const named = edfFile({
      localPatientIdentification: 'canary-patient',
      localRecordingIdentification: 'canary-recording',
    });
    const { text } = await announce(withHeader(named, { byteLength: named.length - 20 }));

    expect(text).not.toContain('canary');
    expect(world.log()).not.toContain('canary');
  });

  it('of a gzip file is not looked into', async () => {
    const packed = gzipSync(file);
    const { status, body } = await announce({
      fileName: 'a.edf.gz',
      byteLength: packed.length,
      headerBase64: packed.toString('base64'),
    });

    expect([status, body.preflight]).toEqual([201, null]);
  });
});

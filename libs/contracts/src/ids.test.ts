import {
  DEFAULT_PIPELINE,
  jobIdSchema,
  pipelineSchema,
  recordingIdOf,
  recordingIdSchema,
  tenantIdSchema,
  uploadIdSchema,
} from './ids.ts';

const ulid = '01JABCDEFGHJKMNPQRSTVWXYZ0';

describe('an id', () => {
  it.each([
    ['an upload', uploadIdSchema, 'upl'],
    ['a recording', recordingIdSchema, 'rec'],
    ['a job', jobIdSchema, 'job'],
  ])('of %s is its prefix and a ULID, and nothing else', (_what, schema, prefix) => {
    const isId = (text: unknown) => schema.safeParse(text).success;

    expect(isId(`${prefix}_${ulid}`)).toBe(true);
    const others = [
      `${prefix}_${ulid.toLowerCase()}`,
      `${prefix}_${ulid}0`,
      `${prefix}_${ulid.slice(1)}`,
      `xxx_${ulid}`,
      ulid,
    ];
    const hostile = [
      `${prefix}_${ulid}\n`,
      ` ${prefix}_${ulid}`,
      `${prefix}_${ulid.slice(1)}I`,
      `${prefix}_../../etc/passwd`,
      7,
      null,
    ];
    expect([...others, ...hostile].filter(isId)).toEqual([]);
  });

  it('of a recording shares the ULID of the upload it came from', () => {
    expect(recordingIdOf(`upl_${ulid}`)).toBe(`rec_${ulid}`);
  });
});

describe('a tenant id', () => {
  it.each(['acme', 'a', 'lab-7', 'x'.repeat(64)])('may be %s', (tenant) => {
    expect(tenantIdSchema.safeParse(tenant).success).toBe(true);
  });

  it.each(['', 'Acme', 'a/b', 'a#b', '..', 'x'.repeat(65), 'ä', 'a\n'])('may not be %j', (tenant) => {
    expect(tenantIdSchema.safeParse(tenant).success).toBe(false);
  });
});

describe('a pipeline', () => {
  it.each([DEFAULT_PIPELINE, 'sleep-stages@12'])('may be named %s', (pipeline) => {
    expect(pipelineSchema.safeParse(pipeline).success).toBe(true);
  });

  it.each(['default', 'default@0', 'default@01', 'Default@1', '1st@1', 'default@123456', 'default@1 '])(
    'may not be named %j',
    (pipeline) => {
      expect(pipelineSchema.safeParse(pipeline).success).toBe(false);
    },
  );
});

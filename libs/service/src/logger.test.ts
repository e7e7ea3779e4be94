import { capturedLogger } from './test-support/captured-logger.ts';

const SECRET = 'canary-7f3a';
const sensitive = [
  'authorization',
  'accessToken',
  'token',
  'url',
  'query',
  'fileName',
  'localPatientIdentification',
  'localRecordingIdentification',
  'headerBase64',
  'text',
];

describe('the logger', () => {
  it('writes one line of JSON: the sentence as it is, the data in fields', () => {
    const { logger, lines } = capturedLogger();
    logger.info('A job ended an attempt', { jobId: 'job_1', durationMs: 12 });

    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'test',
        msg: 'A job ended an attempt',
        jobId: 'job_1',
        durationMs: 12,
      }),
    ]);
    expect(lines()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('never puts data into the sentence, whatever looks like a placeholder there', () => {
    const { logger, lines } = capturedLogger();
    logger.warn('Took %s of %d', { bytes: 5 });

    expect(lines()[0]).toMatchObject({ level: 'warn', msg: 'Took %s of %d', bytes: 5 });
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = capturedLogger('warn');
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');

    expect(lines().map(({ msg }) => msg)).toEqual(['c', 'd']);
  });

  it.each(sensitive)('blanks the field %s, at the top, one level down and two', (field) => {
    const { logger, text, lines } = capturedLogger();
    logger.info('At the top', { [field]: SECRET });
    logger.info('One down', { upload: { [field]: SECRET } });
    logger.info('Two down', { change: { upload: { [field]: SECRET } }, uploads: [{ [field]: SECRET }] });
    logger.child({ [field]: SECRET, upload: { [field]: SECRET } }).error('In a child');

    expect(lines()).toHaveLength(4);
    expect(text()).not.toContain(SECRET);
    expect(text()).toContain('[removed]');
  });

  it('leaves the caller’s object as it was', () => {
    const fields = { upload: { fileName: 'night.edf' } };
    capturedLogger().logger.info('An upload', fields);

    expect(fields.upload.fileName).toBe('night.edf');
  });

  it('carries the fields of a child into each of its lines', () => {
    const { logger, lines } = capturedLogger();
    logger.child({ jobId: 'job_1' }).info('Begun', { attempt: 2 });

    expect(lines()[0]).toMatchObject({ jobId: 'job_1', attempt: 2 });
  });
});

describe('an error in a log line', () => {
  it('shows name, message, code and stack, and the same of its causes', () => {
    const { logger, lines } = capturedLogger();
    const cause = Object.assign(new RangeError('too far'), { code: 'range-invalid' });
    logger.error('It failed', { error: new Error('outer', { cause }) });

    expect(lines()[0]?.error).toMatchObject({
      name: 'Error',
      message: 'outer',
      cause: { name: 'RangeError', code: 'range-invalid' },
    });
    expect(lines()[0]?.error.stack).toContain('logger.test');
  });

  it('shows nothing else that it or its cause carries', () => {
    const { logger, text } = capturedLogger();
    const extras = { config: { headers: { Cookie: SECRET } }, fileName: SECRET, body: SECRET, key: SECRET };
    const cause = Object.assign(new Error('inner'), extras);
    logger.error('It failed', { error: Object.assign(new Error('outer', { cause }), extras) });

    expect(text()).toContain('inner');
    expect(text()).not.toContain(SECRET);
  });

  it('shows no signature or token that its message or its cause’s quotes', () => {
    const { logger, text } = capturedLogger();
    const token = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIx.${SECRET}`;
    const cause = new Error(`GET https://store.example/source/a?X-Amz-Signature=${SECRET} failed`);
    logger.error('It failed', { error: new Error(`sent "Bearer ${token}"`, { cause }) });
    logger.error('It failed', { error: `GET memory://store/a?token=${SECRET}` });

    expect(text()).toContain('https://store.example/source/a?[removed] failed');
    expect(text()).not.toContain(SECRET);
  });

  it('that is its own cause is written all the same', () => {
    const { logger, lines } = capturedLogger();
    const error = new Error('circular');
    error.cause = error;
    logger.error('It failed', { error });

    expect(lines()).toHaveLength(1);
  });

  it('that is no error at all is written as text', () => {
    const { logger, lines } = capturedLogger();
    logger.error('It failed', { error: 'just text' });

    expect(lines()[0]?.error).toBe('just text');
  });
});

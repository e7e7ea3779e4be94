import { readWorkMessage, toWorkMessage } from './work-message.ts';

const work = { tenant: 'lab', jobId: 'job_1', dispatch: 2, range: 0 };

describe('work as it travels', () => {
  it('holds names alone, whatever else the caller spread into it', () => {
    const row = { ...work, priority: 60, sealedFileName: 'canary', patient: 'canary', bytes: [1, 2] };

    expect(toWorkMessage(row)).toEqual(work);
  });

  it('comes back as it was sent, with its trace', () => {
    const traced = { ...work, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

    expect(readWorkMessage(JSON.parse(JSON.stringify(toWorkMessage(traced))))).toEqual(traced);
  });

  it('is refused when it holds more than names can be', () => {
    expect(() => toWorkMessage({ ...work, tenant: 'a'.repeat(3000) })).toThrow(
      expect.objectContaining({ code: 'work-too-large' }),
    );
  });

  it.each([
    null,
    'text',
    7,
    [],
    {},
    { ...work, tenant: 1 },
    { ...work, dispatch: '2' },
    { ...work, range: undefined },
    { ...work, dispatch: 1.5 },
    { ...work, traceparent: {} },
    { ...work, jobId: '../canary' },
  ])('is refused without repeating what was found when %j is delivered', (delivered) => {
    const read = () => readWorkMessage(delivered);

    expect(read).toThrow(expect.objectContaining({ code: 'work-invalid' }));
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('canary') }));
  });
});

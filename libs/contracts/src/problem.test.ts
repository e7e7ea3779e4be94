import { findingSchema, problemCodeSchema, problemKinds, problemSchema } from './problem.ts';
import type { Problem } from './problem.ts';

describe('the problems of the API', () => {
  it('have the codes and statuses that clients rely on', () => {
    const table = Object.fromEntries(
      Object.entries(problemKinds).map(([code, { status }]) => [code, status]),
    );

    expect(table).toEqual({
      'malformed-json': 400,
      'idempotency-key-required': 400,
      unauthenticated: 401,
      forbidden: 403,
      'not-found': 404,
      'method-not-allowed': 405,
      'state-conflict': 409,
      'not-configured': 409,
      'parts-missing': 409,
      'checksum-mismatch': 409,
      'upload-ended': 410,
      'file-too-large': 413,
      'request-too-large': 413,
      'validation-failed': 422,
      'unsupported-edf': 422,
      'edf-refused-by-policy': 422,
      'idempotency-key-reused': 422,
      'rate-limited': 429,
      'quota-exceeded': 429,
      internal: 500,
      'service-unavailable': 503,
      'storage-full': 507,
    });
  });

  it('are worth another try exactly when the limit is one of time or the fault is ours', () => {
    for (const { status, retryable } of Object.values(problemKinds)) {
      expect(retryable).toBe(status === 429 || status >= 500);
    }
  });

  it('have a title that is a short phrase', () => {
    for (const { title } of Object.values(problemKinds)) expect(title).toMatch(/^[A-Z][^.]{8,60}$/);
  });

  it('are named in the schema, all of them and no other', () => {
    expect(problemCodeSchema.options).toEqual(Object.keys(problemKinds));
  });
});

describe('a problem document', () => {
  const problem: Problem = {
    type: 'urn:edf-pipeline:problem:not-found',
    title: 'There is nothing here',
    status: 404,
    detail: 'Nothing with this id belongs to your organisation.',
    instance: '/v1/jobs/x',
    code: 'not-found',
    requestId: 'r',
    retryable: false,
  };

  it('is taken with and without faults and findings', () => {
    const finding = { id: 'EDF001', name: 'some-finding', severity: 'fatal', message: 'm', offset: 0 };

    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(
      problemSchema.safeParse({ ...problem, errors: [{ pointer: '#/a', detail: 'd' }], findings: [finding] })
        .success,
    ).toBe(true);
  });

  it.each([
    { code: 'made-up' },
    { status: '404' },
    { retryable: undefined },
    { findings: [{ id: 'EDF001' }] },
  ])('with %j is refused', (change) => {
    expect(problemSchema.safeParse({ ...problem, ...change }).success).toBe(false);
  });
});

describe('a finding', () => {
  it('of an unknown severity is refused', () => {
    expect(findingSchema.safeParse({ id: 'EDF001', name: 'n', severity: 'bad', message: 'm' }).success).toBe(
      false,
    );
  });
});

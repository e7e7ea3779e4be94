import { jobSchema, recordingSchema, uploadSchema } from '@edf-pipeline/contracts';
import { edfFile } from './test-support/edf-file.ts';
import type { World } from './test-support/world.ts';
import { announced, audited, createWorld, processed, uploaded } from './test-support/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Recordings of different content, one a second. */
async function uploadedMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const { recordingId } = await uploaded(
      world,
      edfFile({ localPatientIdentification: `patient ${number}` }),
    );
    ids.unshift(recordingId);
    world.clock.advance(1);
  }
  return ids;
}

describe('a list', () => {
  it('shows everything once, newest first, page by page', async () => {
    const ids = await uploadedMany(7);
    const seen: string[] = [];
    let query = '?limit=3';
    for (let pages = 0; pages < 3; pages++) {
      const { body } = await world.ask('GET', `/v1/recordings${query}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      query = `?limit=3&cursor=${body.nextCursor}`;
      expect(body.nextCursor === null).toBe(pages === 2);
    }

    expect(seen).toEqual(ids);
  });

  it('takes no cursor of another tenant, of another list, or one that was tampered with', async () => {
    await uploadedMany(2);
    const { nextCursor } = (await world.ask('GET', '/v1/recordings?limit=1')).body;
    const other = await world.issuer.tokenFor('other');
    const tampered = `${nextCursor.slice(0, -4)}${nextCursor.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    const answers = await Promise.all([
      world.ask('GET', `/v1/recordings?cursor=${nextCursor}`, { token: other }),
      world.ask('GET', `/v1/jobs?cursor=${nextCursor}`),
      world.ask('GET', `/v1/uploads?cursor=${nextCursor}`),
      world.ask('GET', `/v1/events?after=${nextCursor}`),
      world.ask('GET', `/v1/recordings?cursor=${tampered}`),
    ]);

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [422, 'validation-failed']),
    );
    expect((await world.ask('GET', `/v1/recordings?cursor=${nextCursor}`)).status).toBe(200);
  });

  it('of jobs can be narrowed to a status', async () => {
    const [first, second] = [await uploaded(world), await uploaded(world, edfFile({ dataRecordCount: 5 }))];
    await processed(world, first);
    const jobsOf = async (status: string) =>
      (await world.ask('GET', `/v1/jobs?status=${status}`)).body.data.map(({ id }: { id: string }) => id);

    expect([await jobsOf('succeeded'), await jobsOf('queued'), await jobsOf('failed')]).toEqual([
      [first.jobId],
      [second.jobId],
      [],
    ]);
  });

  it('and a single object show the same, as the contract says', async () => {
    const upload = await uploaded(world);
    for (const [path, id, schema] of [
      ['/v1/uploads', upload.id, uploadSchema],
      ['/v1/recordings', upload.recordingId, recordingSchema],
      ['/v1/jobs', upload.jobId, jobSchema],
    ] as const) {
      const one = (await world.ask('GET', `${path}/${id}`)).body;
      expect((await world.ask('GET', path)).body.data).toEqual([one]);
      expect(schema.parse(one)).toEqual(one);
    }
  });

  it('is empty for another tenant', async () => {
    await uploaded(world);
    const token = await world.issuer.tokenFor('other');
    for (const path of ['/v1/uploads', '/v1/recordings', '/v1/jobs']) {
      expect((await world.ask('GET', path, { token })).body).toEqual({ data: [], nextCursor: null });
    }
  });
});

describe('the result of a job', () => {
  it('is its manifest, and a URL for each of its files that gives exactly that file', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    const { status, body } = await world.ask('GET', `/v1/jobs/${upload.jobId}/result`);
    const { url } = body.files[0];
    const file = await world.store.send({ method: 'GET', url, headers: {} });

    expect([status, body.recordingId, body.manifest.files]).toEqual([
      200,
      upload.recordingId,
      [{ ...body.files[0], url: undefined }],
    ]);
    expect([file.status, Buffer.from(file.body).toString(), file.headers['content-disposition']]).toEqual([
      200,
      '{}',
      expect.stringContaining('report.json'),
    ]);
    expect(body.expiresAt).toBe('2026-03-01T12:15:00.000Z');
  });

  it('of a job that has not run yet is none, and it says how far it is', async () => {
    const { status, body } = await world.ask('GET', `/v1/jobs/${(await uploaded(world)).jobId}/result`);

    expect([status, body.code, body.detail]).toEqual([
      409,
      'state-conflict',
      'There is no result. The job is queued.',
    ]);
  });

  it('of a recording that is being deleted is none any more', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    await world.ask('DELETE', `/v1/recordings/${upload.recordingId}`);

    const { status, body } = await world.ask('GET', `/v1/jobs/${upload.jobId}/result`);
    expect([status, body.detail]).toEqual([
      409,
      'There is no result any more: the recording is being deleted.',
    ]);
  });

  it('whose manifest cannot be read just now is told to be asked for again', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    await world.store.deleteVersions(`results/acme/${upload.jobId}/`);

    expect((await world.ask('GET', `/v1/jobs/${upload.jobId}/result`)).status).toBe(503);
  });
});

describe('the original file', () => {
  it('comes from a URL under its own name, whole or a range of it', async () => {
    const file = edfFile();
    const upload = await uploaded(world, file, { fileName: 'Müller.edf' });
    const { body } = await world.ask('POST', `/v1/recordings/${upload.recordingId}/download`);
    const part = await world.store.send({ method: 'GET', url: body.url, headers: { range: 'bytes=10-19' } });

    expect([body.byteLength, body.expiresAt]).toEqual([file.length, '2026-03-01T12:15:00.000Z']);
    expect([part.status, Buffer.from(part.body)]).toEqual([206, file.subarray(10, 20)]);
    expect(part.headers['content-disposition']).toContain('M%C3%BCller.edf');
  });

  it('of a recording that is being deleted is not to be had', async () => {
    const upload = await uploaded(world);
    await world.ask('DELETE', `/v1/recordings/${upload.recordingId}`);

    expect((await world.ask('POST', `/v1/recordings/${upload.recordingId}/download`)).status).toBe(404);
  });
});

describe('what was looked at or changed', () => {
  it('is noted: who, what, from where; and nothing is for somebody who was refused', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    const { id, recordingId, jobId } = upload;
    const stranger = await world.issuer.tokenFor('other');
    for (const token of [stranger, undefined]) {
      await world.ask('GET', `/v1/recordings/${recordingId}`, { token });
      await world.ask('POST', `/v1/recordings/${recordingId}/download`, { token });
      await world.ask('GET', `/v1/jobs/${jobId}/result`, { token });
      await world.ask('DELETE', `/v1/recordings/${recordingId}`, { token });
    }

    expect(
      (await audited(world)).map(({ action, objectId, subject, from }) => [action, objectId, subject, from]),
    ).toEqual(
      [
        ['upload.create', id],
        ['recording.read', recordingId],
        ['recording.download', recordingId],
        ['result.read', jobId],
        ['recording.delete', recordingId],
      ].map((entry) => [...entry, 'user-1', '127.0.0.1']),
    );
    expect(await audited(world, 'other')).toEqual([]);
  });

  it('is a recording also where the upload that became it is asked for, which tells its name', async () => {
    const { id, recordingId } = await uploaded(world);
    const before = (await audited(world)).length;
    await world.ask('GET', `/v1/uploads/${id}`);

    expect((await audited(world)).slice(before)).toEqual([
      expect.objectContaining({ action: 'recording.read', objectId: recordingId }),
    ]);
  });

  it('cannot be read when it cannot be noted', async () => {
    const upload = await uploaded(world);
    const { write } = world.ledger.store;
    Object.assign(world.ledger.store, { write: () => Promise.reject(new Error('no audit')) });
    const answer = await world.ask('POST', `/v1/recordings/${upload.recordingId}/download`);
    Object.assign(world.ledger.store, { write });

    expect([answer.status, answer.body.url]).toEqual([500, undefined]);
  });
});

describe('a job', () => {
  it('that waits can be canceled, and run again after that', async () => {
    const { jobId } = await uploaded(world);
    const canceled = await world.ask('POST', `/v1/jobs/${jobId}/cancel`);
    const again = await world.ask('POST', `/v1/jobs/${jobId}/cancel`);
    const retried = await world.ask('POST', `/v1/jobs/${jobId}/retry`);
    const twice = await world.ask('POST', `/v1/jobs/${jobId}/retry`);

    expect([canceled, again, retried, twice].map(({ status, body }) => [status, body.status])).toEqual([
      [202, 'canceled'],
      [202, 'canceled'],
      [202, 'queued'],
      [202, 'queued'],
    ]);
  });

  it('that has succeeded can be neither canceled nor run again', async () => {
    const upload = await uploaded(world);
    await processed(world, upload);
    const cancel = await world.ask('POST', `/v1/jobs/${upload.jobId}/cancel`);
    const retry = await world.ask('POST', `/v1/jobs/${upload.jobId}/retry`);

    expect([cancel.body.code, retry.body.code]).toEqual(['state-conflict', 'state-conflict']);
  });

  it('of a deleted recording cannot be run again', async () => {
    const upload = await announced(world, edfFile()).then(() => uploaded(world));
    await world.ask('POST', `/v1/jobs/${upload.jobId}/cancel`);
    await world.ask('DELETE', `/v1/recordings/${upload.recordingId}`);
    const { status, body } = await world.ask('POST', `/v1/jobs/${upload.jobId}/retry`);

    expect([status, body.detail]).toEqual([409, 'The recording is deleted; upload it again.']);
  });
});

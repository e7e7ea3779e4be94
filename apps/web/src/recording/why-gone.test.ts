import { ApiProblem, NetworkError } from '@edf-pipeline/uploader';
import { whyGone } from './why-gone.ts';

const notFound = new ApiProblem({ code: 'not-found' } as never);

test('a recording that is being deleted is not told to be gone', () => {
  expect(whyGone('deleting', null)).toBe('deleting');
  expect(whyGone('deleted', null)).toBe('deleted');
});

test('what the server does not know was deleted when it was shown before, and never there otherwise', () => {
  expect(whyGone('available', notFound)).toBe('deleted');
  expect(whyGone(undefined, notFound)).toBe('unknown');
});

test('a server that cannot be asked leaves what is shown', () => {
  expect(whyGone('available', new NetworkError('cut'))).toBeNull();
  expect(whyGone(undefined, new NetworkError('cut'))).toBeNull();
  expect(whyGone('available', null)).toBeNull();
});

import { storeProblemOf } from './store-problem.ts';

test.each([
  [
    'the XML of S3',
    400,
    '<?xml version="1.0"?><Error><Code>BadDigest</Code><Message>No match.</Message></Error>',
  ],
  ['the problem document of the service', 400, '{"code":"BadDigest","detail":"No match."}'],
])('code and message are read from %s', (_form, status, text) => {
  expect(storeProblemOf({ status, text })).toEqual({
    code: 'BadDigest',
    message: 'No match.',
    isFull: false,
  });
});

test.each(['', 'null', '[]', '"full"', '{"code":1}', '<html>507</html>', '{"code":'])(
  'text that is neither tells nothing: %s',
  (text) => {
    expect(storeProblemOf({ status: 500, text })).toEqual({ code: null, message: null, isFull: false });
  },
);

test('a full disk is known by the status alone, and by the code alone', () => {
  expect(storeProblemOf({ status: 507, text: '' }).isFull).toBe(true);
  expect(storeProblemOf({ status: 500, text: '{"code":"storage-full"}' }).isFull).toBe(true);
});

test('a message is printed as one short line', () => {
  const text = JSON.stringify({ code: 'x', detail: `a\u001b[2J\n${'b'.repeat(1000)}` });
  expect(storeProblemOf({ status: 500, text }).message).toMatch(/^a \[2J b{1,200}$/);
});

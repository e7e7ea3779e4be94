import { aloneUntil, joinTabs, personOf } from './tab-group.ts';

const tokenOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

test('a person is the same whatever token it is, and another one in another organisation', () => {
  const ada = { iss: 'https://issuer', sub: 'ada', 'cognito:groups': ['tenant:a', 'role:operator'] };
  const person = personOf(tokenOf({ ...ada, exp: 1, jti: 'one' }));
  expect(personOf(tokenOf({ ...ada, exp: 2, 'cognito:groups': ['role:operator', 'tenant:a'] }))).toBe(person);
  expect(personOf(tokenOf({ ...ada, 'cognito:groups': ['tenant:b'] }))).not.toBe(person);
  expect(personOf(tokenOf({ ...ada, sub: 'bob' }))).not.toBe(person);
  expect(personOf(tokenOf({ ...ada, sub: 'Bjørn Å' }))).not.toBe(person);
  expect(personOf('no claims')).toBe('this machine');
});

test('where a browser cannot tell tabs apart each one leads itself', async () => {
  const session = {
    getToken: async () => 't',
    state: () => 'signed-in' as const,
    subscribe: () => () => undefined,
  };
  const tabs = await joinTabs('changes', { session, locks: undefined, openChannel: undefined });
  let works = 0;
  await tabs.lead(async () => void works++);
  await aloneUntil(tabs.signal).lead(async () => void works++);
  expect(works).toBe(2);
});

import { createMemoryStore } from './memory-object-store.ts';
import { objectStoreContract } from './object-store.contract.ts';

objectStoreContract('memory', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const store = createMemoryStore({ clock: () => now, minimumPartBytes: 64 });
  return {
    store,
    send: store.send,
    async expire({ expiresAt }) {
      now = new Date(expiresAt.getTime() + 1000);
    },
    minimumPartBytes: 64,
    isBoundedInMemory: false,
    async dispose() {},
  };
});

test('a listener hears of every new version until it ends its listening', async () => {
  const store = createMemoryStore();
  const heard: string[] = [];
  const end = store.onObjectCreated((head) => heard.push(head.key));
  await store.write('a', new Uint8Array(1), { contentType: 'text/plain' });
  await store.write('b', new Uint8Array(1), { contentType: 'text/plain' });
  end();
  await store.write('c', new Uint8Array(1), { contentType: 'text/plain' });
  expect(heard).toEqual(['a', 'b']);
});

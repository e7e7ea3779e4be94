import { eventsOf } from './event-stream.ts';
import type { StreamEvent } from './event-stream.ts';

async function parse(chunks: Uint8Array[]): Promise<StreamEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: StreamEvent[] = [];
  for await (const event of eventsOf(body)) events.push(event);
  return events;
}

const text = ': ping\n\nid: 7\nevent: change\ndata: {"ä":\ndata:1}\n\nid: 8\ndata: x\n\n';
const expected = [
  { id: '7', event: 'change', data: '{"ä":\n1}' },
  { id: '8', event: 'message', data: 'x' },
];

test.each(['\n', '\r\n'])(
  'events are read whole wherever the bytes are cut (line end %j)',
  async (lineEnd) => {
    const bytes = new TextEncoder().encode(text.replaceAll('\n', lineEnd));
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await parse([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(expected);
    }
  },
);

test('an event that was not finished when the stream ended is not told', async () => {
  expect(await parse([new TextEncoder().encode('id: 1\ndata: half\n')])).toEqual([]);
});

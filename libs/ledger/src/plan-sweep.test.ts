import { cancelJob } from './cancel.ts';
import { requestDeletion } from './delete-recording.ts';
import { endUpload } from './end-upload.ts';
import { failRange } from './fail.ts';
import { planSweep } from './plan-sweep.ts';
import { sweepDue } from './sweep-due.ts';
import { accepted, created, dispatched, running } from './test-support/scenes.ts';
import type { World } from './test-support/world.ts';
import { describeOnEachStore } from './test-support/world.ts';

const DAY = 86_400;

type Scene = (world: World) => Promise<unknown>;
const canceling: Scene = async (world) => cancelJob(world.ledger, 'acme', (await running(world)).jobId);
const backingOff: Scene = async (world) =>
  failRange(world.ledger, (await running(world)).lease, {
    class: 'transient',
    code: 'network',
    message: 'M.',
  });
const ended: Scene = async (world) =>
  endUpload(world.ledger, 'acme', (await created(world)).id, 'aborted', null);
const deleting: Scene = async (world) =>
  requestDeletion(world.ledger, 'acme', (await accepted(world)).recordingId);

describeOnEachStore('the plan of a sweep', (make) => {
  it.each<[string, Scene, number, string]>([
    ['an upload that was announced', created, 700, 'look for the bytes of an upload'],
    ['an upload that never came', created, 8 * DAY, 'end an upload that has expired'],
    ['an upload that was given up', ended, DAY, 'empty the places of an ended upload'],
    ['a recording to be deleted', deleting, 1, 'go on with a deletion'],
    ['a job that waits for a fortnight', accepted, 15 * DAY, 'expire a job that waited too long'],
    ['a job that nobody took', dispatched, 301, 'ask the executor about a job'],
    ['a job that backs off', backingOff, 6, 'end the back-off of a job'],
    ['a job past its deadline', running, DAY + 1, 'stop a job at its deadline'],
    ['a job that was asked to stop', canceling, 61, 'end a job whose worker did not stop'],
  ])(
    'names what is done about %s, changes nothing, and is what the sweep then finds due',
    async (_what, scene, seconds, action) => {
      const world = make();
      await scene(world);
      world.clock.advance(seconds);
      const before = JSON.stringify(world.store.items());
      const { steps, counts, isComplete } = await planSweep(world.ledger, 10);
      expect(JSON.stringify(world.store.items())).toBe(before);
      expect(steps.map((step) => step.action)).toEqual([action]);
      expect([counts, isComplete]).toEqual([{ [action]: 1 }, true]);
      expect(await sweepDue(world.deps)).toBeGreaterThanOrEqual(1);
      expect(world.asked.length === 1 || JSON.stringify(world.store.items()) !== before).toBe(true);
    },
  );

  it('is empty when nothing is due, and says when it has not looked at all', async () => {
    const world = make();
    await accepted(world);
    expect(await planSweep(world.ledger, 10)).toEqual({ steps: [], counts: {}, isComplete: true });
    for (let count = 0; count < 3; count++) await created(world);
    world.clock.advance(700);
    const { steps, counts } = await planSweep(world.ledger, 2);
    expect([steps.length, counts]).toEqual([2, { 'look for the bytes of an upload': 3 }]);
  });
});

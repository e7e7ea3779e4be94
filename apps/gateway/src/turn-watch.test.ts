import { watchTurns } from './turn-watch.ts';

/** Turns in which each request takes so many milliseconds. */
function turns() {
  let time = 0;
  let end = () => {};
  const watch = watchTurns({
    maxTurnMs: 25,
    sustainedMs: 500,
    minRequests: 4,
    now: () => time,
    atTurnEnd: (callback) => {
      end = callback;
    },
  });
  return (requests: number, milliseconds: number): number => {
    let letIn = 0;
    for (let request = 0; request < requests; request++) {
      if (!watch.letIn()) continue;
      letIn += 1;
      time += milliseconds;
    }
    end();
    time += 1;
    return letIn;
  };
}

describe('the watch over turns of the event loop', () => {
  it('lets everybody in who comes in a long turn now and then', () => {
    const turn = turns();
    const letIn = Array.from({ length: 100 }, (_, at) => turn(100, at % 5 === 0 ? 0.1 : 1));

    expect(letIn.every((count) => count === 100)).toBe(true);
  });

  it('turns away who waits for a long turn, once there have been nothing else for half a second', () => {
    const turn = turns();
    const letIn = Array.from({ length: 10 }, () => turn(100, 1));

    // Half a second has passed within the fifth.
    expect(letIn).toEqual([100, 100, 100, 100, 96, 25, 25, 25, 25, 25]);
  });

  it('lets everybody in again after one turn that was short', () => {
    const turn = turns();
    for (let count = 0; count < 10; count++) turn(100, 1);
    turn(3, 1);

    expect(turn(100, 1)).toBe(100);
  });

  it('turns nobody away where few come, however slow the machine', () => {
    const turn = turns();

    expect(Array.from({ length: 10 }, () => turn(4, 100))).toEqual(Array(10).fill(4));
  });
});

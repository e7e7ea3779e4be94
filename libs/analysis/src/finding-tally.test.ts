import { findingOf } from '@edf-pipeline/edf';
import { FindingTallier } from './finding-tally.ts';

const findings = Array.from({ length: 50 }, (_, record) =>
  findingOf('EDF057', 'A TAL is wrong.', { record }),
);

test('the first twenty findings of an id are kept and the last of them counts the rest', () => {
  const tallier = new FindingTallier();
  tallier.add(findings);
  const kept = tallier.finish();
  expect(kept).toHaveLength(20);
  expect(kept[19]!.message).toBe('A TAL is wrong. (30 more findings like this one.)');
});

test('tallies of parts join to the tally of the whole', () => {
  const whole = new FindingTallier();
  whole.add(findings);
  const joined = new FindingTallier();
  for (const part of [findings.slice(0, 3), findings.slice(3, 40), findings.slice(40)]) {
    const tallier = new FindingTallier();
    tallier.add(part);
    joined.join(tallier.tally());
  }
  expect(joined.finish()).toEqual(whole.finish());
});

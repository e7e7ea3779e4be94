import type { EdfVariant } from '../header.ts';
import { memorySink } from '../write/edf-sink.ts';
import type { EdfWriterOptions } from '../write/edf-writer-options.ts';
import { createEdfWriter } from '../write/edf-writer.ts';
import type { WriteAnnotation } from '../write/encode-tal.ts';
import { choosePhysicalLimits } from '../write/physical-limits.ts';

const second = 1_000_000_000n;
const annotations: WriteAnnotation[] = [
  { onsetNs: 0n, durationNs: null, text: 'Recording starts' },
  { onsetNs: second, durationNs: second / 4n, text: 'Lights off' },
  { onsetNs: 2n * second + 123_456_700n, durationNs: null, text: 'M\u00fcde \u7761\u7720 \ud83d\ude34' },
  { onsetNs: 2n * second, durationNs: 0n, text: 'k'.repeat(300) },
];

/** A recording that the writer makes for other readers to read. */
export interface PeerCase {
  readonly name: string;
  readonly change: Partial<EdfWriterOptions>;
  readonly hasGap?: boolean;
}

export const peerCases: readonly PeerCase[] = [
  ...(['EDF', 'EDF+C', 'EDF+D', 'BDF', 'BDF+C', 'BDF+D'] as EdfVariant[]).map((variant) => ({
    name: `plain-${variant}`,
    change: { variant, annotations: variant.includes('+') ? annotations : [] },
    hasGap: variant.endsWith('D'),
  })),
  { name: 'subsecond', change: { variant: 'EDF+C', startOffsetNs: 394_531_000n, annotations } },
  { name: 'subsecond-bdf', change: { variant: 'BDF+C', startOffsetNs: 500_000_000n, annotations } },
  { name: 'three-annotations-signals', change: { variant: 'EDF+C', annotations, annotationsSignalCount: 3 } },
  { name: 'short-records', change: { variant: 'EDF+C', dataRecordDurationSeconds: 0.5, annotations } },
  {
    name: 'odd-limits',
    change: {
      variant: 'EDF+C',
      annotations,
      signals: [
        signalOf('EEG Fpz-Cz', 50, choosePhysicalLimits({ min: -187.345678, max: 0.000123 }, 2)),
        signalOf('EEG Pz-Oz', 50, { physicalMin: 99999.99, physicalMax: -9999.99 }),
        signalOf('EEG Cz', 50, { physicalMin: -1, physicalMax: 1, digitalMin: -16, digitalMax: 32000 }),
      ],
    },
  },
];

function signalOf(
  label: string,
  samplesPerDataRecord: number,
  limits: { physicalMin: number; physicalMax: number; digitalMin?: number; digitalMax?: number },
) {
  const { physicalMin, physicalMax, digitalMin, digitalMax } = limits;
  return {
    label,
    physicalDimension: 'uV',
    physicalMin,
    physicalMax,
    digitalMin,
    digitalMax,
    samplesPerDataRecord,
  };
}

const usualSignals = [
  signalOf('EEG Fpz-Cz', 50, { physicalMin: -3276.8, physicalMax: 3276.7 }),
  signalOf('Resp nasal', 10, { physicalMin: -100, physicalMax: 250 }),
];

/** Six data records, with a gap after the third where there is one. */
export async function writtenCase({ change, hasGap }: PeerCase): Promise<Uint8Array> {
  const options: EdfWriterOptions = {
    variant: 'EDF',
    startDateTime: '2026-11-22T23:15:30',
    dataRecordDurationSeconds: 1,
    signals: usualSignals,
    dataRecordCount: 6,
    ...change,
  };
  const sink = memorySink();
  const writer = createEdfWriter(sink, options);
  const wide = options.variant.startsWith('BDF') ? 211 : 1;
  for (let run = 0; run < 2; run++) {
    if (run > 0 && hasGap === true) await writer.startRun(100n * second);
    for (const [index, { samplesPerDataRecord, digitalMin = -32_768 }] of options.signals.entries()) {
      const values = Array.from({ length: samplesPerDataRecord * 3 }, (_, i) => {
        const value = ((run * 3001 + index * 1009 + i * 397) % 31_000) * wide;
        return digitalMin > -32_768 ? value : value - 15_000 * wide;
      });
      await writer.addDigital(index, values);
    }
  }
  await writer.finish();
  return sink.bytes();
}

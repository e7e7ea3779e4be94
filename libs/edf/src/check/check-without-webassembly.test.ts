import { byteSourceFromBytes } from '../byte-source.ts';
import { loadKernels } from '../kernels/load-kernels.ts';
import { goodOptions, recordingBytes } from '../test-support/recordings.ts';
import { seededNumbers } from '../test-support/seeded.ts';
import { spoiltRecordings } from '../test-support/spoilt-recordings.ts';
import { checkEdf } from './check-edf.ts';

test.each(Object.keys(spoiltRecordings))(
  'of the file spoilt for %s the same is found without WebAssembly',
  async (id) => {
    const source = byteSourceFromBytes(spoiltRecordings[id]!);
    const withoutWebAssembly = await checkEdf(source, { kernels: await loadKernels(null) });
    expect(withoutWebAssembly).toEqual(await checkEdf(source));
  },
);

test.each(['EDF', 'BDF'] as const)(
  'what a long %s recording shows is the same in every place of its blocks, with WebAssembly or without',
  async (variant) => {
    const next = seededNumbers(7);
    const options = goodOptions(variant, { dataRecordCount: 300 });
    // 700 samples a data record: blocks of 512 KiB hold some hundred of them.
    const signals = options.signals.map((signal) => ({ ...signal, samplesPerDataRecord: 700 }));
    const long = { ...options, signals };
    const records = Array.from({ length: 300 }, (_, record) => ({
      samples: signals.map((_signal, index) =>
        Array.from({ length: 700 }, (_value, i) =>
          index === 1 && record === 290 && i === 699 ? 2048 : (next() % (4 + record)) - 2,
        ),
      ),
    }));
    const source = byteSourceFromBytes(recordingBytes(long, records));
    const found = await checkEdf(source);
    expect(found).toEqual(await checkEdf(source, { kernels: await loadKernels(null) }));
    const [outside] = found.findings.filter(({ id }) => id === 'EDF064');
    const width = variant === 'BDF' ? 3 : 2;
    const offset = found.header!.headerByteLength + (290 * 1400 + 1399) * width;
    expect(outside).toMatchObject({ signal: 1, record: 290, offset, length: width });
    expect(outside!.message).toContain('has 1 samples outside its digital range of -2048 to 2047');
  },
);

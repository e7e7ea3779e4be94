import type { ByteSource } from '../../byte-source.ts';
import { byteSourceFromBytes } from '../../byte-source.ts';
import { checkEdf } from '../../check/check-edf.ts';
import { deidentify } from '../../deidentify/deidentify.ts';
import { collectBytes } from '../../edit/edf-output.ts';
import { isEdfError } from '../../errors.ts';
import { findingCatalogue } from '../../finding-catalogue.ts';
import { checkHeader, parseHeader } from '../../header.ts';
import type { EdfFile } from '../../open.ts';
import { openEdf } from '../../open.ts';
import { applyChanges, isSameBytes } from '../../repair/byte-change.ts';
import { repairCatalogue } from '../../repair/repair-catalogue.ts';
import type { RepairChoices } from '../../repair/repair-catalogue.ts';
import type { EdfRepair } from '../../repair/repair-edf.ts';
import { repairEdf } from '../../repair/repair-edf.ts';
import { runTogetherOnsets } from '../../tal-block.ts';
import { parseRecordAnnotations } from '../../tal.ts';
import { editEverything } from './edit-target.ts';
import { expectThat } from './expect-that.ts';
import { RandomSource } from './random-source.ts';
import { readEverything } from './read-target.ts';

/** One thing that the library does with any bytes, and what must then be true. */
export type FuzzTarget = (bytes: Uint8Array) => Promise<void> | void;

/** Each throws what it finds wrong; an EdfError that the library may throw is no finding. */
export const fuzzTargets: Readonly<Record<string, FuzzTarget>> = {
  header: parseAnyHeader,
  tals: scanTals,
  check: checkAnything,
  repair: (bytes) => repairAnything(bytes, {}),
  repairAll: (bytes) => repairAnything(bytes, { with: repairNames }),
  repairSome: (bytes) => repairAnything(bytes, someRepairs(bytes)),
  read: (bytes) => unlessRefused(() => readEverything(bytes)),
  deidentify: (bytes) => unlessRefused(() => deidentifyAnything(bytes)),
  edit: (bytes) => unlessRefused(() => editEverything(bytes)),
};

const repairNames = repairCatalogue.map(({ name }) => name);
const knownIds = new Set(findingCatalogue.map(({ id }) => id));
const mostFindings = 100 * findingCatalogue.length;

function parseAnyHeader(bytes: Uint8Array): void {
  const { header, findings } = checkHeader(bytes, bytes.length);
  for (const { id } of findings) expectThat(knownIds.has(id), `the finding ${id} is in the catalogue`);
  const isFatal = findings.some(({ severity }) => severity === 'fatal');
  expectThat(isFatal === (header === null), 'a header is null with a fatal finding, and only then');
  try {
    parseHeader(bytes);
    expectThat(header !== null, 'parseHeader reads what checkHeader reads');
  } catch (error) {
    if (!isEdfError(error)) throw error;
    expectThat(header === null, 'parseHeader refuses what checkHeader refuses');
  }
}

function scanTals(bytes: Uint8Array): void {
  const { header } = checkHeader(bytes, bytes.length);
  if (header === null) return;
  const { headerByteLength, dataRecordByteLength } = header;
  const held = Math.floor((bytes.length - headerByteLength) / dataRecordByteLength);
  for (let record = 0; record < Math.min(held, 20); record++) {
    const start = headerByteLength + record * dataRecordByteLength;
    const recordBytes = bytes.subarray(start, start + dataRecordByteLength);
    const { annotations, findings } = parseRecordAnnotations(header, recordBytes, record);
    for (const { offset, id } of findings)
      expectThat(
        offset !== undefined && offset >= start && offset <= start + dataRecordByteLength,
        `${id} lies in its data record`,
      );
    expectThat(annotations.length <= dataRecordByteLength, 'no more annotations than bytes');
    for (const { onsetNs, durationNs } of annotations)
      expectThat(
        BigInt.asIntN(64, onsetNs) === onsetNs && (durationNs ?? 0n) >= 0n,
        'times are 64 bit and durations not negative',
      );
    for (const signal of header.signals.filter(({ isAnnotations }) => isAnnotations)) {
      const from = signal.byteOffsetInDataRecord;
      const block = recordBytes.subarray(from, from + signal.samplesPerDataRecord * header.bytesPerSample);
      for (const at of runTogetherOnsets(block, signal, true))
        expectThat(at > 0 && at < block.length, 'an onset lies in its block');
    }
  }
}

async function checkAnything(bytes: Uint8Array): Promise<void> {
  const checked = await checkEdf(byteSourceFromBytes(bytes), { fileName: 'night.edf' });
  expectThat(checked.findings.length <= mostFindings, 'findings are limited in number');
  const isFatal = checked.findings.some(({ severity }) => severity === 'fatal');
  expectThat(isFatal !== checked.readable, 'what has a fatal finding is not readable, all else is');
  for (const { id, offset = 0, length = 0, patch } of checked.findings) {
    expectThat(offset >= 0 && length >= 0 && Number.isSafeInteger(offset + length), `${id} has a place`);
    if (patch?.kind !== 'header-bytes') continue;
    const there = String.fromCharCode(...bytes.subarray(patch.offset, patch.offset + patch.before.length));
    expectThat(there === patch.before, `the patch of ${id} is for the bytes that are there`);
    expectThat(patch.after.length === patch.before.length, `the patch of ${id} moves nothing`);
  }
}

async function repairAnything(bytes: Uint8Array, choices: RepairChoices): Promise<void> {
  let repair: EdfRepair;
  try {
    repair = await repairEdf(byteSourceFromBytes(bytes), choices);
  } catch (error) {
    if (isEdfError(error)) return;
    throw error;
  }
  // What was planned can be carried out: from here on nothing may be thrown.
  const repaired = await writtenBy(repair);
  const undone = await collectBytes(applyChanges(byteSourceFromBytes(repaired), repair.undo));
  expectThat(isSameBytes(undone, bytes), 'undo gives the original, byte by byte');
  const again = await repairEdf(byteSourceFromBytes(repaired), choices);
  const left = again.plan.changes.map(({ repairs, offset }) => `${repairs.join('+')} at ${offset}`);
  expectThat(left.length === 0, `a repaired file needs no repair: ${left.join(', ')}`);
}

/** Choices that belong to these bytes, so that an input that fails fails again. */
function someRepairs(bytes: Uint8Array): RepairChoices {
  const seed = bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  const random = new RandomSource(seed >>> 0);
  return { with: repairNames, without: repairNames.filter(() => random.oneIn(3)) };
}

async function writtenBy(repair: EdfRepair): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const proof = await repair.write((chunk) => void chunks.push(chunk.slice()));
  expectThat(proof.samplesBefore === proof.samplesAfter, 'no sample is touched');
  const whole = await collectBytes(
    (async function* () {
      yield* chunks;
    })(),
  );
  expectThat(whole.length === proof.byteLength, 'the proof knows the size');
  return whole;
}

async function deidentifyAnything(bytes: Uint8Array): Promise<void> {
  const clear = async (source: ByteSource): Promise<{ out: Uint8Array; file: EdfFile }> => {
    const file = await openEdf(source);
    const result = await deidentify(file, { keepSex: true });
    const out = await collectBytes(result.bytes());
    const { isClean, areSamplesSame, found } = result.proof();
    expectThat(areSamplesSame, 'no sample is touched');
    const left = found.filter((place) => !isOnset(out, place, file));
    expectThat(isClean || left.length < found.length, 'a proof that is not clean says where');
    expectThat(left.length === 0, `nothing identifying is found in the output: ${JSON.stringify(left)}`);
    expectThat(out.length === result.plan.byteLength, 'the plan knows the size');
    return { out, file };
  };
  const once = await clear(byteSourceFromBytes(bytes));
  let twice: Uint8Array;
  try {
    twice = (await clear(byteSourceFromBytes(once.out))).out;
  } catch (error) {
    if (isEdfError(error)) throw new Error('the output is refused', { cause: error });
    throw error;
  }
  expectThat(isSameBytes(twice, once.out), 'de-identified twice is de-identified once');
}

/** Onsets and durations stay what they are; where one happens to hold a number of the patient, the proof says so. */
function isOnset(out: Uint8Array, place: { offset: number; length: number }, { header }: EdfFile): boolean {
  // With the byte before: an onset that a data record begins with may lack its sign.
  const text = Buffer.from(out.subarray(place.offset - 1, place.offset + place.length)).toString('latin1');
  const identification = `${header.localPatientIdentification} ${header.localRecordingIdentification}`;
  const numbers = identification.match(/\d{4,}/g) ?? [];
  return numbers.some((number) => new RegExp(`[+\\-\\x15\\0][\\d.]*${number}`).test(text));
}

async function unlessRefused(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isEdfError(error)) throw error;
  }
}

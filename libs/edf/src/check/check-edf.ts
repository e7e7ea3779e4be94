import type { ByteSource } from '../byte-source.ts';
import { dataRecordCountIn } from '../data-record-count.ts';
import type { Finding } from '../finding.ts';
import { FindingCollector } from '../finding.ts';
import { readHeaderBytes } from '../header-bytes.ts';
import type { EdfHeader, EdfVariant } from '../header.ts';
import { checkHeader } from '../header.ts';
import type { KernelExports } from '../kernels/kernel-exports.ts';
import { loadKernels } from '../kernels/load-kernels.ts';
import { planFile, planMarker } from '../repair/plan-repair.ts';
import { chosenRepairs } from '../repair/repair-catalogue.ts';
import type { Timeline } from '../timeline.ts';
import { checkFileName } from './file-name-check.ts';
import { withHeaderBytes, withPatches } from './finding-evidence.ts';
import { checkIdentifyingContent } from './identifying-content.ts';
import { RecordScan } from './record-scan.ts';
import { scanRecords } from './scan-records.ts';
import { checkVendorProfile } from './vendor-profile.ts';

/** How a file is checked. */
export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Name of the file, where it has one: its ending is compared with the content. */
  readonly fileName?: string;
  /** For kernels that must not be WebAssembly, of `loadKernels`; the findings are the same. */
  readonly kernels?: KernelExports;
}

/** Everything that a check of a file found. */
export interface EdfCheck {
  /** False when samples cannot be located. */
  readonly readable: boolean;
  readonly variant: EdfVariant | null;
  /** All of them, of one id at most 100 word for word: the last of those says how many more there are. */
  readonly findings: readonly Finding[];
  /** How often each finding was given. */
  readonly counts: ReadonlyMap<string, number>;
  readonly header: EdfHeader | null;
  readonly timeline: Timeline | null;
  /** Complete data records that were read. */
  readonly dataRecordCount: number;
  readonly annotationCount: number;
}

const mostOfOneId = 100;

/**
 * Checks header, times, annotations and samples of a recording in one pass, in memory that does not depend on its
 * length, nor on that of a data record, but for its annotations. Any bytes at all give a result; reading goes on wherever
 * samples can be located.
 *
 * @throws EdfError never for what the bytes are: `source-read-short`, `source-read-failed`, `memory-insufficient` where
 * the annotations of a data record are larger than the memory there is; an abort rejects with the signal's reason
 */
export async function checkEdf(source: ByteSource, options: CheckOptions = {}): Promise<EdfCheck> {
  const { signal, fileName } = options;
  const bytes = await readHeaderBytes(source, signal);
  const { header, findings } = checkHeader(bytes, source.byteLength);
  const collector = new FindingCollector(mostOfOneId);
  collector.add(findings.map((finding) => withHeaderBytes(finding, bytes)));
  if (header === null) {
    const counts = collector.counts();
    const unreadable = { readable: false, variant: null, header: null, timeline: null } as const;
    return { ...unreadable, findings: collector.finish(), counts, dataRecordCount: 0, annotationCount: 0 };
  }
  collector.add(checkIdentifyingContent(header).map((finding) => withHeaderBytes(finding, bytes)));
  if (fileName !== undefined) collector.add(checkFileName(header, fileName));
  const dataRecordCount = dataRecordCountIn(header, source.byteLength);
  const scan = new RecordScan(header, dataRecordCount, collector);
  const file = { source, header, findings: [], dataRecordCount };
  await scanRecords(file, options.kernels ?? (await loadKernels()), scan, { signal });
  const { timeline, annotationCount } = scan.finish();
  const profile = checkVendorProfile(header, collector.counts());
  collector.add(profile.map((finding) => withHeaderBytes(finding, bytes)));
  const chosen = chosenRepairs();
  const filePlan = planFile(bytes, header, source.byteLength, chosen);
  const has = (id: string): boolean => timeline.findings.some((finding) => finding.id === id);
  planMarker(filePlan.draft, { isWithoutGaps: has('EDF055'), hasGaps: has('EDF054') }, chosen);
  return {
    readable: true,
    variant: header.variant,
    findings: withPatches(collector.finish(), bytes, header, filePlan),
    counts: collector.counts(),
    header,
    timeline,
    dataRecordCount,
    annotationCount,
  };
}

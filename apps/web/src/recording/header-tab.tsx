import type { Report } from '@edf-pipeline/contracts';
import type { EdfHeader } from '@edf-pipeline/edf';
import { formatBytes, formatCount, formatDuration, formatLocalStart } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';

/** The header record, field by field; identification is shown as its owner may see it. */
export function HeaderTab({ header, report }: { header: EdfHeader | null; report: Report | null }) {
  if (!header) return <p className="faint">Reading the header…</p>;
  const declared = header.declaredDataRecordCount;
  const fields: [string, string][] = [
    ['Variant', header.variant],
    ['Local patient identification', header.localPatientIdentification],
    ['Local recording identification', header.localRecordingIdentification],
    ['Start, local time at the patient', formatLocalStart(header.startDateTime)],
    ['Header record', formatBytes(header.headerByteLength)],
    ['Reserved', header.reserved],
    ['Data records, as declared', declared === null ? 'unreadable' : formatCount(declared)],
    ...(report
      ? ([['Data records, complete in the file', formatCount(report.header.dataRecordCount)]] as [
          string,
          string,
        ][])
      : []),
    ['Duration of a data record', formatDuration(header.dataRecordDurationSeconds)],
    ['Size of a data record', formatBytes(header.dataRecordByteLength)],
    ['Signals', `${header.signals.length}${annotationWords(header)}`],
  ];
  return (
    <>
      <dl className="fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="break">{visibleText(value) || <span className="faint">empty</span>}</dd>
          </div>
        ))}
      </dl>
      <div className="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col" className="number">
                #
              </th>
              <th scope="col">Label</th>
              <th scope="col">Dimension</th>
              <th scope="col" className="number">
                Physical min
              </th>
              <th scope="col" className="number">
                Physical max
              </th>
              <th scope="col" className="number">
                Digital min
              </th>
              <th scope="col" className="number">
                Digital max
              </th>
              <th scope="col" className="number">
                Samples a record
              </th>
              <th scope="col">Prefiltering</th>
              <th scope="col">Transducer</th>
            </tr>
          </thead>
          <tbody>
            {header.signals.map((signal) => (
              <tr key={signal.index}>
                <td className="number faint">{signal.index + 1}</td>
                <th scope="row" className="nowrap">
                  {visibleText(signal.label)}
                </th>
                <td>{visibleText(signal.physicalDimension)}</td>
                <td className="number">{String(signal.physicalMin)}</td>
                <td className="number">{String(signal.physicalMax)}</td>
                <td className="number">{String(signal.digitalMin)}</td>
                <td className="number">{String(signal.digitalMax)}</td>
                <td className="number">{formatCount(signal.samplesPerDataRecord)}</td>
                <td>{visibleText(signal.prefiltering)}</td>
                <td>{visibleText(signal.transducerType)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function annotationWords(header: EdfHeader): string {
  const count = header.signals.filter(({ isAnnotations }) => isAnnotations).length;
  return count === 0 ? '' : `, of them ${count} of annotations`;
}

import type { ApiFinding } from '@edf-pipeline/contracts';
import { fieldWords } from '@edf-pipeline/uploader';
import { formatCount } from '../text/format.ts';
import { visibleSentence, visibleText } from '../text/visible-text.ts';

const order = ['fatal', 'error', 'warning', 'info'] as const;

/** Where the file deviates from the specification, most serious first. */
export function FindingsTab(props: {
  findings: readonly ApiFinding[] | null;
  isComplete: boolean;
  onOpenRecord: (record: number) => void;
}) {
  const { findings, isComplete, onOpenRecord } = props;
  if (!findings) return <p className="faint">Reading the header…</p>;
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return (
    <>
      {!isComplete && (
        <p className="faint">
          These are findings of the header alone. Data records and annotations are checked by the analysis.
        </p>
      )}
      {sorted.length === 0 ? (
        <p className="empty">
          Nothing to report:{' '}
          {isComplete ? 'the file keeps to the specification.' : 'the header keeps to the specification.'}
        </p>
      ) : (
        <div className="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Finding</th>
                <th scope="col">Field</th>
                <th scope="col" className="number">
                  Byte
                </th>
                <th scope="col" className="number">
                  Record
                </th>
                <th scope="col">Clause</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((finding, at) => (
                <FindingRow key={at} finding={finding} onOpenRecord={onOpenRecord} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function FindingRow({
  finding,
  onOpenRecord,
}: {
  finding: ApiFinding;
  onOpenRecord: (record: number) => void;
}) {
  const { severity, message, assumed, id, name, field, signal, offset, record, clause } = finding;
  const place = [
    field === undefined ? '' : fieldWords(field),
    signal === undefined ? '' : `signal ${signal + 1}`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <tr data-testid="finding-row">
      <td>
        <span className={`severity severity-${severity}`}>{severity}</span>
      </td>
      <td className="wide">
        {visibleSentence(message)}
        {assumed !== undefined && (
          <span className="row-detail-plain">Read as: {visibleSentence(assumed)}</span>
        )}
        <span className="row-facts faint" title={name}>
          {id} {name}
        </span>
      </td>
      <td>{visibleText(place)}</td>
      <td className="number">{offset === undefined ? '' : formatCount(offset)}</td>
      <td className="number">
        {record !== undefined && (
          <button
            type="button"
            className="button-link"
            onClick={() => onOpenRecord(record)}
            aria-label={`Show record ${record} in the traces`}
          >
            {formatCount(record)}
          </button>
        )}
      </td>
      <td className="nowrap faint">{clause}</td>
    </tr>
  );
}

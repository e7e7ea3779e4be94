import type { DeidentificationPlan } from '@edf-pipeline/edf';
import { fieldWords } from '@edf-pipeline/uploader';
import { formatBytes, formatCount } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';

/** All that leaves with a recording, beside what is in the file: to be read before anything does. */
export function PlanView({ plan, sourceName }: { plan: DeidentificationPlan; sourceName: string }) {
  const changed = plan.texts.filter(({ before, after }) => before !== after);
  const unchanged = plan.texts.filter(({ before, after }) => before === after);
  const fields = [
    { name: 'file name', before: sourceName, after: plan.fileName },
    ...plan.fields.map(({ field, signal, before, after }) => ({
      name: signal === undefined ? fieldWords(field) : `${fieldWords(field)} of signal ${signal + 1}`,
      before,
      after,
    })),
  ];
  return (
    <>
      <h2>What leaves, and what it was</h2>
      <Changes caption="Header" head="Field" rows={fields} />
      <p className="card-note">Its other fields leave as they are: labels, units, limits, rates.</p>
      {plan.areDatesLeft && (
        <p className="card-note">Its dates were shifted before, as the recording says: they are left.</p>
      )}
      {plan.trailingByteLength > 0 && (
        <p className="card-note">
          {formatBytes(plan.trailingByteLength)} after the last data record stay behind.
        </p>
      )}
      {changed.length > 0 && (
        <Changes
          caption="Annotations that change"
          head="Times"
          rows={changed.map(({ before, after, count }) => ({ name: formatCount(count), before, after }))}
        />
      )}
      {unchanged.length > 0 && (
        <details>
          <summary>
            {formatCount(unchanged.length)} annotation{' '}
            {unchanged.length === 1 ? 'text leaves' : 'texts leave'} as{' '}
            {unchanged.length === 1 ? 'it is' : 'they are'}
          </summary>
          <ul className="plain-texts">
            {unchanged.map(({ before, count }) => (
              <li key={before}>
                {visibleText(before)} <span className="faint">· {formatCount(count)} ×</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {plan.isTextListCut && (
        <p className="card-note card-note-warning">
          There are more different texts than are shown here; all of them are treated alike.
        </p>
      )}
      {plan.technicalWords.length > 0 && (
        <p className="card-note">
          Words of the identification that recordings in general use too, which stay:{' '}
          {plan.technicalWords.map(visibleText).join(', ')}
        </p>
      )}
    </>
  );
}

interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

function Changes({ caption, head, rows }: { caption: string; head: string; rows: readonly Change[] }) {
  return (
    <div className="table-frame">
      <table className="changes">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">In your file</th>
            <th scope="col">What leaves</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, before, after }, at) => (
            <tr key={at}>
              <th scope="row">{name}</th>
              <td className="break">{words(before)}</td>
              <td className="break">{words(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const words = (text: string) => visibleText(text) || <span className="faint">nothing</span>;

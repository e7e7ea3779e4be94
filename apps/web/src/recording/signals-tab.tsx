import type { Report } from '@edf-pipeline/contracts';
import type { EdfHeader } from '@edf-pipeline/edf';
import { sampleRateHz } from '@edf-pipeline/edf';
import { formatDuration, formatRate, formatValue } from '../text/format.ts';
import { visibleText } from '../text/visible-text.ts';
import { displayUnit } from '../viewer/amplitude.ts';
import { signalKind } from '../viewer/signal-kind.ts';

type Statistics = Report['statistics'][number];

/** A row a signal: what the header says of it, and what its samples are like. */
export function SignalsTab({ header, report }: { header: EdfHeader | null; report: Report | null }) {
  if (!header) return <p className="faint">Reading the header…</p>;
  const statistics = new Map((report?.statistics ?? []).map((one) => [one.signal, one]));
  const signals = header.signals.filter(({ isAnnotations }) => !isAnnotations);
  return (
    <>
      {!report && <p className="faint">Statistics appear when the analysis is done.</p>}
      <div className="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">Unit</th>
              <th scope="col" className="number">
                Rate
              </th>
              <th scope="col" className="number">
                Range
              </th>
              {report && (
                <>
                  <th scope="col" className="number">
                    Min
                  </th>
                  <th scope="col" className="number">
                    Max
                  </th>
                  <th scope="col" className="number">
                    Mean
                  </th>
                  <th scope="col" className="number">
                    SD
                  </th>
                  <th scope="col" className="number" title="Samples at the ends of the digital range">
                    Clipped
                  </th>
                  <th scope="col" className="number" title="Samples equal to the one before">
                    Flat
                  </th>
                </>
              )}
              <th scope="col">Filters</th>
              <th scope="col">Transducer</th>
            </tr>
          </thead>
          <tbody>
            {signals.map((signal) => {
              const unit = displayUnit(signal.physicalDimension);
              return (
                <tr key={signal.index}>
                  <th scope="row" className="nowrap">
                    <span className={`swatch swatch-${signalKind(signal.label)}`} aria-hidden="true" />
                    {visibleText(signal.label) || '(no label)'}
                  </th>
                  <td>
                    {signal.isCalibrated ? visibleText(unit) : <span className="faint">uncalibrated</span>}
                  </td>
                  <td className="number">{formatRate(sampleRateHz(header, signal))}</td>
                  <td className="number nowrap">
                    {formatValue(signal.physicalMin)} … {formatValue(signal.physicalMax)}
                  </td>
                  {report && <StatisticsCells of={statistics.get(signal.index)} />}
                  <td>{visibleText(signal.prefiltering)}</td>
                  <td>{visibleText(signal.transducerType)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function StatisticsCells({ of }: { of: Statistics | undefined }) {
  if (!of) return <td colSpan={6} />;
  return (
    <>
      <td className="number">{formatValue(of.physicalMin)}</td>
      <td className="number">{formatValue(of.physicalMax)}</td>
      <td className="number">{formatValue(of.mean)}</td>
      <td className="number">{formatValue(of.standardDeviation)}</td>
      <td className="number">{shareOf(of.clippedCount, of.sampleCount)}</td>
      <td className="number" title={`longest flat stretch ${formatDuration(of.longestFlatSeconds)}`}>
        {shareOf(of.flatCount, of.sampleCount)}
      </td>
    </>
  );
}

function shareOf(count: number, total: number): string {
  if (count === 0 || total === 0) return '0';
  const percent = (count / total) * 100;
  return percent < 0.01 ? '< 0.01 %' : `${formatValue(percent, 2)} %`;
}

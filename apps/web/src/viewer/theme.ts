import { rasterColor } from './trace-raster.ts';
import type { SignalKind } from './signal-kind.ts';

/** Colours of a page, from the style sheet's variables: the canvas follows light and dark as all else does. */
export interface Theme {
  readonly paper: string;
  readonly outside: string;
  readonly hatch: string;
  readonly ink: string;
  readonly faint: string;
  readonly gridFine: string;
  readonly gridCoarse: string;
  readonly accent: string;
  readonly band: string;
  readonly mark: string;
  readonly traces: Readonly<Record<SignalKind, string>>;
  readonly stages: Readonly<Record<string, string>>;
  readonly font: string;
}

/** Reads the variables that apply to an element. */
export function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: of('paper'),
    outside: of('outside'),
    hatch: of('hatch'),
    ink: of('ink'),
    faint: of('ink-2'),
    gridFine: of('grid-fine'),
    gridCoarse: of('grid-coarse'),
    accent: of('accent'),
    band: of('band'),
    mark: of('mark'),
    traces: {
      eeg: of('trace-eeg'),
      eog: of('trace-eog'),
      emg: of('trace-emg'),
      ecg: of('trace-ecg'),
      respiration: of('trace-respiration'),
      other: of('trace-other'),
    },
    stages: {
      W: of('stage-w'),
      R: of('stage-r'),
      N1: of('stage-n1'),
      N2: of('stage-n2'),
      N3: of('stage-n3'),
    },
    font: style.fontFamily,
  };
}

/** A trace colour as the rasteriser wants it. */
export function traceColor(theme: Theme, kind: SignalKind): number {
  return rasterColor(theme.traces[kind]);
}

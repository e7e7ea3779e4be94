import type { EdfHeader } from '../header.ts';
import { isFilterText } from './filter-text.ts';
import { stringSearch } from './string-search.ts';

/** Whether the words of a signal's field say what the signal is: labels, dimensions, and filters that are nothing else. */
export function isNameField(field: string, text: string): boolean {
  return (
    field === 'label' || field === 'physicalDimension' || (field === 'prefiltering' && isFilterText(text))
  );
}

/** Those of `words` that stay in names of signals, since there they are not searched for. */
export function wordsLeftInNames({ signals }: EdfHeader, words: readonly string[]): string[] {
  const names = signals
    .filter(({ isAnnotations }) => !isAnnotations)
    .flatMap(({ label, physicalDimension, prefiltering }) =>
      Object.entries({ label, physicalDimension, prefiltering })
        .filter(([field, text]) => isNameField(field, text))
        .map(([, text]) => text),
    );
  return words.filter((word) => {
    const search = stringSearch([word]);
    return names.some((name) => search.isIn(name));
  });
}

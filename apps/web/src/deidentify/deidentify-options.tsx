import type { DeidentifyOptions } from '@edf-pipeline/edf';

/** What a person has chosen, as the form has it. */
export interface ChosenOptions {
  readonly keepSex: boolean;
  readonly keepAge: boolean;
  readonly keepTimeOfDay: boolean;
  readonly texts: 'words' | 'patterns';
  /** One word or text a line. */
  readonly keep: string;
  readonly remove: string;
}

export const nothingKept: ChosenOptions = {
  keepSex: false,
  keepAge: false,
  keepTimeOfDay: false,
  texts: 'words',
  keep: '',
  remove: '',
};

export function optionsOf({ keep, remove, ...rest }: ChosenOptions): DeidentifyOptions {
  return { ...rest, keep: linesOf(keep), remove: linesOf(remove) };
}

const linesOf = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const kept = [
  ['keepSex', 'Keep the sex (F or M)'],
  ['keepAge', 'Keep the age in years (90 for all above 89)'],
  ['keepTimeOfDay', 'Keep the time of day at which it starts'],
] as const;

/** The form of {@link ChosenOptions}; every change is told at once. */
export function OptionsForm(props: { chosen: ChosenOptions; onChange: (chosen: ChosenOptions) => void }) {
  const { chosen, onChange } = props;
  const lines = (name: 'keep' | 'remove', label: string) => (
    <label className="lines">
      {label}
      <textarea
        rows={3}
        defaultValue={chosen[name]}
        // The recording is read again for every change: once the field is left, not at each letter.
        onBlur={({ target }) =>
          target.value !== chosen[name] && onChange({ ...chosen, [name]: target.value })
        }
      />
    </label>
  );
  return (
    <fieldset className="deidentify-options">
      <legend>What may stay</legend>
      {kept.map(([name, label]) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen[name]}
            onChange={({ target }) => onChange({ ...chosen, [name]: target.checked })}
          />
          {label}
        </label>
      ))}
      <label>
        Annotations, transducers and filters:{' '}
        <select
          value={chosen.texts}
          onChange={({ target }) => onChange({ ...chosen, texts: target.value as ChosenOptions['texts'] })}
        >
          <option value="words">only words that recordings in general use</option>
          <option value="patterns">all but names, dates, addresses and long numbers</option>
        </select>
      </label>
      <div className="deidentify-lists">
        {lines('remove', 'Also remove (names of staff or places), one a line')}
        {lines('keep', 'Keep in any case, one a line')}
      </div>
    </fieldset>
  );
}

/**
 * Names of the months as people write them in English, German, French, Spanish, Italian, Dutch and Portuguese, without
 * accents and in lower case; January first.
 */
export const monthNames: readonly (readonly string[])[] = [
  'jan january januar jaenner janner janvier janv januari enero ene gennaio gen janeiro',
  'feb february februar februari fevrier fevr fev febrero febbraio fevereiro',
  'mar march marz maerz mars maart mrt marzo marco',
  'apr april avril avr abril abr aprile',
  'may mai mei mayo maggio mag maio',
  'jun june juni juin junio giugno giu junho',
  'jul july juli juillet juil julio luglio lug julho',
  'aug august augustus aout agosto ago',
  'sep sept september septembre septiembre setiembre settembre setembro',
  'oct october oktober okt octobre octubre ottobre ott outubro',
  'nov november novembre noviembre novembro',
  'dec december dezember dez decembre diciembre dic dicembre dezembro',
].map((names) => names.split(' '));

/** Portuguese and Italian abbreviations that are English words too: of a date only where a year follows. */
export const ambiguousMonthNames: readonly string[] = ['set', 'out'];

const filter =
  /(?:HP|LP|BP|NOTCH|N):?\s?(?:DC|OFF|NONE|\d{1,4}(?:[.,]\d{1,6})?(?:-\d{1,4}(?:[.,]\d{1,6})?)?\s?[mk]?(?:Hz|s)?)?[;,]?\s*/iy;

/** Whether a text says nothing but filters, as EDF+ wants prefiltering: `HP:0.1Hz LP:75Hz N:50Hz`. */
export function isFilterText(text: string): boolean {
  // One filter after the other: as one pattern this tries all ways to cut a text into filters.
  filter.lastIndex = 0;
  while (filter.lastIndex < text.length) if (!filter.test(text)) return false;
  return text.length > 0;
}

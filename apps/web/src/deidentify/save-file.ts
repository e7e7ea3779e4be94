/** Hands a file of this page to the browser, to be saved. */
export function saveFile(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The browser takes hold of the bytes when it begins to save, which is after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

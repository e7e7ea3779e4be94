/**
 * `attachment` with a file name that any text is safe in: an ASCII form for old clients, and RFC 8187's for the others.
 */
export function contentDisposition(downloadName: string): string {
  const name = downloadName.replace(/\p{Surrogate}/gu, '_'); // lone surrogates cannot be encoded
  const ascii = name.replace(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

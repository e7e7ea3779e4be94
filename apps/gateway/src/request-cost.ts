/** Units of the rate limits that a request takes, by what it does to us. */
export const requestCosts = {
  /** Looking at something. */
  read: 1,
  /** Changing something. */
  write: 2,
  /** Signing up to 100 requests. */
  signParts: 3,
  /** Announcing a file: writes rows, opens an upload in the object store. */
  createUpload: 5,
} as const;

/** @param path below `/v1` */
export function costOfRequest(method: string, path: string): number {
  if (method === 'GET' || method === 'HEAD') return requestCosts.read;
  if (method !== 'POST') return requestCosts.write;
  if (/^\/uploads\/?$/i.test(path)) return requestCosts.createUpload;
  if (/^\/uploads\/[^/]+\/parts\/?$/i.test(path)) return requestCosts.signParts;
  return requestCosts.write;
}

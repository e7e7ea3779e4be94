/**
 * What the ledger's verbs need of the object store; libs/storage's UploadStore has it.
 * Declared here because it is consumed here: the ledger knows no store.
 */
export interface UploadObjects {
  head(
    ref: { key: string },
    signal?: AbortSignal,
  ): Promise<{ versionId: string; byteLength: number; checksumSha256: string } | null>;
  listParts(
    key: string,
    multipartId: string,
    signal?: AbortSignal,
  ): Promise<readonly { partNumber: number; byteLength: number; checksumSha256: string }[] | null>;
  completeMultipart(
    key: string,
    multipartId: string,
    parts: readonly { partNumber: number; byteLength: number; checksumSha256: string }[],
    options: { ifAbsent: boolean },
    signal?: AbortSignal,
  ): Promise<unknown>;
  deleteVersions(prefix: string, signal?: AbortSignal): Promise<number>;
}

/** An object, and optionally which of its versions; without one, the current version is meant. */
export interface ObjectRef {
  readonly key: string;
  readonly versionId?: string;
}

/** What is known of a stored object without reading it. */
export interface ObjectHead {
  readonly key: string;
  /** Names exactly these bytes for ever; a later write of the same key gets another. */
  readonly versionId: string;
  readonly byteLength: number;
  /**
   * base64 SHA-256 of the bytes; for an object completed from parts, S3's composite form:
   * base64 SHA-256 of the concatenated binary part digests, then `-<number of parts>`.
   */
  readonly checksumSha256: string;
  readonly contentType: string;
  readonly createdAt: Date;
}

/** What a writer knows of the version that it has made; when, only the store knows. */
export type WrittenObject = Omit<ObjectHead, 'createdAt'>;

export interface ObjectPage {
  readonly objects: readonly ObjectHead[];
  /** Pass as `after` to go on; absent on the last page. */
  readonly next?: string;
}

export interface WriteOptions {
  readonly contentType: string;
  /** Refuse with `object-exists` when the key has a current version (S3: `If-None-Match: *`). */
  readonly ifAbsent?: boolean;
}

/**
 * Immutable, versioned objects under string keys. A write is acknowledged only when it survives a crash;
 * a crash before that leaves nothing that any method shows. Keys are `/`-separated segments of
 * `[A-Za-z0-9._=-]`, no segment `.` or `..`, each of at most 200 characters, together at most 512.
 *
 * Every method rejects with `StorageError`; see its codes. An aborted one rejects with the signal's reason, and a write
 * whose body fails with the body's error.
 */
export interface ObjectStore {
  /** The object's head, or null when the key (or that version) does not exist. */
  head(ref: ObjectRef, signal?: AbortSignal): Promise<ObjectHead | null>;
  /**
   * Bytes `start` (inclusive) to `end` (exclusive), fewer only when the object ends before `end`.
   * @throws StorageError `object-not-found`, `storage-unavailable`
   */
  read(ref: ObjectRef, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Like `read`, but into the caller's memory, from the start of `target` to its end; resolves to how many bytes there
   * were. Stores that can do without memory of their own offer it: fresh memory for every range is most of what
   * reading costs.
   */
  readInto?(ref: ObjectRef, start: number, target: Uint8Array, signal?: AbortSignal): Promise<number>;
  /**
   * How much whoever reads on and on should ask for at once, where a request takes its time and has a price. Absent: as
   * little as is needed.
   */
  readonly stretchBytes?: number;
  /**
   * Writes a whole object as a new version. A streamed body may be of any length and is never held in memory whole.
   * @throws StorageError `object-exists`, `storage-full`, `storage-unavailable`
   */
  write(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: WriteOptions,
    signal?: AbortSignal,
  ): Promise<WrittenObject>;
  /** Current versions whose key starts with `prefix`, in key order, at most 1,000 a page. */
  list(prefix: string, after?: string, signal?: AbortSignal): Promise<ObjectPage>;
  /** Deletes every version of every key that starts with `prefix`, and unfinished multipart uploads there; returns how many versions went. An empty prefix is `key-invalid`. */
  deleteVersions(prefix: string, signal?: AbortSignal): Promise<number>;
}

export interface UploadedPart {
  /** From 1. */
  readonly partNumber: number;
  readonly byteLength: number;
  /** base64 SHA-256 of the part. */
  readonly checksumSha256: string;
}

/** S3's multipart verbs: a large object arrives as parts, in any order, and appears at once on completion. */
export interface MultipartStore {
  createMultipart(key: string, contentType: string, signal?: AbortSignal): Promise<{ multipartId: string }>;
  /** Parts that have arrived, by number; null when the multipart upload does not exist (aborted, completed, never made). */
  listParts(key: string, multipartId: string, signal?: AbortSignal): Promise<readonly UploadedPart[] | null>;
  /**
   * Joins the parts to the object. Nothing is visible before; a second completion finds `multipart-not-found`, unless
   * it runs beside the first one: then both may hear of the one version they made.
   * @param parts the parts in order, each as it must have arrived
   * @throws StorageError `multipart-not-found`, `part-mismatch`, `object-exists` (with ifAbsent), `storage-full`
   */
  completeMultipart(
    key: string,
    multipartId: string,
    parts: readonly UploadedPart[],
    options: { ifAbsent: boolean },
    signal?: AbortSignal,
  ): Promise<ObjectHead>;
  /** Forgets the parts; aborting twice is fine. */
  abortMultipart(key: string, multipartId: string, signal?: AbortSignal): Promise<void>;
}

/** A request that a client may make without any other credential, until `expiresAt`, exactly as given. */
export interface SignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  /** Headers that are signed and must be sent as they are (a browser adds content-length by itself). */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface SignPut {
  readonly key: string;
  readonly byteLength: number;
  /** base64; the store refuses other bytes. */
  readonly checksumSha256: string;
  readonly contentType: string;
  readonly expiresInSeconds: number;
}

export interface SignPart {
  readonly key: string;
  readonly multipartId: string;
  readonly partNumber: number;
  readonly byteLength: number;
  readonly checksumSha256: string;
  readonly expiresInSeconds: number;
}

export interface SignGet {
  readonly key: string;
  readonly versionId: string;
  readonly expiresInSeconds: number;
  /** Sent back as content-disposition's file name when given. */
  readonly downloadName?: string;
}

/** Makes requests that clients carry out against the store themselves. Length, checksum and (for PUT) once-only are signed. */
export interface RequestSigner {
  /** One PUT of a whole object that must not exist yet (`If-None-Match: *`). */
  signPut(request: SignPut): Promise<SignedRequest>;
  signPart(request: SignPart): Promise<SignedRequest>;
  /** GET, whole or any single range, of one version. */
  signGet(request: SignGet): Promise<SignedRequest>;
}

/** What the gateway needs of a store: all three. */
export type UploadStore = ObjectStore & MultipartStore & RequestSigner;

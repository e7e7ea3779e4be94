import type { Result } from '@edf-pipeline/contracts';
import { byteSourceFromUrl } from '@edf-pipeline/edf';
import type { ByteSource } from '@edf-pipeline/edf';
import { NetworkError } from '@edf-pipeline/uploader';

/** Files of one result behind signed addresses that expire: they are asked for again when that has happened. */
export class ResultFiles {
  readonly #deps: { load: () => Promise<Result>; fetch: typeof fetch; now: () => number };
  #result: Result | null = null;
  #underWay: Promise<Result> | null = null;

  constructor(deps: { load: () => Promise<Result>; fetch: typeof fetch; now: () => number }) {
    this.#deps = deps;
  }

  /** The result with addresses that are valid for another minute at least. */
  async result(): Promise<Result> {
    const known = this.#result;
    if (known && Date.parse(known.expiresAt) - this.#deps.now() > 60_000) return known;
    return this.#reload();
  }

  /** Address of a file, or null when the result has no such file. */
  async address(name: string, options: { isFresh?: boolean } = {}): Promise<string | null> {
    const result = options.isFresh ? await this.#reload() : await this.result();
    return result.files.find((file) => file.name === name)?.url ?? null;
  }

  /** A JSON file, or null when the result has no such file. */
  async json<T>(name: string, signal?: AbortSignal): Promise<T | null> {
    for (const isFresh of [false, true]) {
      const url = await this.address(name, { isFresh });
      if (url === null) return null;
      const response = await this.#deps.fetch(url, { signal: signal ?? null });
      if (response.ok) return (await response.json()) as T;
      await response.body?.cancel();
      if (response.status !== 401 && response.status !== 403) break;
    }
    throw new NetworkError(`${name} could not be read`);
  }

  /** A file to be read by ranges, or null when the result has no such file. */
  async byteSource(name: string): Promise<ByteSource | null> {
    const file = (await this.result()).files.find((one) => one.name === name);
    if (!file) return null;
    let hasGiven = false;
    const address = async () => {
      const url = await this.address(name, { isFresh: hasGiven });
      hasGiven = true;
      return url ?? file.url;
    };
    return byteSourceFromUrl(address, file.byteLength, { fetch: this.#deps.fetch });
  }

  /** Many callers at once cause one request: the tabs ask for their files together. */
  #reload(): Promise<Result> {
    this.#underWay ??= this.#deps
      .load()
      .then((result) => (this.#result = result))
      .finally(() => {
        this.#underWay = null;
      });
    return this.#underWay;
  }
}

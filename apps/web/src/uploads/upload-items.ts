import type { UploadItem } from './upload-item.ts';

/** The rows of the tray, in the order in which they came. */
export class UploadItems {
  readonly #listeners = new Set<() => void>();
  #all: readonly UploadItem[] = [];

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another array after each change. */
  readonly all = (): readonly UploadItem[] => this.#all;

  /** undefined when it was taken out of the tray. */
  find(id: string): UploadItem | undefined {
    return this.#all.find((item) => item.id === id);
  }

  /** For what is known to be in the tray. */
  get(id: string): UploadItem {
    return this.find(id)!;
  }

  insert(item: UploadItem): void {
    this.#set([...this.#all, item]);
  }

  change(id: string, change: Partial<UploadItem>): void {
    this.#set(this.#all.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  remove(id: string): void {
    this.#set(this.#all.filter((item) => item.id !== id));
  }

  #set(items: readonly UploadItem[]): void {
    this.#all = items;
    for (const listener of this.#listeners) listener();
  }
}

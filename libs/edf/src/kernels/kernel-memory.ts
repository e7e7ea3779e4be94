import { EdfError } from '../errors.ts';
import type { KernelMemory } from './kernel-exports.ts';

const pageByteLength = 65_536;

/**
 * Makes the memory at least this large. Views of it made before are detached when it grows.
 *
 * @throws EdfError `memory-insufficient` (WebAssembly memory ends at 4 GiB)
 */
export function growKernelMemory(memory: KernelMemory, byteLength: number): void {
  const missing = Math.ceil((byteLength - memory.buffer.byteLength) / pageByteLength);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (cause) {
    const message = `${byteLength} bytes of memory are needed at once and cannot be had.`;
    throw new EdfError('memory-insufficient', message, { cause });
  }
}

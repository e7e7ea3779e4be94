import type { KernelExports } from './kernel-exports.ts';
import { kernelModuleBase64 } from './kernel-module.ts';
import { createScalarKernels } from './scalar-kernels.ts';

/** The part of the WebAssembly interface that is used; the global one by default. */
export interface WebAssemblyLike {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<object>;
  instantiate(module: object): Promise<{ readonly exports: object }>;
}

// WebAssembly memory is little-endian; the arrays lent to callers have the byte order of the machine.
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

let compiled: Promise<object> | null = null;

/**
 * A kernel instance with a memory of its own: WebAssembly SIMD, or the scalar kernels where WebAssembly is absent,
 * knows no SIMD, or may not be compiled (content security policy). The numbers are the same.
 *
 * @param webAssembly `null` for the scalar kernels
 */
export async function loadKernels(
  webAssembly: WebAssemblyLike | null = (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly ?? null,
): Promise<KernelExports> {
  if (webAssembly === null || !isLittleEndian) return createScalarKernels();
  try {
    const module = await compile(webAssembly);
    const { exports } = await webAssembly.instantiate(module);
    return exports as KernelExports;
  } catch {
    return createScalarKernels();
  }
}

function compile(webAssembly: WebAssemblyLike): Promise<object> {
  if (webAssembly !== (globalThis as { WebAssembly?: WebAssemblyLike }).WebAssembly) {
    return webAssembly.compile(moduleBytes());
  }
  compiled ??= webAssembly.compile(moduleBytes());
  return compiled;
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelModuleBase64), (character) => character.charCodeAt(0));
}

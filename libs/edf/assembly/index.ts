// The kernels of libs/edf as WebAssembly SIMD, in AssemblyScript: `node scripts/build-kernels.mjs` compiles this
// folder into src/kernels/kernel-module.ts. What each export does, and its contract, is in src/kernels/kernel-exports.ts;
// src/kernels/scalar-kernels.ts computes the same numbers without WebAssembly.
export { gather16, widen16, widen24 } from './gather';
export { exact32of16, exact32of24, exact64of16, exact64of24, fast32of16, fast32of24 } from './physical';
export { measure16, measure32 } from './measure';
export { overview16, overview32, coarsen } from './overview';
export { within16, within32 } from './within';

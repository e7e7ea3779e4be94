// Loaded before a process of the product (`--import …?seconds=3600`): its Date is so many seconds off, in all its
// threads. What measures durations (performance, timers) stays right, as on a machine whose clock was set wrongly.
const shiftMs = Number(new URL(import.meta.url).searchParams.get('seconds')) * 1000;
const RealDate = Date;
const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
});

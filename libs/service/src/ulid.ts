import { monotonicFactory } from 'ulid';

/** Makes ULIDs by the given clock; within a millisecond each is greater than the last. Source: github.com/ulid/spec. */
export function createUlidFactory(clock: () => Date): () => string {
  const next = monotonicFactory();
  return () => next(clock().getTime());
}

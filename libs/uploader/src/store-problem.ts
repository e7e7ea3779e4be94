import type { PartAnswer } from './part-transport.ts';

/** Why an object store did not take a part, as far as it says. */
interface StoreProblem {
  readonly code: string | null;
  readonly message: string | null;
  /** There is no room: nothing helps but that somebody makes some. */
  readonly isFull: boolean;
}

const HTTP_INSUFFICIENT_STORAGE = 507;

/**
 * Reads both forms of an answer: S3's XML (`<Error><Code>…</Code><Message>…`) and the problem document of the service's
 * own store (`{"code", "detail"}`). Text that is neither tells nothing.
 *
 * Source: Amazon S3 API Reference, Error responses; RFC 9457; RFC 4918, 11.5 for 507, which MinIO and Ceph answer too
 */
export function storeProblemOf({ status, text }: PartAnswer): StoreProblem {
  const told = toldInJson(text) ?? toldInXml(text);
  return { ...told, isFull: status === HTTP_INSUFFICIENT_STORAGE || told.code === 'storage-full' };
}

type Told = Pick<StoreProblem, 'code' | 'message'>;

function toldInXml(text: string): Told {
  return {
    code: /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? null,
    message: printable(/<Message>([^<]+)<\/Message>/.exec(text)?.[1]),
  };
}

function toldInJson(text: string): Told | null {
  try {
    const { code, detail } = JSON.parse(text) as Record<string, unknown>;
    return {
      code: typeof code === 'string' ? code : null,
      message: printable(detail),
    };
  } catch {
    return null;
  }
}

/** Somebody will read it in a terminal or a row of a list. */
function printable(message: unknown): string | null {
  return typeof message === 'string' ? message.replaceAll(/\p{C}/gu, ' ').slice(0, 200) : null;
}

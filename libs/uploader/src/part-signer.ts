import { toBase64 } from '@edf-pipeline/contracts/content-id';
import type { SignedPart, SignParts } from '@edf-pipeline/contracts';
import { NetworkError } from './errors.ts';
import type { Timing } from './timing.ts';

const EXPIRY_MARGIN_MS = 30_000;

/** Signed requests, asked for a few parts ahead and again when they are about to expire. */
export interface PartSigner {
  /** @param isFresh the last one was refused: ask for another */
  take(partNumber: number, digest: Uint8Array, isFresh: boolean): Promise<SignedPart>;
}

export interface PartSignerOptions {
  sign(parts: SignParts['parts']): Promise<SignedPart[]>;
  /** Part numbers that come after this one and whose digest is known already, with that digest. */
  upcoming(partNumber: number): readonly { partNumber: number; digest: Uint8Array }[];
  readonly timing: Timing;
}

export function createPartSigner({ sign, upcoming, timing }: PartSignerOptions): PartSigner {
  const known = new Map<number, Promise<SignedPart>>();

  function signBatch(partNumber: number, digest: Uint8Array): Promise<SignedPart> {
    const batch = [
      { partNumber, digest },
      ...upcoming(partNumber).filter((part) => !known.has(part.partNumber)),
    ];
    const answer = sign(
      batch.map((part) => ({ partNumber: part.partNumber, checksumSha256: toBase64(part.digest) })),
    );
    for (const part of batch) {
      const own = answer.then((signed) => {
        const found = signed.find((request) => request.partNumber === part.partNumber);
        if (!found) throw new NetworkError(`the server did not sign part ${part.partNumber}`);
        return found;
      });
      known.set(part.partNumber, own);
      own.catch(() => known.delete(part.partNumber));
    }
    return known.get(partNumber)!;
  }

  return {
    async take(partNumber, digest, isFresh) {
      const existing = isFresh ? undefined : known.get(partNumber);
      if (existing) {
        const signed = await existing;
        if (Date.parse(signed.expiresAt) - timing.now() > EXPIRY_MARGIN_MS) return signed;
      }
      // A new one is used whatever our clock says: the clock may be wrong, the store will tell.
      return signBatch(partNumber, digest);
    },
  };
}

import type { Content, ContentKind } from './chaos-recordings.ts';
import { oneOf } from '@edf-pipeline/service/seeded-random';

export interface PlannedUpload {
  readonly tenant: string;
  readonly content: Content;
}

export interface UploadPlan {
  readonly tenants: readonly string[];
  /** Each once. */
  readonly contents: readonly Content[];
  readonly uploads: readonly PlannedUpload[];
}

const DUPLICATE_SHARE = 0.04;
const MULTIPART_EVERY = 400;
const MOST_MULTIPART = 6;

/**
 * Who uploads what, in order: all tenants the same contents (a recording belongs to a tenant, its result to its bytes),
 * now and then one that the tenant has uploaded before, and a few long ones in parts.
 */
export function planUploads(count: number, tenantCount: number, random: () => number): UploadPlan {
  const tenants = Array.from({ length: tenantCount }, (_, index) => `lab-${index + 1}`);
  const contents = new Map<string, Content>();
  const known = (kind: ContentKind, number: number): Content => {
    const name = `${kind}-${number}`;
    const content = contents.get(name) ?? { name, kind, seed: Math.floor(random() * 2 ** 31) };
    contents.set(name, content);
    return content;
  };
  const uploads: PlannedUpload[] = [];
  const uploaded = new Map<string, Content[]>(tenants.map((tenant) => [tenant, []]));
  for (let index = 0; index < count; index++) {
    const tenant = tenants[index % tenantCount] ?? '';
    const number = Math.floor(index / tenantCount);
    const multipart = Math.floor(index / MULTIPART_EVERY);
    const earlier = uploaded.get(tenant) ?? [];
    const isDuplicate = earlier.length > 4 && random() < DUPLICATE_SHARE;
    const isMultipart = index % MULTIPART_EVERY === 30 && multipart < MOST_MULTIPART;
    const content = isDuplicate
      ? oneOf(random, earlier)
      : isMultipart
        ? known('multipart', multipart)
        : known(kindOf(number), number);
    earlier.push(content);
    uploads.push({ tenant, content });
  }
  return { tenants, contents: [...contents.values()], uploads };
}

function kindOf(number: number): ContentKind {
  if (number % 25 === 7) return 'broken';
  if (number % 10 === 4) return 'gzip';
  return number % 8 === 3 ? 'long' : 'plain';
}

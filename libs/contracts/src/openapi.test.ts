import { readFileSync } from 'node:fs';
import { openApiDocument } from './openapi.ts';

const RENEW =
  'node libs/contracts/src/write-openapi.main.ts > libs/contracts/openapi.json && node_modules/.bin/prettier --write libs/contracts/openapi.json';

function keptDocument(): unknown {
  try {
    return JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));
  } catch {
    return null;
  }
}

/** Every object in a JSON value, itself included. */
function everyObject(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(everyObject);
  return Array.isArray(value) ? below : [value as Record<string, unknown>, ...below];
}

/** What these tests look at of an operation. */
interface Operation {
  readonly operationId: string;
  readonly security: unknown;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: unknown }> }>;
}

describe('the OpenAPI document', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  const paths: Record<string, Record<string, Operation>> = document.paths;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );

  it('is the one that is kept, so that a change of the API is seen where it is reviewed', () => {
    const isKept = JSON.stringify(keptDocument()) === JSON.stringify(document);

    if (!isKept)
      throw new Error(
        `libs/contracts/openapi.json is another document. If the API is to change, run:\n  ${RENEW}`,
      );
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(([, { operationId }]) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)(
    'says of %s who may ask, what comes back, and what a problem looks like',
    (_name, operation) => {
      expect(operation.security).toEqual([{ accessToken: [] }]);
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      expect(operation.responses.default?.content['application/problem+json']?.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      });
    },
  );

  it.each(operations)('describes every name in the path of %s', (name, operation) => {
    const named = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const described = (operation.parameters ?? [])
      .filter((each) => each.in === 'path')
      .map((each) => each.name);

    expect(described).toEqual(named);
  });

  it('refers to nothing that it does not hold', () => {
    const refs = everyObject(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));

    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs)
      expect(document.components.schemas).toHaveProperty([ref.replace('#/components/schemas/', '')]);
  });
});

import type { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { problemSchema } from './problem.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

/** What is said of one method of a path. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly header?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: Record<string, { description: string; schema?: z.ZodType; stream?: z.ZodType }>;
}

/** An operation of the document: who may ask, what comes back, and what a problem looks like. */
export function operation(of: Operation): ZodOpenApiOperationObject {
  const answers = Object.entries(of.answers).map(([status, { description, schema, stream }]) => [
    status,
    {
      description,
      ...(schema && {
        content: { ...json(schema), ...(stream && { 'text/event-stream': { schema: stream } }) },
      }),
    },
  ]);
  return {
    operationId: of.id,
    summary: of.summary,
    security: [{ accessToken: [] }],
    requestParams: {
      ...(of.path && { path: of.path }),
      ...(of.query && { query: of.query }),
      ...(of.header && { header: of.header }),
    },
    ...(of.body && { requestBody: { required: true, content: json(of.body) } }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
}

import type { Express } from 'express';

export interface Route {
  readonly method: string;
  /** As the app was told, under `/v1`. */
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Record<string, boolean> };
  readonly handle: { readonly stack?: Layer[] };
}

/** Every route below /v1 that the app answers to somebody with a token, as its routers have them. */
export function routesOf(app: Express): Route[] {
  const stack = (app.router as unknown as { stack: Layer[] }).stack;
  return stack.flatMap(({ route, handle }) => (route ? [] : routesIn(handle.stack ?? [])));
}

function routesIn(layers: readonly Layer[]): Route[] {
  return layers.flatMap(({ route, handle }) =>
    route
      ? Object.keys(route.methods).map((method) => ({
          method: method.toUpperCase(),
          path: `/v1${route.path}`,
        }))
      : routesIn(handle.stack ?? []),
  );
}

/** A path of the OpenAPI document as a router has it: an id is `:id`, whatever it is of. */
export const asExpressHasIt = (path: string) =>
  path.replace(/\{(\w+)\}/g, (_, name) => (['tenant', 'clientId'].includes(name) ? `:${name}` : ':id'));

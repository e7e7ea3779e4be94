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

/** Every route below /v1 that the app answers to somebody with a token, as its router has them. */
export function routesOf(app: Express): Route[] {
  const stack = (app.router as unknown as { stack: Layer[] }).stack;
  const below = stack.flatMap(({ route, handle }) => (route ? [] : (handle.stack ?? [])));
  return below.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => ({
          method: method.toUpperCase(),
          path: `/v1${route.path}`,
        }))
      : [],
  );
}

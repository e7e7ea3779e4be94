import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RequestSigner } from '@edf-pipeline/storage';
import type { Express } from 'express';
import express from 'express';
import { createGateway } from './app.ts';
import type { GatewayDeps } from './deps.ts';
import { servePage } from './page.ts';

export interface HttpAppOptions {
  readonly gateway: GatewayDeps;
  /** Folder of the built page; without one only the API is served. */
  readonly pageFolder: string;
  /** Where the page fetches and sends the bytes of recordings. */
  readonly objectStoreOrigin: string;
  readonly signIn: {
    /** Told to the page as it is. */
    readonly page: unknown;
    /** Whom the page asks for tokens. */
    readonly origins: readonly string[];
  };
}

/** The API and, where it has been built, the page. */
export function createHttpApp({ gateway, pageFolder, objectStoreOrigin, signIn }: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(createGateway(gateway));
  if (existsSync(path.join(pageFolder, 'index.html'))) {
    // The page asks for tokens itself.
    const connectOrigins = [...new Set([objectStoreOrigin, ...signIn.origins])];
    app.use(servePage({ folder: pageFolder, appConfig: { auth: signIn.page }, connectOrigins }));
  } else {
    // The command line asks how to sign in also where there is no page.
    app.get('/app-config.json', (_request, response) => void response.json({ auth: signIn.page }));
  }
  return app;
}

/** Where clients reach the objects: the host of what is signed for them. */
export async function originOf(signer: RequestSigner): Promise<string> {
  const { url } = await signer.signGet({ key: 'source', versionId: 'any', expiresInSeconds: 1 });
  return new URL(url).origin;
}

import type { Place } from './canary.ts';

/** Keeps what the API answers, headers and all. */
export interface ExchangeRecorder {
  /** `fetch` of a tenant's client; only answers of the API are kept, not those of the object store. */
  fetchOf(tenant: string): typeof fetch;
  /** One for each answer; a stream is kept as far as it was read with `keep`. */
  places(): Place[];
  keep(tenant: string, what: string, response: Response, body: string): void;
  /** Bodies of all answers to a tenant. */
  textOf(tenant: string): string;
}

/** @param apiUrl where the API is */
export function createExchangeRecorder(apiUrl: string): ExchangeRecorder {
  const { origin } = new URL(apiUrl);
  const kept: (Place & { readonly body: string })[] = [];

  const keep: ExchangeRecorder['keep'] = (tenant, what, response, body) => {
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    kept.push({
      kind: response.status < 400 ? 'answer' : 'problem',
      name: `${what} ${response.status}`,
      bytes: Buffer.from(`${headers}\n\n${body}`),
      tenant,
      body,
    });
  };

  return {
    keep,
    fetchOf: (tenant) => async (input, init) => {
      const response = await fetchStubbornly(input, init);
      const { url, method } = input instanceof Request ? input : { url: String(input), method: init?.method };
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (new URL(url).origin === origin && !isStream)
        keep(tenant, `${method ?? 'GET'} ${new URL(url).pathname}`, response, await response.clone().text());
      return response;
    },
    places: () => kept.map(({ kind, name, bytes, tenant }) => ({ kind, name, bytes, tenant })),
    textOf: (of) =>
      kept
        .filter(({ tenant }) => tenant === of)
        .map(({ body }) => body)
        .join('\n'),
  };
}

const MOST_TRIES = 4;

/** A server that refuses a long body closes the connection, which somebody's next request may have been on. */
async function fetchStubbornly(...request: Parameters<typeof fetch>): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(...request);
    } catch (error) {
      if (!(error instanceof TypeError) || tries === MOST_TRIES) throw error;
    }
  }
}

import { Webhook } from 'standardwebhooks';

/**
 * The headers of Standard Webhooks: id, time of sending, and a signature by each secret that is valid now, so that a
 * receiver may change over to a new one when it likes. Source: standardwebhooks.com, "Webhook Headers".
 *
 * @param secrets `whsec_…`, the present one first
 */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  at: Date,
  body: string,
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

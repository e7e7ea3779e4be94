import { z } from 'zod';
import { keyText } from './cluster-config.ts';

const originForm = /^https?:\/\/[^/?#@\s*]+(:\*)?$/;
const isOrigin = (text: string) => originForm.test(text) && URL.canParse(text.replace(/:\*$/, ''));

/** What processes are told that deal with webhooks; without a key there are none. */
export const webhookShape = {
  /** Seals the secrets that deliveries are signed with; the same in gateway and dispatcher. */
  EDF_WEBHOOK_KEY: keyText.optional().meta({
    description:
      'key that seals the secrets of webhooks, the same in gateway and dispatcher; without one there are no webhooks',
  }),
  /** See `OutboundGuardOptions.trustedOrigins`. */
  EDF_WEBHOOK_TRUSTED_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      'holds something other than origins like http://10.0.0.5:9000, separated by commas',
    )
    .default([])
    .meta({
      description:
        'origins that webhooks may lead to though they are internal or without https; `:*` for every port',
    }),
};

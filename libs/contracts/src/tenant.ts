import { z } from 'zod';
import { tenantIdSchema } from './ids.ts';

const bound = (description: string) =>
  z
    .number()
    .min(0)
    .nullable()
    .meta({ description: `${description}; null: none` });

/** What holds for an organisation. */
export const policySchema = z
  .object({
    maxFileBytes: z.int().min(1),
    maxRunningJobs: z.int().min(0).max(5_000),
    weight: z.number().min(0.01).max(1_000).meta({ description: 'Share of a pool relative to others' }),
    refuseFindings: z.array(z.string().min(1).max(100)).max(200),
    isPaused: z.boolean().meta({ description: 'Nothing new is started; uploads are still accepted' }),
    maxStoredBytes: bound('Bytes kept'),
    maxOpenUploads: bound('Uploads that still move'),
    maxWaitingJobs: bound('Jobs that wait'),
    maxUploadsPerDay: bound('Uploads in a day of UTC'),
    budgetWarnAt: bound('Cost in a month from which clients are warned'),
    budgetRefuseAt: bound('Cost in a month from which uploads are refused'),
  })
  .meta({ id: 'Policy' });
export type Policy = z.infer<typeof policySchema>;

/** A change of some of it; what is not named stays. */
export const policyChangeSchema = z.strictObject(policySchema.partial().shape).meta({ id: 'PolicyChange' });
export type PolicyChange = z.infer<typeof policyChangeSchema>;

export const clientIdSchema = z
  .string()
  .regex(/^[\w+-]{1,128}$/, 'is not the id of an app client')
  .meta({ description: 'App client that signs in by itself (client credentials)' });

/** What a machine client may be; never an operator: operators are people. */
export const machineRolesSchema = z.array(z.enum(['owner', 'member'])).max(2);

export const tenantSchema = z
  .object({
    id: tenantIdSchema,
    createdAt: z.iso.datetime(),
    policy: policySchema,
    machineClients: z.array(z.string()),
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.infer<typeof tenantSchema>;

export const createTenantSchema = z
  .strictObject({
    id: tenantIdSchema,
    policy: policyChangeSchema.default({}),
    machineClient: z
      .strictObject({ clientId: clientIdSchema, roles: machineRolesSchema.default(['member']) })
      .optional(),
  })
  .meta({ id: 'CreateTenant' });
export type CreateTenant = z.input<typeof createTenantSchema>;

export const mapClientSchema = z
  .strictObject({ roles: machineRolesSchema.default(['member']) })
  .meta({ id: 'MapMachineClient' });

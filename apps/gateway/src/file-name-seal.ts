import type { TenantSeal } from '@edf-pipeline/service';
import { createTenantSeal } from '@edf-pipeline/service';

/** Seals a tenant's file names: they name patients often enough. */
export type FileNameSeal = TenantSeal;

/** @param masterKey 32 bytes */
export const createFileNameSeal = (masterKey: Uint8Array): FileNameSeal =>
  createTenantSeal(masterKey, 'file-name');

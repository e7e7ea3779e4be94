import { useSyncExternalStore } from 'react';
import { useServices } from '../services.ts';
import type { UploadItem } from './upload-item.ts';

export function useUploadItems(): readonly UploadItem[] {
  const { uploads } = useServices();
  return useSyncExternalStore(uploads.subscribe, uploads.items);
}

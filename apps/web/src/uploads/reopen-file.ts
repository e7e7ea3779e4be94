/** The file behind a handle; the browser may ask the person for permission first. */
export async function reopenFile(handle: FileSystemFileHandle): Promise<File | null> {
  const asking = handle as FileSystemFileHandle & {
    queryPermission?(of: { mode: 'read' }): Promise<PermissionState>;
    requestPermission?(of: { mode: 'read' }): Promise<PermissionState>;
  };
  try {
    let permission = (await asking.queryPermission?.({ mode: 'read' })) ?? 'granted';
    if (permission === 'prompt')
      permission = (await asking.requestPermission?.({ mode: 'read' })) ?? 'denied';
    return permission === 'granted' ? await handle.getFile() : null;
  } catch {
    return null;
  }
}

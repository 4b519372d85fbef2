const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EEXIST: 'it exists already',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is no directory',
  ENOSPC: 'there is no room left',
  EROFS: 'nothing can be written there',
};

/** Why something was thrown, in words for whoever reads logs and consoles; the system's codes for files among them. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', path, syscall = '', message } = error as NodeJS.ErrnoException;
  const refusal = syscall.startsWith('spawn') ? undefined : REFUSALS[code];
  return refusal === undefined || path === undefined ? message : `${path}: ${refusal}`;
}

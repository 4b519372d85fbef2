/** What root says of a file that may be an update: whether it is signed by whom this box trusts, and for which board and version it is. */
import { askRoot } from './ask-root.ts';

/** @returns its version; rejects with why it is none for this box */
export async function readUpdate(room: string, file: string): Promise<string> {
  const lines = await askRoot(room, 'check', file);
  const valueOf = (key: string): string | undefined => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const [version, compatible, own] = [valueOf('version'), valueOf('compatible'), valueOf('own')];
  if (version === undefined || compatible === undefined) throw new Error(`root does not say what is in ${file}`);
  if (compatible !== own) throw new Error(`it is for another kind of box: ${compatible} instead of ${own ?? 'this one'}`);
  return version;
}

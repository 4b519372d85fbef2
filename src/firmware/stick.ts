/** A stick that is plugged into an appliance. It is there to be read, and may be pulled out at any time, but while somebody writes onto it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { askRoot } from './ask-root.ts';

/** As `rootfs/usr/libexec/twinlease/stick` names them. */
const STICK = /^\/media\/[a-z0-9]+(?=\/)/;

/**
 * Whatever `work` writes to `file`: where that is on a stick of an appliance, the stick takes writes until it is done, and has all of it then.
 * @param room the folder in which root is asked; where it is not, this is no appliance
 */
export async function whileWritable<T>(room: string, file: string, work: () => Promise<T>): Promise<T> {
  const [stick] = STICK.exec(resolve(file)) ?? [];
  if (stick === undefined || !existsSync(room)) return await work();
  await askRoot(room, 'writable', stick);
  let written: T;
  try {
    written = await work();
  } catch (error) {
    // Why it could not be written says more than that it was pulled out.
    await askRoot(room, 'read-only', stick).catch(() => undefined);
    throw error;
  }
  await askRoot(room, 'read-only', stick);
  return written;
}

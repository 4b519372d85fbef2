/** The NTP servers that chrony is to ask, in a file of its `sourcedir` (chrony.conf(5)). Firmware has it; elsewhere somebody else keeps the time. */
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param directory where the folder of chrony is, if there is one
 * @param servers addresses and domain names
 * @returns why they are not asked, as a sentence without a full stop
 */
export function writeTimeServers(directory: string, servers: readonly string[]): string | undefined {
  const folder = join(directory, 'chrony');
  if (!existsSync(folder)) return servers.length === 0 ? undefined : `the NTP servers of the provisioning file are not asked: this system has no ${folder}, in which chrony looks for them`;
  const file = join(folder, 'twinlease.sources');
  const text = servers.map((server) => `server ${server} iburst\n`).join('');
  try {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return undefined;
    // Whoever watches the folder is to find all of it.
    writeFileSync(`${file}.new`, text);
    // chrony runs as another user, and this daemon's files are its own alone.
    chmodSync(`${file}.new`, 0o644);
    renameSync(`${file}.new`, file);
    return undefined;
  } catch (error) {
    return `the NTP servers of the provisioning file are not asked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

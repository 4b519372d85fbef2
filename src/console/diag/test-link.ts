/** A link looked at from below: its ports as the kernel has them, who answers there, and what both boxes make of it. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { askDaemon } from '../../control/index.ts';
import type { CountersReport, LinkReport } from '../../control/index.ts';
import { formatLinks } from '../report-text.ts';
import { surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { ask } from './system-program.ts';

/** In which what is counted may change. */
const LOOK_MS = 2_000;
const PING_MS = 4_000;
const COUNTED = ['rx_packets', 'tx_packets', 'rx_errors', 'tx_errors', 'rx_dropped', 'tx_dropped', 'rx_crc_errors'] as const;

export async function testLink(control: string, name: string): Promise<string> {
  const links = (await askDaemon(control, { method: 'links' })) as readonly LinkReport[];
  const link = links.find((known) => known.name === name);
  if (link === undefined) throw new Error(`there is no link "${name}", only: ${links.map((known) => known.name).join(', ')}`);
  const ports = await Promise.all(link.interfaces.map(async ({ name: port }) => await testPort(control, port)));
  return [formatLinks([link]), ...(ports.length === 0 ? ['there is no port of this box to test: the clients come through relays'] : ports)].join('\n\n');
}

async function testPort(control: string, port: string): Promise<string> {
  const enough = surroundings().screen()?.enough;
  const [before, heardBefore] = [await countersOf(port), await heardOn(control, port)];
  if (before === undefined) return `${port}: the kernel has no such port`;
  const neighbours = ask('ping', ['-6', '-n', '-c', '2', '-W', '1', '-I', port, 'ff02::1'], PING_MS, enough);
  await wait(LOOK_MS, undefined, enough === undefined ? {} : { signal: enough }).catch(() => undefined);
  const [after, heard] = [await countersOf(port), await heardOn(control, port)];
  const since = (count: (typeof COUNTED)[number]): number => (after?.[count] ?? 0) - before[count];
  const troubles = COUNTED.slice(2).flatMap((count) => {
    const total = after?.[count] ?? 0;
    return total === 0 ? [] : [`${count.replaceAll('_', ' ')} ${String(total)}${since(count) > 0 ? ` (${String(since(count))} JUST NOW)` : ''}`];
  });
  return [
    `${port}:`,
    wrap('  carrier    ', await carrierText(port)),
    wrap('  in 2 s     ', `${String(since('rx_packets'))} packets came, ${String(since('tx_packets'))} went; ${String(heard - heardBefore)} messages of DHCPv6 came`),
    wrap('  errors     ', troubles.length === 0 ? 'none since the port is there' : troubles.join(', ')),
    wrap('  neighbours ', neighboursText(await neighbours, port)),
  ].join('\n');
}

/** All nodes are asked, as RFC 4291 section 2.7.1 has it; not all of them answer that. */
function neighboursText(said: Awaited<ReturnType<typeof ask>>, port: string): string {
  if (said === undefined) return 'ping is not installed on this box: they were not asked';
  const found = new Set([...said.text.matchAll(/from (fe80:[0-9a-f:]+)/gi)].map(([, address]) => address));
  return found.size === 0 ? `none answers at ${port}: a cable, a switch or a VLAN may be wrong, or there are none` : `${String(found.size)} answer, this box maybe among them`;
}

async function carrierText(port: string): Promise<string> {
  const [carrier, changes, speed, duplex] = await Promise.all(['carrier', 'carrier_changes', 'speed', 'duplex'].map(async (file) => await sysText(port, file)));
  if (carrier !== '1') return `NONE: no cable, or nothing at its other end (${changes ?? '?'} changes since the port is there)`;
  const rate = speed === undefined || Number(speed) <= 0 ? 'its speed is not known' : `${speed} Mbit/s, ${duplex ?? '?'} duplex`;
  return `yes, ${rate}; ${changes ?? '?'} changes since the port is there`;
}

async function countersOf(port: string): Promise<Readonly<Record<(typeof COUNTED)[number], number>> | undefined> {
  const values = await Promise.all(COUNTED.map(async (count) => await sysText(port, `statistics/${count}`)));
  if (values[0] === undefined) return undefined;
  return Object.fromEntries(COUNTED.map((count, i) => [count, Number(values[i] ?? 0)])) as Record<(typeof COUNTED)[number], number>;
}

async function heardOn(control: string, port: string): Promise<number> {
  return ((await askDaemon(control, { method: 'counters' })) as CountersReport)[`interface.${port}.received`] ?? 0;
}

async function sysText(port: string, file: string): Promise<string | undefined> {
  return await readFile(`/sys/class/net/${port}/${file}`, 'utf8').then((text) => text.trim(), () => undefined);
}

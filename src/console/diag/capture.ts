/** Packets of a port into a file, by the system's tcpdump: no more than so long, and no more than so much. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { clean } from './system-program.ts';

/** Of each packet so much is kept: all of it, on an Ethernet. */
const PACKET_OCTETS = 1_518;
/** Before each packet in the file. */
const HEADER_OCTETS = 16;
/** What this box and its clients say to each other: DHCPv6, and neighbour discovery, router advertisements and echoes. */
const OWN = 'udp port 546 or udp port 547 or icmp6';
const PORTS = '/sys/class/net';

export interface Wanted {
  readonly port: string;
  readonly file: string;
  readonly seconds: number;
  readonly octets: number;
  readonly isAll: boolean;
}

export interface Captured {
  readonly packets: number;
  readonly octets: number;
  readonly text: string;
}

export async function capture({ port, file, seconds, octets, isAll }: Wanted): Promise<Captured> {
  if (!existsSync(`${PORTS}/${port}`) || port.includes('/')) throw new Error(`"${port}" is no port of this box, only: ${readdirSync(PORTS).join(', ')}`);
  const live = surroundings().screen();
  const enough = live?.enough;
  const count = Math.max(1, Math.floor(octets / (PACKET_OCTETS + HEADER_OCTETS)));
  const words = ['-i', port, '-n', '-p', '-U', '-s', String(PACKET_OCTETS), '-c', String(count), '-w', '-', ...(isAll ? [] : [OWN])];
  const target = await open(file, 'wx', 0o600);
  live?.screen.write(`capturing on ${port} for ${String(seconds)} s; Ctrl-C ends it\r\n`);
  const child = spawn('tcpdump', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => void child.kill('SIGINT');
  const patience = setTimeout(end, seconds * 1_000);
  enough?.addEventListener('abort', end, { once: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_096)));
  const trouble = { isMissing: false, isFull: false };
  child.on('error', () => (trouble.isMissing = true));
  try {
    const ended = once(child, 'close').catch(() => undefined);
    await pipeline(child.stdout, target.createWriteStream()).catch(() => {
      trouble.isFull = true;
      end();
    });
    await ended;
  } finally {
    clearTimeout(patience);
    enough?.removeEventListener('abort', end);
    await target.close().catch(() => undefined);
  }
  const packets = Number(/(\d+) packets? captured/.exec(said)?.[1] ?? NaN);
  if (trouble.isMissing || Number.isNaN(packets)) {
    await rm(file, { force: true });
    throw new Error(trouble.isMissing ? 'tcpdump is not installed on this box: nothing was captured' : `tcpdump could not capture: ${reason(said)}`);
  }
  const written = await sizeOf(file);
  const why = enough?.aborted === true ? 'you ended it' : trouble.isFull ? 'there is no more room for the file' : packets >= count ? `it has ${String(octets / 1_000_000)} MB` : `${String(seconds)} s are over`;
  const text = wrap('', `${String(packets)} packets of ${port} in ${file}, ${String(written)} octets: ${why}. It has data of clients; only its owner can read it.`);
  return { packets, octets: written, text };
}

async function sizeOf(file: string): Promise<number> {
  await using opened = await open(file, 'r');
  return (await opened.stat()).size;
}

/** The line that says it; tcpdump says other things, too. */
function reason(said: string): string {
  const lines = clean(said).split('\n').filter((line) => line !== '' && !line.startsWith('tcpdump: listening'));
  return lines.at(0)?.replace(/^tcpdump: /, '') ?? 'it says nothing';
}

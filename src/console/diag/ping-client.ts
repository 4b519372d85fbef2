/** Whether a client answers an echo. */
import { isIPv6 } from 'node:net';
import { askDaemon } from '../../control/index.ts';
import type { LeasePage, LeaseReport } from '../../control/index.ts';
import { surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { ask } from './system-program.ts';

const ECHOES = 3;
const PING_MS = 8_000;
/** Of a client with many addresses the first ones. */
const ADDRESSES_MAX = 4;

export async function pingClient(control: string, client: string): Promise<string> {
  const addresses = isIPv6(client) ? [client] : await addressesOf(control, client);
  const texts: string[] = [];
  for (const address of addresses) texts.push(await ping(address));
  return texts.join('\n\n');
}

async function addressesOf(control: string, duid: string): Promise<readonly string[]> {
  const { leases } = (await askDaemon(control, { method: 'leases', query: { duid, limit: 100, active: true } })) as LeasePage;
  const addresses = leases.filter(({ kind }: LeaseReport) => kind === 'IA_NA').map(({ lease }) => lease);
  if (addresses.length === 0) {
    throw new Error(leases.length === 0 ? `"${duid}" holds no lease now` : `"${duid}" holds prefixes only: ping an address of its router ("show leases duid ${duid}" lists them)`);
  }
  return addresses.slice(0, ADDRESSES_MAX);
}

async function ping(address: string): Promise<string> {
  const said = await ask('ping', ['-6', '-n', '-c', String(ECHOES), '-W', '1', address], PING_MS, surroundings().screen()?.enough);
  if (said === undefined) throw new Error('ping is not installed on this box');
  const received = Number(/(\d+)(?: packets)? received/.exec(said.text)?.[1] ?? 0);
  const conclusion = received > 0 ? `${address} answers (${String(received)} of ${String(ECHOES)})` : `${address} answers no echo; ${await neighbourText(address)}`;
  return `${said.text}\n\n${wrap('', conclusion)}`;
}

/** A host that answers no echo, or has no way back to this box, still says what its hardware address is (RFC 4861) if it is on a link of this box. */
async function neighbourText(address: string): Promise<string> {
  const said = await ask('ip', ['-6', 'neigh', 'show', 'to', address], PING_MS);
  const [, port = '', hardware = '', state = ''] = / dev (\S+) lladdr (\S+) (\S+)/.exec(said?.text ?? '') ?? [];
  if (state === 'REACHABLE') return `but it is there: on ${port}, with the hardware address ${hardware}`;
  if (hardware !== '') return `when it was there last, it was on ${port}, with the hardware address ${hardware}`;
  return 'many hosts answer none, so this alone proves nothing';
}

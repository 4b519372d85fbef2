/** A box of which active leasequeries are asked, and what is said to them in short. */
import { MessageType, formatHex } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox, duid } from '../server/box.ts';
import type { Box, BoxOptions } from '../server/box.ts';
import { iaNa, message, read } from '../server/client.ts';
import { Message } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

export const section = (tcp = 'security: insecure, active: true'): string => `leasequery: { requestors: [2001:db8:f::5], tcp: { ${tcp} } }\n`;
export const ALL: Asked = { type: Message.ACTIVELEASEQUERY, transactionId: 9, request: [100] };
export const ORIGIN = 946_684_800;

export const hex = (client: Duid): string => formatHex(client, '');
export const numbered = (n: number): Duid => duid(`00:03:00:01:02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`);

export function queried(options: BoxOptions & { readonly tcp?: string } = {}): Box {
  return createBox({ ...options, provisioning: PROVISIONING + section(options.tcp) });
}

/** @returns the address */
export function give(box: Box, client: Duid): string {
  return read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client }))).ias[0]?.leases[0]?.name ?? '';
}

/** Client, leases with what is left of them, and status of each message. */
export function shown(all: readonly Reply[]): readonly string[] {
  return all.map(({ type, clients, status }) => {
    const said = clients.map(({ clientId, leases }) => `${clientId} ${leases.map(({ lease, valid }) => `${lease} ${valid}`).join(', ')}`);
    return [NAMES[type] ?? String(type), ...said, ...(status === undefined ? [] : [`status ${status.code}`])].join(' ');
  });
}

const NAMES: Readonly<Record<number, string>> = { 15: 'REPLY', 16: 'DONE', 17: 'DATA' };

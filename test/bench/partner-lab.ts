// The other box of a pair: a namespace of its own, tied to the server by the management link.

import { execFileSync } from 'node:child_process';
import { onEnd } from './cleanup.ts';
import { managementInterface, managementPeer, serverNamespace } from './lab.ts';

const partnerNamespace = 'tlb-partner';
/** Its port on the clients' link; nobody is there: it backs the server up. */
export const partnerInterface = 'tlbp0';
export const managementOf = { server: 'fd00:db8:0:1::1', partner: 'fd00:db8:0:1::2' } as const;

/** With the server on its core, so that what both cost is seen; or with the load, as two boxes have two processors. */
export type PartnerCore = 'server' | 'load';

/**
 * The command line that runs a program as the partner. On the load's core it gets what the load leaves (SCHED_IDLE): its
 * work must not show as a latency of the server.
 */
export function onPartnerSide(core: PartnerCore, command: readonly string[]): [string, ...string[]] {
  const processor = core === 'server' ? ['taskset', '-c', '0'] : ['taskset', '-c', '1', 'chrt', '--idle', '0'];
  return ['ip', 'netns', 'exec', partnerNamespace, ...processor, ...command];
}

function ip(...ipArguments: string[]): void {
  execFileSync('ip', ipArguments, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function removeNamespace(): void {
  try {
    ip('netns', 'del', partnerNamespace);
  } catch {
    // It was not there.
  }
}

let isOpen = false;

/** Build it beside an open lab, for all parts that need it; it goes when the program ends. */
export function openPartnerLab(): void {
  if (isOpen) return;
  isOpen = true;
  removeNamespace();
  onEnd(removeNamespace);
  ip('netns', 'add', partnerNamespace);
  ip('-n', serverNamespace, 'link', 'set', managementPeer, 'netns', partnerNamespace, 'name', managementInterface);
  ip('-n', partnerNamespace, 'link', 'add', partnerInterface, 'type', 'veth', 'peer', 'name', 'tlbp1');
  ip('-n', partnerNamespace, 'link', 'set', 'tlbp1', 'up');
  ip('-n', partnerNamespace, 'link', 'set', 'lo', 'up');
  for (const port of [managementInterface, partnerInterface]) {
    execFileSync('ip', ['netns', 'exec', partnerNamespace, 'sysctl', '-qw', `net.ipv6.conf.${port}.accept_dad=0`]);
    ip('-n', partnerNamespace, 'link', 'set', port, 'up');
  }
  ip('-n', partnerNamespace, 'addr', 'add', `${managementOf.partner}/64`, 'dev', managementInterface, 'nodad');
}

/** Reconfigure by an operator: who the client is, and what came of it. */
import { NO_SLOT } from '../lease/index.ts';
import type { ReconfigureType } from '../server/index.ts';
import { MessageType, REC_MAX_RC, formatDuid, parseDuid } from '../wire/index.ts';
import type { Duid } from '../wire/index.ts';
import type { ReconfigureMessage, ReconfigureReport } from './reconfigure-protocol.ts';
import { parseLease } from './reports.ts';
import type { Subject } from './subject.ts';

const TYPES: Readonly<Record<ReconfigureMessage, ReconfigureType>> = {
  renew: MessageType.RENEW,
  rebind: MessageType.REBIND,
  'information-request': MessageType.INFORMATION_REQUEST,
};

/** @param client an address, a prefix with its length, or a DUID @returns what is on its way, or why nothing is */
export async function reconfigure(subject: Subject, client: string, message: ReconfigureMessage | undefined): Promise<ReconfigureReport | string> {
  const duid = duidOf(subject, client);
  if (typeof duid === 'string') return duid;
  const refusal = await subject.leaseCommand({ action: 'reconfigure', client: duid, type: message && TYPES[message] });
  return refusal ?? reportOf(subject, duid);
}

/** @returns what came of it so far, or why there is nothing to say */
export function reportReconfigure(subject: Subject, client: string): ReconfigureReport | string {
  const duid = duidOf(subject, client);
  return typeof duid === 'string' ? duid : reportOf(subject, duid);
}

function reportOf({ appliance, stamps }: Subject, client: Duid): ReconfigureReport | string {
  const progress = appliance.reconfigures?.progress(client, stamps.moment());
  if (progress === undefined) return `${formatDuid(client)} was not asked by Reconfigure of late`;
  const { state, type, attempts, tookMs } = progress;
  return { duid: formatDuid(client), message: nameOf(type), state, attempts, attemptsMax: REC_MAX_RC, seconds: tookMs / 1_000 };
}

function nameOf(type: ReconfigureType): ReconfigureMessage {
  if (type === MessageType.RENEW) return 'renew';
  return type === MessageType.REBIND ? 'rebind' : 'information-request';
}

function duidOf({ appliance: { leases } }: Subject, client: string): Duid | string {
  const name = parseLease(client);
  if (name === undefined) return parseDuid(client) ?? `"${client}" is no address, prefix or DUID`;
  const slot = leases.find(name.address, 0, name.prefixLength);
  if (slot === NO_SLOT) return `there is no lease ${client}`;
  const duid = leases.records.duid(slot);
  return duid.length === 0 ? `${client} never had a client` : duid;
}

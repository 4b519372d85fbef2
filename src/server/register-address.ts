/** ADDR-REG-INFORM: a host tells of an address that it gave itself (RFC 9686 section 4.2.1). */
import { BindingStatus, LeaseKind, NO_SLOT, granted, isFree, released, unregistered } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { DataWriter, MessageType, OptionCode, formatAddress, formatDuid, formatHex, iaid, registeredAddress, sameBytes, samePrefix, seconds, writeMessageHeader, writeOption } from '../wire/index.ts';
import type { Address, RegisteredAddress } from '../wire/index.ts';
import { eachLeaseOfClient, isHeld } from './client-leases.ts';
import { addressOctets, reportedLinkLayerAddress } from './client-link-layer-address.ts';
import type { ClientContext } from './context.ts';
import { isOnLink } from './lease-terms.ts';
import { discard } from './query.ts';
import type { Answer, Query } from './query.ts';

/** It came in no IA. */
const NO_IAID = iaid(0);

const writer = new DataWriter();

export function registerAddress(context: ClientContext): Answer {
  const { link, query, server } = context;
  if (!link.configuration.addressRegistration) return discard('registration-off');
  const registered = registeredAddress(query.message);
  if (registered === undefined || query.message.options.indexOf(OptionCode.ORO) >= 0) return discard('no-registered-address');
  if (!sameBytes(registered.address, originOf(query))) return discard('registration-of-other');
  if (!isAppropriate(context, registered.address)) return discard('registration-off-link');
  const { table } = server;
  const slot = table.find(registered.address, 0, 128);
  // Somebody else's message about it waits for its commit.
  if (slot !== NO_SLOT && table.records.lock(slot) !== 0) return { kind: 'locked' };
  const isRegistered = slot !== NO_SLOT && table.records.kind(slot) === LeaseKind.REGISTERED;
  if (slot !== NO_SLOT && !isRegistered && !isFree(table.records.status(slot))) return discard('registration-of-lease');
  if (!query.storage.writable) return discard('storage-unavailable');
  const former = isRegistered ? slot : NO_SLOT;
  if (registered.validLifetime === 0) return answer(context, registered, endRegistration(context, former, registered.address));
  if (isRegistered && isOwn(context, slot)) {
    extendRegistration(context, slot, registered);
    return answer(context, registered, undefined);
  }
  if (!hasRoom(context, slot)) return discard('registrations-max');
  return answer(context, registered, newRegistration(context, former, registered));
}

/** Where the host itself sent from. */
function originOf({ levels, source }: Query): Address {
  return levels[levels.length - 1]?.peerAddress ?? source;
}

/** On the link, or in a prefix that is delegated to the client. */
function isAppropriate(context: ClientContext, address: Address): boolean {
  if (isOnLink(context.link.configuration, address)) return true;
  const { records } = context.server.table;
  let isInside = false;
  eachLeaseOfClient(context, (slot) => {
    if (records.kind(slot) === LeaseKind.IA_PD && isHeld(context, slot) && samePrefix(records.address(slot), address, records.prefixLength(slot))) isInside = true;
  });
  return isInside;
}

function isOwn({ server, client }: ClientContext, slot: number): boolean {
  return server.table.records.isClient(slot, client, 0, client.length);
}

/** Whoever asks for ever more must not take the place of leases. */
function hasRoom(context: ClientContext, slot: number): boolean {
  const { table, configuration } = context.server;
  if (slot === NO_SLOT && table.size >= configuration.leasesMax) return false;
  let count = 0;
  eachLeaseOfClient(context, (other) => {
    if (table.records.kind(other) === LeaseKind.REGISTERED && table.records.status(other) === BindingStatus.ACTIVE) count += 1;
  });
  return count < configuration.leasesPerClientMax;
}

/** @returns what the log is to say, as these do */
function newRegistration(context: ClientContext, former: number, registered: RegisteredAddress): string {
  const { query, server, client } = context;
  const { table } = server;
  const linkLayerAddress = reportedLinkLayerAddress(query);
  const before = former === NO_SLOT ? '' : `, which ${ownerText(table, former)} had registered`;
  const grant = {
    address: registered.address.slice() as Address,
    prefixLength: 128,
    kind: LeaseKind.REGISTERED,
    duid: client,
    iaid: NO_IAID,
    preferredLifetime: seconds(Math.min(registered.preferredLifetime, registered.validLifetime)),
    validLifetime: registered.validLifetime,
    linkLayerAddress,
    relay: context.relay,
    relayAgent: context.relayAgent,
  };
  context.changed.push(table.put(granted(grant, undefined, query.now, query.revision)));
  const by = linkLayerAddress === undefined ? '' : ` (${formatHex(addressOctets(linkLayerAddress))})`;
  return `${context.link.configuration.name}: ${formatDuid(client)}${by} registered ${formatAddress(registered.address)}${before}`;
}

function extendRegistration(context: ClientContext, slot: number, { preferredLifetime, validLifetime }: RegisteredAddress): void {
  const { query, server, changed } = context;
  server.table.extend(slot, seconds(Math.min(preferredLifetime, validLifetime)), validLifetime, query.now, query.revision);
  server.table.setWay(slot, context.relay, context.relayAgent, undefined);
  changed.push(slot);
}

/** A valid lifetime of 0 (section 4.6.3): as if it had run out, whoever registered it. */
function endRegistration(context: ClientContext, former: number, address: Address): string | undefined {
  if (former === NO_SLOT) return undefined;
  const { query, server, client, changed } = context;
  const { table } = server;
  const before = isOwn(context, former) ? '' : `, which ${ownerText(table, former)} had registered`;
  const ended = released(table.readPresent(former, query.now), query.now, query.revision);
  table.put(unregistered(table, former, ended, query.now, query.revision));
  changed.push(former);
  return `${context.link.configuration.name}: ${formatDuid(client)} has ${formatAddress(address)} no more${before}`;
}

function ownerText({ records }: LeaseTable, slot: number): string {
  return formatDuid(records.duid(slot));
}

/** An ADDR-REG-REPLY (section 4.3): the IA Address option as it came, and nothing else. */
function answer({ query, changed }: ClientContext, { data }: RegisteredAddress, note: string | undefined): Answer {
  writer.reset();
  writeMessageHeader(writer, MessageType.ADDR_REG_REPLY, query.message.transactionId);
  writeOption(writer, OptionCode.IAADDR, data);
  const bytes = writer.finish();
  return bytes === undefined ? discard('answer-too-long', changed) : { kind: 'reply', bytes, changed, note };
}

/** In which classes clients are, and why: of one that holds a lease, and of a message. */
import { NO_SLOT } from '../lease/index.ts';
import {
  type ClassExplanation, type ServerConfiguration, balancedIdentityOfLease, evidenceOfDuid, evidenceOfLease, evidenceOfMessage, explainClasses, linkFinder,
} from '../server/index.ts';
import { type Address, decodeDatagram, describeWireError, formatAddress, formatDuid, formatLease, messageTypeName, parseDuid, pearsonHash } from '../wire/index.ts';
import type { Classification, ClientOwner } from './protocol.ts';
import { parseLease } from './reports.ts';
import type { Subject } from './subject.ts';

/** RFC 9915 section 19.1.2: as many as any configuration lets pass. */
const RELAY_DEPTH_MAX = 32;

/** @param client an address, a prefix with its length, or a DUID @returns why it can't be said, as a sentence, where that is so */
export function classifyClient(subject: Subject, client: string): Classification | string {
  const { classes } = subject.configuration();
  const { leases } = subject.appliance;
  const name = parseLease(client);
  const duid = name === undefined ? parseDuid(client) : undefined;
  if (name === undefined && duid === undefined) return `"${client}" is no address, prefix or DUID`;
  const slot = name === undefined ? heardLast(subject, client) : leases.find(name.address, 0, name.prefixLength);
  if (slot === NO_SLOT) {
    if (duid === undefined) return `there is no lease ${client}`;
    const anywhere = subject.appliance.failover.relationships.map((relationship) => relationship.name);
    return {
      what: 'a client without a lease', duid: formatDuid(duid), classes: explainClasses(classes, evidenceOfDuid(duid)), ...owners(subject, anywhere, duid),
    };
  }
  const binding = leases.read(slot);
  if (binding.duid.length === 0) return `${client} never had a client`;
  const evidence = evidenceOfLease({
    duid: binding.duid,
    linkLayerAddress: binding.linkLayerAddress,
    relay: binding.relay,
    clientAddress: binding.clientAddress as Address | undefined,
  });
  const link = linkFinder(leases, subject.configuration().links)(slot);
  const holder = { duid: binding.duid, lease: binding, linkLayerAddress: evidence.linkLayerAddresses()?.[0] };
  return {
    what: `the client of ${formatLease(binding)}`,
    duid: formatDuid(binding.duid),
    classes: explainClasses(classes, evidence),
    ...(link?.relationship === undefined ? {} : owners(subject, [link.relationship], balancedIdentityOfLease(holder, link))),
  };
}

/** Nothing where the relationships divide no clients. */
function owners({ appliance: { failover }, applianceName }: Subject, relationships: readonly string[], identity: Uint8Array): Pick<Classification, 'answeredBy'> {
  const answeredBy = relationships.flatMap((relationship): ClientOwner[] => {
    const view = failover.relationship(relationship);
    const isOwn = view?.isOwn(identity);
    if (view === undefined || isOwn === undefined) return [];
    return [{ relationship, hashBucket: pearsonHash(identity), box: isOwn ? applianceName : view.partnerName }];
  });
  return answeredBy.length === 0 ? {} : { answeredBy };
}

/** Of several leases of a client that which it was heard of last tells most. */
function heardLast({ appliance: { leases } }: Subject, client: string): number {
  const duid = parseDuid(client);
  let found = NO_SLOT;
  if (duid === undefined) return found;
  for (let slot = leases.firstOfClient(duid, 0, duid.length); slot !== NO_SLOT; slot = leases.nextOfClient(slot)) {
    const isLater = found === NO_SLOT || leases.records.clientLastTransactionTime(slot) > leases.records.clientLastTransactionTime(found);
    if (isLater) found = slot;
  }
  return found;
}

/** @param source where the message came from @returns why it can't be said, where that is so: it is no message for a server */
export function classifyMessage(classes: ServerConfiguration['classes'], bytes: Uint8Array, source: Address): Classification | string {
  const decoded = decodeDatagram(bytes, RELAY_DEPTH_MAX);
  if (decoded.error !== undefined) return describeWireError(decoded.error);
  const { message, levels } = decoded;
  const explained: readonly ClassExplanation[] = explainClasses(classes, evidenceOfMessage({ message, levels, source }));
  const relays = levels.length === 0 ? '' : levels.length === 1 ? ' by a relay' : ` by ${levels.length} relays`;
  return {
    what: `${messageTypeName(message.type)} from ${formatAddress(source)}${relays}`,
    duid: message.clientId === undefined ? undefined : formatDuid(message.clientId),
    classes: explained,
  };
}

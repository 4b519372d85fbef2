// Pairs of request and answer in a recording, and what must be true of each pair.

import type { Packet } from './packets.ts';

export interface Exchange {
  readonly request: Packet;
  readonly answer: Packet | undefined;
}

const Type = { SOLICIT: 1, ADVERTISE: 2, REPLY: 7, RELEASE: 8, RELAY_FORWARD: 12, RELAY_REPLY: 13 } as const;
const Code = { CLIENTID: 1, SERVERID: 2, DNS_SERVERS: 23, DOMAIN_LIST: 24 } as const;

/** Each request with the first answer to it: same transaction, same client, back on the same way. */
export function exchangesIn(packets: readonly Packet[]): Exchange[] {
  const isAnswer = ({ messageTypes: [outer] }: Packet): boolean =>
    outer === Type.ADVERTISE || outer === Type.REPLY || outer === Type.RELAY_REPLY;
  const answers = packets.filter(isAnswer);
  return packets
    .filter((packet) => !isAnswer(packet))
    .map((request) => ({
      request,
      answer: answers.find(
        ({ frame, transactionId, duids }) =>
          frame > request.frame && transactionId === request.transactionId && duids.includes(request.duids[0] ?? ''),
      ),
    }));
}

/** What is wrong with an exchange, in words; nothing when it is as RFC 9915 wants it. */
export function badExchanges({ request, answer }: Exchange): string[] {
  const type = request.messageTypes.at(-1);
  const what = `frame ${request.frame} (type ${request.messageTypes.join(' in ')}, ${request.transactionId})`;
  if (answer === undefined) return [`${what} has no answer`];
  const must = (holds: boolean, complaint: string): string[] => (holds ? [] : [`${what}: ${complaint} in frame ${answer.frame}`]);
  const relays = request.messageTypes.slice(0, -1);
  const leases = [...answer.addresses, ...answer.prefixes];
  return [
    ...must(answer.messageTypes.at(-1) === (type === Type.SOLICIT ? Type.ADVERTISE : Type.REPLY), 'the wrong type'),
    ...must(relays.every((_, i) => answer.messageTypes[i] === Type.RELAY_REPLY), 'other relays'),
    ...must(answer.messageTypes.length === request.messageTypes.length, 'another number of relays'),
    // RFC 9915 19.3: each Relay-reply carries its Relay-forward's hop-count, addresses and Interface-Id.
    ...must(same(answer.hopCounts, request.hopCounts), 'another hop-count'),
    ...must(same(answer.linkAddresses, request.linkAddresses), 'another link-address'),
    ...must(same(answer.peerAddresses, request.peerAddresses), 'another peer-address'),
    ...must(same(answer.interfaceIds, request.interfaceIds), 'another Interface-Id'),
    ...must(answer.destination === request.source, 'another destination'),
    ...must(answer.destinationPort === request.sourcePort, 'another port'),
    ...must(answer.optionCodes.includes(Code.CLIENTID) && answer.optionCodes.includes(Code.SERVERID), 'no identifiers'),
    ...(type === Type.RELEASE
      ? must(answer.statusCodes.every((status) => status === 0), 'a Release was refused')
      : [
          ...must(answer.statusCodes.every((status) => status === 0), `status ${answer.statusCodes.join(' ')}`),
          ...must(leases.length > 0, 'no lease'),
          ...must(answer.validLifetimes.every((lifetime) => lifetime === 60), 'another lifetime'),
          ...must(same(answer.dnsServers, ['2001:db8::53']), 'other DNS servers'),
          ...must(same(answer.domainSearch, ['example.com.']), 'another search list'),
        ]),
  ];
}

function same(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((item, i) => item === others[i]);
}

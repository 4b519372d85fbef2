/** A server by itself whose link is in a failover relationship; the test says what failover leaves to it. */
import assert from 'node:assert/strict';
import { LeaseTable, grantableLifetime, latestRenewal, partnerLifetimeFor } from '../../../src/lease/index.ts';
import { createServer } from '../../../src/server/index.ts';
import type { Answer, LinkAuthority, Server, ServerConfiguration, StorageCondition } from '../../../src/server/index.ts';
import { decodeDatagram, decodeMessage, encodeMessage, epochSeconds, seconds } from '../../../src/wire/index.ts';
import type { Address, PlainMessage, PlainRelayMessage } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, PROVISIONING, SERVER_ID, configuration } from '../server/box.ts';
import { readMessage } from '../server/client.ts';
import type { Answer as ReadAnswer } from '../server/client.ts';

const KEY = { k0: 1, k1: 2 };
export const START = 1_800_000_000;
export const MCLT = 300;

/** The primary, as NORMAL has it; a test changes what it is about. */
export const NORMAL_PRIMARY: LinkAuthority = {
  answers: () => true,
  share: undefined,
  newLeases: true,
  alone: true,
  mayReturn: () => false,
  lifetimeFor: (desired, acked, now) => grantableLifetime(desired, acked, seconds(MCLT), now),
  partnerLifetimeFor: (valid, desired, t1, now) => partnerLifetimeFor(now, latestRenewal(valid, t1), valid, desired),
};

export interface PairedServer {
  readonly server: Server;
  readonly table: LeaseTable;
  authority: LinkAuthority;
  storage: StorageCondition;
  now: number;
  /** The answers are made anew from what is durable, as they waited too long for it. */
  isLate: boolean;
  configure(changes: LinkChanges): void;
  /** What is answered, or why nothing is. @param source of a relay agent, where it comes from one */
  ask(message: PlainMessage | PlainRelayMessage, source?: Address): ReadAnswer | string;
}

type Link = ServerConfiguration['links'][number];
/** How the links differ from the plain ones of a pair. */
type LinkChanges = Partial<Link> | ((paired: Link) => Partial<Link>);

function pairedConfiguration(changes: LinkChanges): ServerConfiguration {
  const plain = configuration(PROVISIONING);
  return {
    ...plain,
    links: plain.links.map((link) => {
      const paired: Link = {
        ...link,
        relationship: 'pair',
        addressPools: link.addressPools.map((pool) => ({ ...pool, share: 'primary', replicated: true })),
        prefixPools: link.prefixPools.map((pool) => ({ ...pool, share: 'primary', replicated: true })),
      };
      return { ...paired, ...(typeof changes === 'function' ? changes(paired) : changes) };
    }),
  };
}

export function pairedServer(changes: LinkChanges = {}): PairedServer {
  const table = new LeaseTable(KEY, 0);
  const server = createServer({ configuration: pairedConfiguration(changes), serverId: SERVER_ID, table, allocationSecret: KEY });
  let revision = 0;
  const box: PairedServer = {
    server,
    table,
    authority: NORMAL_PRIMARY,
    storage: { writable: true, lost: false },
    now: START,
    isLate: false,
    configure: (next) => server.configure(pairedConfiguration(next)),
    ask(message, source = CLIENT_ADDRESS) {
      const datagram = encodeMessage(message);
      const decoded = decodeDatagram(datagram, 8);
      assert.ok(decoded.error === undefined, 'the test sends what can be read');
      revision += 1;
      const answer: Answer = server.answer({
        ...decoded,
        datagram,
        interfaceName: 'eth1',
        source,
        destination: 'multicast',
        now: epochSeconds(box.now),
        revision,
        isDurable: box.isLate,
        storage: box.storage,
        authorityOf: () => box.authority,
      });
      if (answer.kind === 'locked') return 'locked';
      if (answer.kind === 'discard') return answer.reason;
      const sent = decodeMessage(answer.bytes);
      assert.ok(sent.error === undefined, 'what is answered is well formed');
      return readMessage(sent);
    },
  };
  return box;
}

/**
 * Is the partner's box there, whatever its daemon does? Its kernel answers ICMPv6 echoes (RFC 4443 section 4) on the
 * management address even while the daemon is busy, stopped or dead; and where the management port of this box has no
 * carrier, nothing can be known. Evidence for a partner's silence (RFC 8156 section 6.6 leaves room for it), no more.
 */
import { randomBytes } from 'node:crypto';
import type { FailoverEvent } from '../../failover/index.ts';
import type { Address } from '../../wire/index.ts';
import { backOff } from '../back-off.ts';
import type { InterfaceState } from '../interfaces/state.ts';
import { hostOf } from '../partner/endpoint-address.ts';
import type { ManagementPort } from '../partner/endpoint-address.ts';
import { openIcmpv6Socket } from '../icmpv6-socket.ts';
import type { Icmpv6Socket } from '../icmpv6-socket.ts';
import { ECHO_REPLY, encodeEchoRequest, sequenceOfReply } from './echo-message.ts';
import type { EchoMark } from './echo-message.ts';
import { createHostReach } from './host-reach.ts';
import type { HostReach } from './host-reach.ts';

/** Three misses within a second. */
const INTERVAL_MS = 250;
const MARK_OCTETS = 16;
/** In place of a destination. */
const ALL = '';

export interface PartnerHost {
  readonly relationship: string;
  /** The partner's management address. */
  readonly address: Address;
}

export interface PartnerHostsOptions {
  readonly onEvent: (event: Extract<FailoverEvent, { readonly kind: 'partnerHost' }>) => void;
  /** One line in plain words for the operator. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface PartnerHosts {
  /** Replaces the hosts; nobody asks for a new one yet. */
  configure(management: ManagementPort, hosts: readonly PartnerHost[]): void;
  /** What the interface watcher tells: the carrier of the management interface. */
  follow(interfaces: ReadonlyMap<string, InterfaceState>): void;
  /** Echoes go out from now on, four a second, and `partnerHost` tells what becomes of them, at first and when it changes. */
  ask(relationship: string): void;
  /** No more echoes. */
  rest(relationship: string): void;
  close(): void;
}

interface WatchedHost {
  readonly relationship: string;
  /** Where the echoes go, with a zone where it takes one. */
  readonly destination: string;
  readonly mark: EchoMark;
  readonly reach: HostReach;
}

/** No host is configured at first. */
export function createPartnerHosts({ onEvent, onReport }: PartnerHostsOptions): PartnerHosts {
  const identifier = randomBytes(2).readUInt16BE(0);
  const delays = backOff();
  let hosts: readonly WatchedHost[] = [];
  let managementInterface: string | undefined;
  let hasCarrier = true;
  let socket: Icmpv6Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let closed = false;
  /** Reported, and not yet over: echoes can't leave, to these destinations or (`ALL`) to any. */
  const impaired = new Set<string>();

  const complain = (destination: string, text: string): void => {
    if (!impaired.has(destination)) onReport('warning', text);
    impaired.add(destination);
  };

  const settle = (destination: string, text: string): void => {
    if (impaired.delete(destination)) onReport('info', text);
  };

  const onReply = (message: Buffer): void => {
    for (const watched of hosts) {
      const sequence = sequenceOfReply(message, watched.mark);
      if (sequence === undefined) continue;
      settle(watched.destination, `echoes to ${watched.destination} are sent and answered again`);
      watched.reach.answered(sequence);
    }
  };

  const isAnyAsked = (): boolean => hosts.some(({ reach }) => reach.isAsked);

  const begin = (): void => {
    if (running || !isAnyAsked()) return;
    running = true;
    void openSocket();
  };

  const openSocket = async (): Promise<void> => {
    const opened = await openIcmpv6Socket({
      type: ECHO_REPLY,
      onMessage: onReply,
      onFailed(reason) {
        socket = undefined;
        complain(ALL, `the socket for echoes to partners failed: ${reason}; opening another`);
      },
    });
    if ('error' in opened) {
      complain(ALL, `no echoes can be sent to partners: ${opened.error}; trying again`);
      if (!closed) timer = setTimeout(() => void openSocket(), delays.next());
    } else if (closed) {
      opened.close();
    } else {
      delays.reset();
      settle(ALL, 'echoes to partners can be sent again');
      socket = opened;
      round();
    }
  };

  const round = (): void => {
    if (closed) return;
    if (!isAnyAsked()) {
      running = false;
      socket?.close();
      socket = undefined;
      return;
    }
    if (socket === undefined) {
      void openSocket();
      return;
    }
    for (const watched of hosts) if (watched.reach.isAsked) sendTo(watched, socket);
    // Never caught up with: between two rounds the sockets are read, so that a stall of this process costs one miss at most.
    timer = setTimeout(round, INTERVAL_MS);
  };

  const sendTo = ({ reach, mark, destination }: WatchedHost, open: Icmpv6Socket): void => {
    open.send(encodeEchoRequest(mark, reach.next()), destination, (reason) => {
      reach.notSent();
      complain(destination, `an echo to ${destination} can't be sent: ${reason}`);
    });
  };

  return {
    configure(management, wanted) {
      managementInterface = management.interfaceName;
      hosts = wanted.map(({ relationship, address }) => {
        const destination = hostOf(address, management.interfaceName);
        const mark = { identifier, data: randomBytes(MARK_OCTETS) };
        const reach = createHostReach((verdict) => {
          onEvent({ kind: 'partnerHost', relationship, reach: verdict });
        });
        reach.carrier(hasCarrier);
        return { relationship, destination, mark, reach };
      });
    },
    follow(interfaces) {
      // Before the watcher's first snapshot nothing is known.
      if (managementInterface === undefined || interfaces.size === 0) return;
      hasCarrier = interfaces.get(managementInterface)?.carrier ?? false;
      for (const { reach } of hosts) reach.carrier(hasCarrier);
      begin();
    },
    ask(relationship) {
      for (const watched of hosts) if (watched.relationship === relationship) watched.reach.ask();
      begin();
    },
    rest(relationship) {
      for (const watched of hosts) if (watched.relationship === relationship) watched.reach.rest();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

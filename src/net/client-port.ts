/** The DHCPv6 server socket of one configured interface, through all that happens to that interface. */
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS, SERVER_PORT } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import { backOff } from './back-off.ts';
import type { InterfaceChange, InterfaceState } from './interfaces/state.ts';
import type { UdpCounters, UdpHub, UdpSocket } from './udp/hub.ts';
import type { ReceivedBatch } from './udp/shared-memory.ts';

/** RFC 9915 section 7.1 */
const GROUPS = [ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS];
/** Room for some 1 000 replies; see `sendBufferBytes` of a socket. */
const SEND_BUFFER_BYTES = 1 << 20;

/** One datagram that came while no socket was open. */
const UNSENT: UdpCounters = { received: 0, kernelDrops: 0, sent: 0, sendErrors: new Map([['ENODEV', 1]]) };

/** An interface that clients are on, and the name of its link for what an operator reads. */
export interface ClientInterface {
  readonly link: string;
  readonly interfaceName: string;
}

/** One configured interface. It stays the same while the interface itself comes and goes. */
export interface ClientPort {
  readonly link: string;
  readonly interfaceName: string;
  isOpen(): boolean;
  /** Queues one datagram for sending; while no socket is open it is dropped and counted as ENODEV. */
  queue(payload: Uint8Array, to: Address, port: number): void;
  /** Over all sockets that this port has had. */
  counters(): UdpCounters;
}

export interface ClientPortOptions {
  /** Wanted size of the kernel's receive buffer of each socket. */
  readonly receiveBufferBytes: number;
  /** One batch from one interface; valid until this returns. */
  readonly onBatch: (port: ClientPort, batch: ReceivedBatch) => void;
  /** One line in plain words for the operator, such as `lan1: interface eth1 is gone; waiting for it`. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

/** A port with the hands that keep it open. */
export interface KeptPort {
  readonly port: ClientPort;
  setLink(link: string): void;
  /**
   * Closes the socket if it does not fit any more. `state`: the interface of that name, or undefined when
   * there is none. `changes`: what led there, those of other interfaces included.
   */
  follow(state: InterfaceState | undefined, changes: readonly InterfaceChange[]): void;
  /** After every port has let go of what is not its own: two interfaces may have swapped their names. */
  openIfWanted(): void;
  close(): void;
}

export function keepPort(hub: UdpHub, { link, interfaceName }: ClientInterface, options: ClientPortOptions): KeptPort {
  const delays = backOff();
  /** Of the sockets that are closed, and of what came while none was open. */
  let past: UdpCounters = { received: 0, kernelDrops: 0, sent: 0, sendErrors: new Map() };
  let linkName = link;
  let socket: UdpSocket | undefined;
  /** A socket is to be opened; what the operator reads when it is. */
  let wanted: string | undefined;
  /** Until the next attempt to open it. */
  let retry: NodeJS.Timeout | undefined;
  /** Reported, and not yet over: there is no such interface. */
  let absent = false;
  /** Reported, and not yet over: why no socket can be opened. */
  let refusal: string | undefined;

  const port: ClientPort = {
    get link() {
      return linkName;
    },
    interfaceName,
    isOpen: () => socket !== undefined,
    queue(payload, to, destinationPort) {
      if (socket === undefined) past = sum(past, UNSENT);
      else socket.queue(payload, to, destinationPort);
    },
    counters: () => sum(past, socket?.counters()),
  };

  function report(severity: 'info' | 'warning', text: string): void {
    options.onReport(severity, `${linkName}: ${text}`);
  }

  function open(): void {
    stopWaiting();
    if (wanted === undefined) return;
    const result = hub.open(
      {
        interfaceName,
        port: SERVER_PORT,
        groups: GROUPS,
        receiveBufferBytes: options.receiveBufferBytes,
        sendBufferBytes: SEND_BUFFER_BYTES,
      },
      {
        onBatch(batch) {
          options.onBatch(port, batch);
        },
        onFailed,
      },
    );
    if (result.ok) {
      socket = result.socket;
      report('info', wanted);
      wanted = undefined;
      refusal = undefined;
      return;
    }
    retry = setTimeout(open, delays.next());
    if (refusal !== result.reason) report('warning', `can't serve on ${interfaceName}: ${result.reason}; trying again`);
    refusal = result.reason;
  }

  function onFailed(code: string): void {
    report('warning', `the socket on ${interfaceName} failed (${code}); opening another`);
    close();
    wanted = `serving on ${interfaceName} again`;
    retry = setTimeout(open, delays.next());
  }

  function stopWaiting(): void {
    clearTimeout(retry);
    retry = undefined;
  }

  function close(): void {
    stopWaiting();
    wanted = undefined;
    if (socket === undefined) return;
    socket.close();
    past = sum(past, socket.counters());
    socket = undefined;
  }

  function follow(state: InterfaceState | undefined, changes: readonly InterfaceChange[]): void {
    if (state === undefined) {
      close();
      if (!absent) report('warning', `${absence(interfaceName, changes)}; waiting for it`);
      absent = true;
      return;
    }
    absent = false;
    const mine = changes.filter((change) => change.state.ifindex === state.ifindex);
    for (const change of mine) {
      const trouble = linkTrouble(change);
      if (trouble !== undefined) report(...trouble);
    }
    if (mine.length > 0) {
      delays.reset();
      stopWaiting();
    }
    const reason = reasonToReopen(socket, state, mine);
    if (reason !== undefined) {
      close();
      wanted = reason;
    } else if (socket === undefined) {
      wanted ??= `serving on ${interfaceName}${state.carrier ? '' : ', which has no carrier yet'}`;
    }
  }

  return {
    port,
    setLink(name) {
      linkName = name;
    },
    follow,
    openIfWanted() {
      if (retry === undefined) open();
    },
    close,
  };
}

/** Undefined while the socket is good for the interface as it is now, or there is none. */
function reasonToReopen(
  socket: UdpSocket | undefined,
  state: InterfaceState,
  mine: readonly InterfaceChange[],
): string | undefined {
  if (socket === undefined) return undefined;
  if (socket.ifindex !== state.ifindex || mine.some(({ kind }) => kind === 'appeared'))
    return `interface ${state.name} was replaced by another; serving on that`;
  if (mine.some(({ kind }) => kind === 'ipv6-restarted')) return `IPv6 started on ${state.name}; serving on it`;
  return undefined;
}

function absence(interfaceName: string, changes: readonly InterfaceChange[]): string {
  for (const change of changes) {
    if (change.kind === 'gone' && change.state.name === interfaceName) return `interface ${interfaceName} is gone`;
    if (change.kind === 'renamed' && change.from === interfaceName)
      return `interface ${interfaceName} is now called ${change.state.name}`;
  }
  return `there is no interface ${interfaceName}`;
}

/** What keeps clients from being served although the socket is open, or that it is over. */
function linkTrouble(change: InterfaceChange): [severity: 'info' | 'warning', text: string] | undefined {
  if (change.kind === 'carrier' && change.before.carrier !== change.state.carrier) {
    const { name, carrier, enabled } = change.state;
    if (carrier) return ['info', `interface ${name} has a carrier`];
    return ['warning', `interface ${name} ${enabled ? 'has lost its carrier' : 'was switched off'}`];
  }
  if (change.kind === 'address' && change.before.linkLocal?.state !== 'duplicate') {
    const { name, linkLocal } = change.state;
    if (linkLocal?.state === 'duplicate')
      return ['warning', `another device on ${name} has its address ${linkLocal.address}; clients can't be answered`];
  }
  return undefined;
}

function sum(one: UdpCounters, other: UdpCounters | undefined): UdpCounters {
  if (other === undefined) return one;
  const sendErrors = new Map(one.sendErrors);
  for (const [code, count] of other.sendErrors) sendErrors.set(code, (sendErrors.get(code) ?? 0) + count);
  return {
    received: one.received + other.received,
    kernelDrops: one.kernelDrops + other.kernelDrops,
    sent: one.sent + other.sent,
    sendErrors,
  };
}

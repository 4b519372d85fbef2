/**
 * Beacons between the boxes of a relationship on the links that clients are on. A socket stands on each of their interfaces from the
 * moment at which there is a key, and on the management interface too: a beacon that comes there shows that cables are swapped.
 */
import type { Beacon } from '../../health/index.ts';
import type { Address } from '../../wire/index.ts';
import { backOff } from '../back-off.ts';
import type { BackOff } from '../back-off.ts';
import type { InterfaceChange, InterfaceState } from '../interfaces/state.ts';
import { beaconKey, encodeBeacon, looksLikeBeacon, readBeacon } from './beacon-message.ts';
import type { BeaconKey } from './beacon-message.ts';
import { openBeaconSocket } from './beacon-socket.ts';
import type { BeaconSocket } from './beacon-socket.ts';

export interface BeaconRelationship {
  readonly name: string;
  readonly role: 'primary' | 'secondary';
  readonly links: readonly string[];
  /** Who the partner is: keys that were agreed with another one are of no use. */
  readonly partnerCertificate: string | undefined;
}

export interface BeaconPortsOptions {
  /** The partner of its relationship has said it. */
  readonly onBeacon: (beacon: Beacon, interfaceName: string, source: Address) => void;
  /** One line in plain words for the operator. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
  readonly monotonicMs: () => number;
}

export interface BeaconPorts {
  /** Replaces interfaces and relationships; keys of relationships that stay are kept. */
  configure(interfaces: readonly string[], relationships: readonly BeaconRelationship[]): void;
  follow(changes: readonly InterfaceChange[], interfaces: ReadonlyMap<string, InterfaceState>): void;
  /** From now on beacons of this relationship are said with this key; the one before is still understood. */
  useKey(relationship: string, key: Uint8Array): void;
  /**
   * The key that the last run of the program had: until there is one of this run, which replaces it. Otherwise recordings of what the
   * partner said before could pass for what it says now, as it may not have been started anew as well.
   */
  useKeptKey(relationship: string, key: Uint8Array): void;
  /** Dropped without a key, or while there is no socket. */
  send(interfaceName: string, beacon: Beacon): void;
  close(): void;
}

/** What somebody floods a link with costs no more than so many looks with a key a second on each interface. */
const LOOKS_PER_SECOND = 200;
/** The partner takes a new key a moment later. */
const KEYS_KEPT = 2;

interface Keys {
  readonly partnerCertificate: string | undefined;
  /** The newest first. */
  readonly octets: readonly Uint8Array[];
  readonly areOfLastRun: boolean;
}

interface Port {
  readonly interfaceName: string;
  readonly delays: BackOff;
  socket: BeaconSocket | undefined;
  isOpening: boolean;
  retry: NodeJS.Timeout | undefined;
  ifindex: number | undefined;
  isReported: boolean;
  looks: number;
  looksSince: number;
}

export function createBeaconPorts({ onBeacon, onReport, monotonicMs }: BeaconPortsOptions): BeaconPorts {
  const ports = new Map<string, Port>();
  /** By relationship. */
  const keys = new Map<string, Keys>();
  let relationships: readonly BeaconRelationship[] = [];
  let readers: readonly BeaconKey[] = [];
  let writers = new Map<string, BeaconKey>();
  let known: ReadonlyMap<string, InterfaceState> = new Map();
  let isClosed = false;

  const prepareKeys = (): void => {
    const all = relationships.map(({ name, role, links }) => (keys.get(name)?.octets ?? []).map((key) => beaconKey(name, role, key, links)));
    readers = all.flat();
    writers = new Map(all.flatMap(([newest]) => (newest === undefined ? [] : [[newest.relationship, newest]])));
  };

  const mayLook = (port: Port): boolean => {
    const now = monotonicMs();
    if (now - port.looksSince >= 1_000) {
      port.looksSince = now;
      port.looks = 0;
    }
    return ++port.looks <= LOOKS_PER_SECOND;
  };

  const onMessage = (port: Port, message: Buffer, source: Address): void => {
    if (!looksLikeBeacon(message) || !mayLook(port)) return;
    for (const reader of readers) {
      const beacon = readBeacon(message, reader);
      if (beacon === undefined) continue;
      onBeacon(beacon, port.interfaceName, source);
      return;
    }
  };

  const shut = (port: Port): void => {
    clearTimeout(port.retry);
    port.retry = undefined;
    port.socket?.close();
    port.socket = undefined;
  };

  const isWanted = (port: Port): boolean => !isClosed && ports.get(port.interfaceName) === port && readers.length > 0;

  const open = async (port: Port): Promise<void> => {
    const { interfaceName, ifindex } = port;
    if (port.isOpening || port.socket !== undefined || ifindex === undefined || !isWanted(port)) return;
    port.isOpening = true;
    const opened = await openBeaconSocket(interfaceName, ifindex, {
      onMessage: (message, source) => {
        onMessage(port, message, source);
      },
      onFailed: (reason) => {
        port.socket = undefined;
        tryAgain(port, reason);
      },
    });
    port.isOpening = false;
    if ('error' in opened) {
      tryAgain(port, opened.error);
    } else if (!isWanted(port) || port.ifindex !== ifindex) {
      opened.close();
      void open(port);
    } else {
      port.socket = opened;
      port.delays.reset();
      if (port.isReported) onReport('info', `${interfaceName}: beacons are sent and heard again`);
      port.isReported = false;
    }
  };

  const tryAgain = (port: Port, reason: string): void => {
    if (!isWanted(port)) return;
    if (!port.isReported) onReport('warning', `${port.interfaceName}: no beacons can be sent to the partner: ${reason}; trying again`);
    port.isReported = true;
    port.retry = setTimeout(() => void open(port), port.delays.next());
  };

  const takeKeys = (relationship: string, octets: readonly Uint8Array[], areOfLastRun: boolean): void => {
    const { partnerCertificate } = relationships.find(({ name }) => name === relationship) ?? {};
    keys.set(relationship, { partnerCertificate, octets, areOfLastRun });
    prepareKeys();
    openAll();
  };

  const openAll = (): void => {
    for (const port of ports.values()) if (port.retry === undefined) void open(port);
  };

  return {
    configure(interfaces, next) {
      relationships = next;
      for (const [name, { partnerCertificate }] of keys) {
        if (!next.some((one) => one.name === name && one.partnerCertificate === partnerCertificate)) keys.delete(name);
      }
      prepareKeys();
      for (const [name, port] of ports) {
        if (interfaces.includes(name)) continue;
        ports.delete(name);
        shut(port);
      }
      for (const interfaceName of interfaces) {
        if (ports.has(interfaceName)) continue;
        const delays = backOff();
        const { ifindex } = known.get(interfaceName) ?? {};
        ports.set(interfaceName, { interfaceName, delays, socket: undefined, isOpening: false, retry: undefined, ifindex, isReported: false, looks: 0, looksSince: 0 });
      }
      openAll();
    },
    follow(changes, interfaces) {
      known = interfaces;
      for (const port of ports.values()) {
        const ifindex = interfaces.get(port.interfaceName)?.ifindex;
        // Sockets may have lost their multicast group without a word.
        const hasRestarted = changes.some(({ kind, state }) => state.ifindex === ifindex && (kind === 'ipv6-restarted' || kind === 'appeared'));
        if (ifindex !== port.ifindex || hasRestarted) shut(port);
        port.ifindex = ifindex;
      }
      openAll();
    },
    useKey(relationship, key) {
      const before = keys.get(relationship);
      const ofThisRun = before === undefined || before.areOfLastRun ? [] : before.octets;
      takeKeys(relationship, [key, ...ofThisRun].slice(0, KEYS_KEPT), false);
    },
    useKeptKey(relationship, key) {
      if (!keys.has(relationship)) takeKeys(relationship, [key], true);
    },
    send(interfaceName, beacon) {
      const writer = writers.get(beacon.relationship);
      if (writer === undefined) return;
      // Where one can't leave the kernel has a reason that it also tells the watcher of interfaces.
      ports.get(interfaceName)?.socket?.send(encodeBeacon(writer, beacon), () => undefined);
    },
    close() {
      isClosed = true;
      for (const port of ports.values()) shut(port);
      ports.clear();
    },
  };
}

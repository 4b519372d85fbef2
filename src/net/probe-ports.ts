/** What a box asks as a client on the links that its partner serves, and who answers: a socket at the clients' port on each interface. */
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, CLIENT_PORT, SERVER_PORT } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { InterfaceState } from './interfaces/state.ts';
import { createUdpHub } from './udp/hub.ts';
import type { UdpSocket } from './udp/hub.ts';

/** Some answers to one question. */
const BUFFER_BYTES = 64 << 10;

export interface ProbePortsOptions {
  /** `bytes` are the receiver's. */
  readonly onAnswer: (interfaceName: string, source: Address, bytes: Uint8Array) => void;
  /** There is no socket there: another program may have the port. Never from within `send`. */
  readonly onFailed: (interfaceName: string) => void;
}

export interface ProbePorts {
  follow(interfaces: ReadonlyMap<string, InterfaceState>): void;
  /** A socket is opened where there is none yet. */
  send(interfaceName: string, bytes: Uint8Array): void;
  close(): void;
}

export function createProbePorts({ onAnswer, onFailed }: ProbePortsOptions): ProbePorts {
  const hub = createUdpHub(() => undefined);
  const sockets = new Map<string, UdpSocket>();

  const shut = (interfaceName: string): void => {
    sockets.get(interfaceName)?.close();
    sockets.delete(interfaceName);
  };

  const open = (interfaceName: string): UdpSocket | undefined => {
    const opened = hub.open(
      { interfaceName, port: CLIENT_PORT, groups: [], receiveBufferBytes: BUFFER_BYTES, sendBufferBytes: BUFFER_BYTES },
      {
        onBatch(batch) {
          for (let i = 0; i < batch.count; i++) onAnswer(interfaceName, batch.peer(i).slice() as Address, batch.payload(i).slice());
        },
        onFailed: () => sockets.delete(interfaceName),
      },
    );
    if (!opened.ok) return undefined;
    sockets.set(interfaceName, opened.socket);
    return opened.socket;
  };

  return {
    follow(interfaces) {
      for (const [interfaceName, { ifindex }] of sockets) if (interfaces.get(interfaceName)?.ifindex !== ifindex) shut(interfaceName);
    },
    send(interfaceName, bytes) {
      const socket = sockets.get(interfaceName) ?? open(interfaceName);
      if (socket === undefined) setImmediate(onFailed, interfaceName);
      else socket.queue(bytes, ALL_DHCP_RELAY_AGENTS_AND_SERVERS, SERVER_PORT);
    },
    close() {
      for (const interfaceName of [...sockets.keys()]) shut(interfaceName);
      hub.close();
    },
  };
}

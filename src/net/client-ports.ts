/** The ports towards the clients, kept in step with the configuration and with the interfaces that exist. */
import { keepPort } from './client-port.ts';
import type { ClientInterface, ClientPort, ClientPortOptions, KeptPort } from './client-port.ts';
import type { InterfaceChange, InterfaceState } from './interfaces/state.ts';
import { createUdpHub } from './udp/hub.ts';

export interface ClientPortsOptions extends ClientPortOptions {
  /** All that was readable has been handed over; what this queues is sent right after it. */
  readonly onDrained: () => void;
}

export interface ClientPorts {
  /** The configured ones, by interface name. */
  readonly ports: ReadonlyMap<string, ClientPort>;
  /** Replaces the configured interfaces. Those that stay keep their sockets; each may be named once. */
  configure(interfaces: readonly ClientInterface[], current: ReadonlyMap<string, InterfaceState>): void;
  /** What the watcher tells: changes, and what the interfaces are after them. */
  follow(changes: readonly InterfaceChange[], current: ReadonlyMap<string, InterfaceState>): void;
  /** Sends what is queued now. Needed only where the event loop won't turn again. */
  flush(): void;
  close(): void;
}

/** No port is configured at first. */
export function createClientPorts(options: ClientPortsOptions): ClientPorts {
  const hub = createUdpHub(options.onDrained);
  const kept = new Map<string, KeptPort>();
  const ports = new Map<string, ClientPort>();

  function remove(interfaceName: string): void {
    kept.get(interfaceName)?.close();
    kept.delete(interfaceName);
    ports.delete(interfaceName);
  }

  function follow(changes: readonly InterfaceChange[], current: ReadonlyMap<string, InterfaceState>): void {
    for (const [interfaceName, port] of kept) port.follow(current.get(interfaceName), changes);
    for (const port of kept.values()) port.openIfWanted();
  }

  return {
    ports,
    configure(interfaces, current) {
      const wanted = new Set(interfaces.map(({ interfaceName }) => interfaceName));
      for (const interfaceName of [...kept.keys()]) if (!wanted.has(interfaceName)) remove(interfaceName);
      for (const wish of interfaces) {
        const known = kept.get(wish.interfaceName);
        known?.setLink(wish.link);
        if (known !== undefined) continue;
        const port = keepPort(hub, wish, options);
        kept.set(wish.interfaceName, port);
        ports.set(wish.interfaceName, port.port);
      }
      // Before the watcher's first snapshot nothing is known, which does not mean that nothing is there.
      if (current.size > 0) follow([], current);
    },
    follow,
    flush() {
      hub.flush();
    },
    close() {
      for (const interfaceName of [...kept.keys()]) remove(interfaceName);
      hub.close();
    },
  };
}

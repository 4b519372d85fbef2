/** What a box listens for by TCP: each at a port of its own, since leasequery is answered on all addresses. */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { ProvisioningDocument } from '../schema.ts';

interface Listener {
  readonly what: 'leasequery' | 'failover' | 'metrics';
  readonly port: number;
  readonly path: KeyPath;
}

export function checkTcpPorts(document: ProvisioningDocument, report: Report): void {
  const said = new Set<string>();
  for (const box of Object.keys(document.appliances)) {
    const listeners = listenersOf(document, box);
    for (const [i, { what, port, path }] of listeners.entries()) {
      const first = listeners.slice(0, i).find((other) => other.port === port && other.what !== what);
      const key = JSON.stringify([path, first?.path]);
      if (first === undefined || said.has(key)) continue;
      said.add(key);
      report({
        path,
        problem: `${box} listens at this TCP port for ${first.what} already`,
        found: String(port),
        allowed: `another port for ${what}, or for ${first.what}`,
        related: [{ path: first.path, note: `the one for ${first.what} is` }],
      });
    }
  }
}

/** The secondary is the one that is dialled (RFC 8156 section 5.1). */
function listenersOf({ appliances, relationships, leasequery }: ProvisioningDocument, box: string): readonly Listener[] {
  const metricsPort = appliances[box]?.management?.['metrics-port'];
  const tcp = leasequery?.tcp;
  return [
    ...Object.entries(relationships).flatMap(([name, { secondary, port }]): Listener[] => (secondary === box ? [{ what: 'failover', port, path: ['relationships', name, 'port'] }] : [])),
    ...(metricsPort === undefined ? [] : [{ what: 'metrics', port: metricsPort, path: ['appliances', box, 'management', 'metrics-port'] } as const]),
    ...(tcp === undefined ? [] : [{ what: 'leasequery', port: tcp.port, path: ['leasequery', 'tcp', 'port'] } as const]),
  ];
}

/** Stands between two boxes and writes down what passes. */
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { PORT } from './boxes.ts';
import { listenAs } from './raw-peer.ts';

export interface Wiretap {
  readonly server: Server;
  readonly passed: readonly { readonly from: 'primary' | 'secondary'; readonly octets: Buffer }[];
}

/** @param own the address that each of the boxes takes for its partner's */
export async function tapBetween(own: string, secondary: string): Promise<Wiretap> {
  const passed: { readonly from: 'primary' | 'secondary'; readonly octets: Buffer }[] = [];
  const server = await listenAs(own, (inner) => {
    const outer = connect({ host: secondary, port: PORT, localAddress: own, noDelay: true });
    outer.on('error', () => inner.destroy());
    for (const [from, source, sink] of [
      ['primary', inner, outer],
      ['secondary', outer, inner],
    ] as const) {
      source.on('data', (octets) => {
        passed.push({ from, octets });
        sink.write(octets);
      });
      source.on('close', () => sink.destroy());
    }
  });
  return { server, passed };
}

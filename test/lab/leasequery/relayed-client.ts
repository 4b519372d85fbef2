// A client behind the lab's router, whose relay agent the test is.

import { MessageType, OptionCode } from '../../../src/wire/index.ts';
import { readMessage } from '../durability/message.ts';
import { association, duidOf, message, option, relayForward } from '../network/datagram.ts';
import { place } from '../network/lab.ts';
import type { UdpPort } from '../network/udp-port.ts';

export const box = { address: place.boxOnUplink, port: 547 } as const;

/** OPTION_RELAY_ID (RFC 5460 5.4.1) of this relay agent, without its header. */
export const relayId = '00030001020000000099';

export interface RelayedClient {
  /** Leases as an address and its length, hexadecimal. */
  request(): Promise<readonly string[]>;
  release(leases: readonly string[]): Promise<void>;
}

/** @param relay port 547 of the router, towards the box */
export function relayedClient(relay: UdpPort, client: number): RelayedClient {
  let serverId: Uint8Array = new Uint8Array();

  const said = async (type: number, ...options: readonly Uint8Array[]): Promise<Buffer> => {
    const from = relay.received.entries.length;
    const header = { hopCount: 0, link: place.routerOnRemote, peer: 'fe80::1' };
    const inner = message(type, client, option(OptionCode.CLIENTID, duidOf(client)), ...options);
    const own = [option(OptionCode.INTERFACE_ID, Buffer.from('port 1')), option(53, Buffer.from(relayId, 'hex'))];
    await relay.send(relayForward(header, ...own, option(OptionCode.RELAY_MSG, inner)), box);
    const { bytes } = await relay.received.next({ what: 'the answer by the relay', from, match: (received) => received });
    return Buffer.from(bytes);
  };

  return {
    async request() {
      const wishes = [association(OptionCode.IA_NA, 1), association(OptionCode.IA_PD, 2)];
      const advertise = await said(MessageType.SOLICIT, ...wishes);
      // The first option of the message that is inside.
      const at = advertise.indexOf(Buffer.of(MessageType.ADVERTISE, 0, 0, client, 0, OptionCode.SERVERID)) + 4;
      serverId = advertise.subarray(at, at + 4 + advertise.readUInt16BE(at + 2));
      return readMessage(await said(MessageType.REQUEST, serverId, ...wishes))?.leases.map(({ name }) => name) ?? [];
    },
    async release(leases) {
      const address = leases.find((lease) => lease.endsWith('80')) ?? '';
      const iaAddress = option(OptionCode.IAADDR, Buffer.concat([Buffer.from(address.slice(0, 32), 'hex'), Buffer.alloc(8)]));
      await said(MessageType.RELEASE, serverId, association(OptionCode.IA_NA, 1, iaAddress));
    },
  };
}

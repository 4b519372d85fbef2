/** Boxes with clients that have a reconfigure key, and whom they ask. */
import assert from 'node:assert/strict';
import { MessageType, OptionCode, formatDuid, optionValue } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox, duid } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { iaNa, iaPd, message, read, readMessage } from '../../conformance/server/client.ts';
import { ACCEPTS, keyIn } from '../../conformance/server/reconfigured.ts';

/** @param dns what clients are told of, and hear of anew when it changes @param more of the section `server` */
export function file(reconfigure: string, dns = '2001:db8::53', more = ''): string {
  return `${PROVISIONING}options: { dns-servers: [${dns}] }\nserver: { ${more}reconfigure: ${reconfigure} }\n`;
}

/** So that it takes a while. */
export const PACED = '{ clients-per-second: 10 }';

export function clientNumber(number: number): Duid {
  return duid(`00:03:00:01:02:00:00:00:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 0xff).toString(16).padStart(2, '0')}`);
}

/** So many clients have a key; each has an address, and the first a prefix as well. */
export function boxWith(count: number, reconfigure = PACED, box = createBox({ provisioning: file(reconfigure) })): Box {
  for (let number = 1; number <= count; number++) {
    const ias = number === 1 ? [iaNa(1), iaPd(1)] : [iaNa(1)];
    assert.ok(keyIn(read(box.exchange(message(MessageType.REQUEST, ias, { client: clientNumber(number), options: [ACCEPTS] })))) !== undefined);
  }
  box.advance(10);
  box.takeSent();
  return box;
}

/** Clients that were sent a Reconfigure since the last look. */
export function asked(box: Box): readonly string[] {
  return box.takeSent().flatMap(({ message: sent }) => {
    const { type, options } = readMessage(sent);
    const client = optionValue(options, OptionCode.CLIENTID);
    return type === MessageType.RECONFIGURE && client !== undefined ? formatDuid(client) : [];
  });
}

/** The client comes by itself. */
export function renews(box: Box, number: number): void {
  box.deliver(message(MessageType.RENEW, number === 1 ? [iaNa(1), iaPd(1)] : [iaNa(1)], { client: clientNumber(number) }));
  box.takeSent();
}

// A host that gave itself an address and registers it, on the wire (RFC 9686); tshark, which shares no code with us, reads it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, parseAddress } from '../../src/wire/index.ts';
import { startCapture } from './capture/capture.ts';
import { describedPackets, malformedPackets, readPackets, type Packet } from './capture/packets.ts';
import { startDaemon, type Daemon, type ShownLease } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { readMessage } from './durability/message.ts';
import { withLab } from './mocha-lab.ts';
import { association, duidOf, message, option } from './network/datagram.ts';
import { openUdpPort } from './network/udp-port.ts';

const host = '2001:db8:1::5aac';
/** `preferred` and `valid` of 1 800 and 3 600 s. */
const registered = option(OptionCode.IAADDR, Buffer.concat([parseAddress(host) ?? assert.fail(), Buffer.from([0, 0, 7, 8, 0, 0, 14, 16])]));

describe('address registration on the wire', () => {
  let file: string;
  let packets: readonly Packet[];
  let described: readonly string[];
  let before: readonly ShownLease[];
  let after: readonly ShownLease[];
  let found: string;
  let daemon: Daemon;

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { lan: ['address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]', 'address-registration: true'] });
    daemon = await startDaemon(lab, provisioning);
    const { namespace } = await lab.addMachine('host', 'lan');
    // Without a link-local address the kernel sends from the only one that there is.
    await namespace.ip(['address flush dev eth0 scope link', `address add ${host}/64 dev eth0 nodad`]);
    const port = await openUdpPort(namespace, 546);
    const capture = await startCapture(lab.box, 'lan1', lab.directory);
    const answered = (what: string, type: number): Promise<true> =>
      port.received.next({ what, match: ({ bytes }) => (readMessage(Buffer.from(bytes))?.type === type ? true : undefined) });
    const client = option(OptionCode.CLIENTID, duidOf(7));
    await port.send(message(MessageType.SOLICIT, 6, client, option(OptionCode.ORO, Buffer.from([0, OptionCode.ADDR_REG_ENABLE])), association(OptionCode.IA_NA, 1)));
    await answered('the Advertise', MessageType.ADVERTISE);
    await port.send(message(MessageType.ADDR_REG_INFORM, 7, client, registered));
    await answered('the ADDR-REG-REPLY', MessageType.ADDR_REG_REPLY);
    file = await capture.stop();
    port.close();
    packets = await readPackets(file);
    described = await describedPackets(file, `dhcpv6.msgtype == ${String(MessageType.ADVERTISE)}`);
    before = await daemon.leases();
    found = await daemon.ask(['lease', 'find', host]);
    await daemon.program.end('SIGKILL');
    daemon = await startDaemon(lab, provisioning);
    after = await daemon.leases();
  });

  const sent = (type: number): Packet => packets.find(({ messageTypes }) => messageTypes[0] === type) ?? assert.fail(`nothing of type ${String(type)} was sent`);

  it('[O-37] option 148 is in the answer to who asks for it', () => {
    assert.ok(sent(MessageType.ADVERTISE).optionCodes.includes(OptionCode.ADDR_REG_ENABLE));
    assert.notEqual(described.length, 0);
  });

  it('[O-37] the answer goes to the registered address, with the same transaction-id and address', () => {
    const [asked, answer] = [sent(MessageType.ADDR_REG_INFORM), sent(MessageType.ADDR_REG_REPLY)];
    assert.equal(asked.source, host);
    assert.deepEqual([answer.destination, answer.destinationPort, answer.transactionId], [host, 546, asked.transactionId]);
    assert.deepEqual([answer.addresses, answer.validLifetimes, answer.optionCodes], [[host], [3_600], [OptionCode.IAADDR]]);
  });

  it('[O-37] nothing in it is malformed', async () => {
    assert.deepEqual(await malformedPackets(file), []);
  });

  it('[O-37] the console lists it as registered, and a daemon that was killed knows it again', () => {
    const shown = (leases: readonly ShownLease[]) => leases.filter(({ lease }) => lease === host).map(({ status, duid }) => ({ status, duid }));
    assert.deepEqual(shown(before), [{ status: 'REGISTERED', duid: '00:02:00:00:7e:d9:00:00:00:00:00:00:00:07' }]);
    assert.deepEqual(shown(after), shown(before));
    assert.match(found, /2001:db8:1::5aac +REGISTERED +/);
  });
});

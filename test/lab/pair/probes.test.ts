// The secondary asks as a client on the LAN: it finds a primary whose answers are dropped on the way, and a server that nobody knows of.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { startCapture } from '../capture/capture.ts';
import { eventually } from '../process/eventually.ts';
import { startProgram } from '../process/program.ts';
import { run } from '../process/run.ts';
import type { Box } from './box.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { port } from './place.ts';
import { askBox, program } from './subjects/twinlease.ts';
import { openTwoBoxes, type TwoBoxes } from './two-boxes.ts';

const rogueFile = `
version: 1
appliances: { rogue: { links: { lan: [eth0] }, clock: system } }
links: { lan: { prefixes: ["2001:db8:bad::/64"], address-pools: [{ range: "2001:db8:bad::1 - 2001:db8:bad::ff" }] } }
`;

/** What a server says to clients, as DHCPv6-Shield (RFC 7610) drops it, in any switch on the way. */
const answersOfServers = ['ipproto', 'udp', 'dport', '546', 'blackhole'];

describe('the secondary, which asks on the LAN as a client [R-LH4]', function () {
  this.timeout(60_000);
  let open: TwoBoxes | undefined;
  let east: Box;
  let west: Box;

  const boxes = (): TwoBoxes => {
    assert.ok(open !== undefined);
    return open;
  };
  const onEast = async (...command: readonly string[]): Promise<void> => {
    await boxes().lab.boxes.east?.run(command);
  };
  /** Whatever the width of the screen. */
  const untilStatusSays = async (box: Box, wanted: RegExp): Promise<void> => {
    const says = async (): Promise<true | undefined> => (wanted.test((await askBox(box.plan(), 'show', 'status')).replaceAll(/\s+/g, ' ')) ? true : undefined);
    await eventually(`the alarm ${String(wanted)}`, says, 20_000);
  };

  before(async () => {
    open = await openTwoBoxes();
    ({ east, west } = open);
  });
  closeAfterwards(() => open?.lab);

  it('asks once a second what tshark takes for a Solicit, and is answered by the primary with an Advertise', async () => {
    const { lab } = boxes();
    const { west: namespace } = lab.boxes;
    assert.ok(namespace !== undefined);
    const capture = await startCapture(namespace, port.lan, lab.addDirectory('asked'), 'udp port 546');
    await eventually('some questions', async () => {
      const counters = JSON.parse(await askBox(east.plan(), 'show', 'counters', '--json')) as Readonly<Record<string, number>>;
      return (counters['received.solicit'] ?? 0) >= 8 ? true : undefined;
    }, 20_000);
    const file = await capture.stop();
    const fields = ['dhcpv6.msgtype', 'ipv6.dst', '_ws.malformed'].flatMap((field) => ['-e', field]);
    const lines = (await run(['tshark', '-r', file, '-Y', 'dhcpv6', '-T', 'fields', ...fields])).trim().split('\n').map((line) => line.split('\t'));
    const types = lines.map(([type]) => type);
    assert.ok(types.filter((type) => type === '1').length >= 3);
    assert.ok(Math.abs(types.filter((type) => type === '1').length - types.filter((type) => type === '2').length) <= 1, types.join());
    assert.deepEqual(new Set(lines.filter(([type]) => type === '1').map(([, destination]) => destination)), new Set(['ff02::1:2']));
    assert.deepEqual(lines.filter(([, , malformed = '']) => malformed !== ''), []);
  });

  it('finds a primary whose answers are dropped, with evidence on both boxes, and takes that back', async () => {
    await onEast('ip', '-6', 'rule', 'add', ...answersOfServers);
    assert.match((await boxes().untilLanIs(west, 'SUSPECT')).evidence, /its partner does not answer clients there/);
    await untilStatusSays(west, /WARNING east-west link lan .*east does not answer clients there/);
    await untilStatusSays(east, /WARNING east-west link lan .*what this box answers clients/);
    await onEast('ip', '-6', 'rule', 'del', ...answersOfServers);
    await boxes().untilLanIs(west, 'UP');
  });

  it('makes nothing of a primary that is stopped: the connection tells that', async () => {
    const from = boxes().log(west).length;
    east.freeze();
    await eventually('the secondary to serve', () => (/-> COMMUNICATIONS-INTERRUPTED/.test(boxes().log(west).slice(from)) ? true : undefined), 15_000);
    east.thaw();
    await boxes().untilPaired();
    assert.doesNotMatch(boxes().log(west).slice(from), /does not answer|does not reach its clients/);
  });

  it('names a DHCPv6 server that is none of the two', async () => {
    const { namespace, directory } = await boxes().lab.addMachine('rogue', 'lan-b');
    const file = join(directory, 'rogue.yaml');
    writeFileSync(file, rogueFile);
    const serve = [program, 'serve', file, '--state', `${directory}/state`, '--control', `${directory}/control.sock`];
    const rogue = startProgram('a rogue server', namespace.inside(serve), join(directory, 'log'));
    await rogue.log.next({ what: 'it to serve', withinMs: 15_000, match: (line) => (/\bserving\b/.test(line) ? true : undefined) });
    const address = /inet6 (fe80:\S+)\//.exec(await namespace.run(['ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link']))?.[1] ?? '';
    await untilStatusSays(west, new RegExp(`ALARM east-west lan rogue-server ${address} .*another DHCPv6 server answers clients there: ${address}`));
    await rogue.end('SIGTERM');
  });
});

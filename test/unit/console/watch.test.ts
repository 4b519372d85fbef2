import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import { CLIENT, iaNa, message } from '../../conformance/server/client.ts';
import { twinlease } from './command.ts';
import { onWest } from './on-west.ts';

const UNKNOWN_SIZE = { columns: 0, rows: 0 };

describe('what is watched on the console', function () {
  this.timeout(30_000);

  it('changes in its place on a line that says it has no size, and little is sent for it; q ends it', () =>
    onWest(async (person, { pair }) => {
      person.type('watch failover\r');
      const before = await person.shows(/^failover {2}20\S+ \S+Z {2}q: end(.*\n)+ {2}this box {7}NORMAL/);
      assert.ok(before.length <= 24 && before.every((row) => row.length <= 80));
      const first = person.octets();
      pair.east.receive(message(MessageType.REQUEST, [iaNa(1)], { client: CLIENT, server: pair.east.serverId }));
      pair.advance(2);
      await person.shows(/::1ff +127 +128/);
      const sent = person.octets() - first;
      assert.ok(sent < 400, `${String(sent)} octets for one lease`);
      pair.cut();
      pair.advance(5);
      await person.shows(/this box {7}COMMUNICATIONS-INTERRUPTED(.*\n)+ {2}connection {5}NONE/);
      person.type('q');
      await person.see(/box\[COMMUNICATIONS-INTERRUPTED\]>$/);
      assert.match(await person.say('show links'), /^\s*\nbranch: /);
    }, { size: UNKNOWN_SIZE }));

  it('what is longer than the screen is turned page by page', () =>
    onWest(async (person) => {
      person.type('watch links\r');
      await person.shows(/^links .*\n(.*\n)*branch: /);
      person.type('q');
      await person.see(/>$/);
    }));

  it('leases come and go', () =>
    onWest(async (person, { pair }) => {
      person.type('watch leases active\r');
      await person.shows(/^leases (.*\n)+no leases/);
      pair.east.receive(message(MessageType.REQUEST, [iaNa(1)], { client: CLIENT, server: pair.east.serverId }));
      pair.advance(2);
      await person.shows(/^leases .*\n.*1 ACTIVE.*\nLEASE .*\n2001:db8:1::\S+ +ACTIVE/);
      person.type('\u0003');
      await person.see('^C');
      await person.see(/>$/);
    }));

  it('says when the daemon does not answer any more, and goes on', () =>
    onWest(async (person, { stop, restart }) => {
      person.type('watch links\r');
      await person.shows(/branch: /);
      stop();
      await person.shows(/no daemon is running/);
      await restart();
      await person.shows(/branch: /);
      person.type('q');
      await person.see(/>$/);
    }));

  it('needs a terminal', async () => {
    const { code, err } = await twinlease('watch', 'links', '--control', '/nonexistent');
    assert.equal(code, 1);
    assert.match(err, /a terminal is needed to watch something; "show links" says it once/);
  });
});

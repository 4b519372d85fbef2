import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createRemoteLog } from '../../../src/control/index.ts';
import { formatSyslog } from '../../../src/control/remote-log.ts';

const LINE = { time: new Date('2026-01-31T12:00:00.789Z'), severity: 'warning', text: 'lan: interface eth1 is gone' } as const;

describe('the log on another host', () => {
  let receiver: Socket;
  const heard: string[] = [];
  const troubles: (string | undefined)[] = [];

  beforeEach(async () => {
    heard.length = troubles.length = 0;
    receiver = createSocket('udp6');
    receiver.bind(0, '::1');
    await once(receiver, 'listening');
    receiver.on('message', (message) => heard.push(message.toString()));
  });
  afterEach(() => receiver.close());

  const open = () => createRemoteLog({ appliance: 'east', isTimeTrusted: () => true, onTrouble: (reason) => troubles.push(reason) });

  it('is a datagram a line, as RFC 5424 has it', async () => {
    const log = open();
    log.configure({ host: '::1', port: receiver.address().port });
    log.send(LINE);
    log.send({ ...LINE, severity: 'error', text: 'the disk is full' });
    while (heard.length < 2) await once(receiver, 'message');
    assert.deepEqual(heard, [
      `<28>1 2026-01-31T12:00:00.789Z east twinlease ${String(process.pid)} - - lan: interface eth1 is gone`,
      `<27>1 2026-01-31T12:00:00.789Z east twinlease ${String(process.pid)} - - the disk is full`,
    ]);
    log.close();
  });

  it('has no time while nobody knows it, says that it is UTF-8, and is no longer than any receiver takes', () => {
    assert.match(Buffer.from(formatSyslog(LINE, 'east', false)).toString(), /^<28>1 - east twinlease \d+ - - lan: /);
    const long = Buffer.from(formatSyslog({ ...LINE, text: 'é'.repeat(900) }, 'east', true));
    assert.ok(long.length <= 1_180 && long.length > 1_177);
    assert.match(long.toString(), / - - \ufeffé+$/);
  });

  it('waits for nothing: of a flood so many lines go out, the others are counted', async () => {
    const log = open();
    log.configure({ host: '::1', port: receiver.address().port });
    for (let i = 0; i < 500; i++) log.send({ ...LINE, text: `line ${String(i)}` });
    while (heard.length < 64) await once(receiver, 'message');
    log.send({ ...LINE, text: 'the last' });
    while (!heard.at(-1)?.endsWith('the last')) await once(receiver, 'message');
    assert.match(heard.at(-2) ?? '', / 436 lines before this one were not sent$/);
    assert.equal(heard.length, 66);
    log.close();
  });

  it('says once that it can\'t be sent, and once that it can again', async () => {
    const log = open();
    log.configure({ host: '::1', port: receiver.address().port });
    // Everybody, by IPv4: the kernel lets nobody say that who did not ask for it.
    log.configure({ host: '::ffff:255.255.255.255', port: 514 });
    for (let i = 0; i < 3; i++) log.send(LINE);
    while (troubles.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(troubles.length, 1);
    assert.equal(typeof troubles[0], 'string');
    log.configure({ host: '::1', port: receiver.address().port });
    assert.deepEqual(troubles.slice(1), [undefined]);
    log.send(LINE);
    await once(receiver, 'message');
    log.close();
  });
});

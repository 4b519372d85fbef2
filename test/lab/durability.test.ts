// Below the page cache: strace shows in which order the daemon writes, syncs and sends.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { ClientName } from './clients/index.ts';
import { liveThrough } from './clients/life.ts';
import { startDaemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { checkOrder } from './durability/order.ts';
import { parseTrace, straceOptions } from './durability/strace.ts';
import { withLab } from './mocha-lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';

const lives: readonly { client: ClientName; lan: 'lan' | 'remote' }[] = [
  { client: 'dhclient', lan: 'lan' },
  { client: 'dhcpcd', lan: 'remote' },
  { client: 'dibbler-client', lan: 'lan' },
  { client: 'dhcp6c', lan: 'remote' },
];

describe('every Reply is sent after the fdatasync that covers its record', () => {
  let trace = '';

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    const traceFile = `${lab.directory}/strace`;
    writeProvisioning(provisioning);
    // -D: the daemon, not strace, is the child that gets our signals.
    const daemon = await startDaemon(lab, provisioning, { under: ['strace', '-D', ...straceOptions, '-o', traceFile] });
    await startRelay(lab.router, routerPorts, lab.directory);
    await Promise.all(
      lives.map(async ({ client, lan }) => liveThrough(client, await lab.addMachine(client, lan), ['address', 'prefix'])),
    );
    await daemon.program.end('SIGTERM');
    trace = readFileSync(traceFile, 'utf8');
  });

  it('to each Request, Renew and Release of real clients', () => {
    const { checked, violations } = checkOrder(parseTrace(trace));
    assert.deepEqual(violations, []);
    // Each client was answered to a Request, at least one Renew, and a Release.
    assert.ok(checked >= 3 * lives.length, `only ${checked} Replies were seen`);
  });

  it('and the checker finds all of them wanting in the same trace without its fdatasyncs', () => {
    const unsynced = parseTrace(trace).filter(({ name }) => name !== 'fdatasync');
    const { checked, violations } = checkOrder(unsynced);
    assert.ok(violations.length >= checked);
  });
});

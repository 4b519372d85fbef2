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
    const daemon = await startDaemon(lab, provisioning, ['strace', '-D', ...straceOptions, '-o', traceFile]);
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

  it('and the checker finds every Reply of the same trace that is moved before its fdatasync', () => {
    const lines = trace.split('\n');
    const synced = lines.flatMap((text, i) => (/ (<\.\.\. )?fdatasync[( ].*= 0$/.test(text) ? [i] : []));
    let moved = 0;
    for (const [i, line] of lines.entries()) {
      if (!/ sendmmsg\(.*= \d+$/.test(line) || checkOrder(parseTrace(line)).violations.length === 0) continue;
      const sync = synced.findLast((at) => at < i);
      if (sync === undefined) continue;
      const early = [...lines.slice(0, sync), line, ...lines.slice(sync, i), ...lines.slice(i + 1)];
      assert.notDeepEqual(checkOrder(parseTrace(early.join('\n'))).violations, [], `line ${i + 1} moved to line ${sync + 1}`);
      moved += 1;
    }
    assert.ok(moved >= 3 * lives.length, `only ${moved} sends were moved`);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { formatReconfigure } from '../../../src/console/lease-reconfigure.ts';
import { startControl } from '../../../src/control/index.ts';
import type { ReconfigureReport } from '../../../src/control/index.ts';
import { MessageType, formatDuid, monotonicMs } from '../../../src/wire/index.ts';
import { PROVISIONING } from '../../conformance/server/box.ts';
import { CLIENT, iaNa, message, read } from '../../conformance/server/client.ts';
import { ACCEPTS } from '../../conformance/server/reconfigured.ts';
import { inDirectory } from '../control/in-directory.ts';
import { STARTED, runBox } from '../control/running-box.ts';
import type { RunningBox } from '../control/running-box.ts';
import { stampsAt } from '../control/stamps-at.ts';
import { twinlease } from './command.ts';
import type { Ran } from './command.ts';

const REPORT: ReconfigureReport = { duid: '00:03:00:01:aa', message: 'renew', state: 'asked', attempts: 1, attemptsMax: 8, seconds: 0 };

describe('lease reconfigure', function () {
  this.timeout(30_000);

  it('says what came of it', () => {
    const said = (changes: Partial<ReconfigureReport>): string => formatReconfigure({ ...REPORT, ...changes });
    assert.equal(said({}), '00:03:00:01:aa was asked once for a Renew');
    assert.equal(said({ state: 'answered', seconds: 0.0042 }), '00:03:00:01:aa was asked once for a Renew and answered after 0.004 s');
    assert.equal(said({ message: 'rebind', state: 'answered', attempts: 3, seconds: 6.04 }), '00:03:00:01:aa was asked 3 times for a Rebind and answered after 6.0 s');
    assert.equal(said({ attempts: 4, seconds: 15 }), '00:03:00:01:aa was asked 4 times for a Renew and has not answered within 15.0 s; it is asked up to 8 times');
    assert.match(said({ message: 'information-request', state: 'unanswered', attempts: 8, seconds: 510 }), /^00:03:00:01:aa was asked 8 times for an Information-request and did not answer: it is off/);
    assert.match(said({ state: 'ended' }), /is not asked any more/);
  });

  it('asks, waits, and ends as it went', () =>
    inDirectory(async (directory) => {
      const running: RunningBox = runBox({ provisioning: `${PROVISIONING}server: { reconfigure: {} }\n`, changes: { stamps: { ...stampsAt(STARTED), moment: () => monotonicMs(0) } } });
      const lease = read(running.box.exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }))).ias[0]?.leases[0]?.name ?? '';
      const socket = join(directory, 'control.sock');
      const control = await startControl(socket, running.subject);
      assert.ok(typeof control !== 'string');
      const run = async (...words: string[]): Promise<Ran> => await twinlease('lease', 'reconfigure', ...words, '--control', socket);
      try {
        const duid = formatDuid(CLIENT);
        assert.deepEqual(await run(lease, '--wait', '0'), { code: 0, out: `${duid} was asked once for a Renew\n`, err: '' });
        const silent = await run(lease, '--wait', '1');
        assert.deepEqual([silent.code, silent.out], [1, '']);
        assert.match(silent.err, new RegExp(`^twinlease: ${duid} was asked once for a Renew`));
        const json = await run(lease, '--wait', '1', '--json');
        assert.deepEqual([json.code, (JSON.parse(json.out) as ReconfigureReport).state, json.err], [1, 'asked', ''], 'the same exit code as without --json');
        const waiting = run(duid, '--rebind', '--wait', '20', '--json');
        while (running.box.appliance.reconfigures?.progress(CLIENT, monotonicMs(0))?.type !== MessageType.REBIND) await new Promise((resolve) => setTimeout(resolve, 20));
        running.box.deliver(message(MessageType.REBIND, [iaNa(1)]));
        const { code, out } = await waiting;
        assert.equal(code, 0);
        assert.deepEqual(JSON.parse(out), { duid, message: 'rebind', state: 'answered', attempts: 1, attemptsMax: 8, seconds: 0 });
        const two = await run(lease, '--renew', '--rebind');
        assert.deepEqual([two.code, two.err], [1, 'twinlease: a client can be asked for one message: say one of --renew, --rebind\n']);
        const never = await run(lease, '--wait', 'long');
        assert.match(never.err, /It must be a whole number of seconds, up to 9999/);
        assert.match((await run('2001:db8:1::77')).err, /^twinlease: there is no lease 2001:db8:1::77\n$/);
      } finally {
        control.close();
        running.close();
      }
    }));
});

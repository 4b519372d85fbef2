import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { LeasePage, ReconfigureReport } from '../../../src/control/index.ts';
import { perform } from '../../../src/control/perform.ts';
import type { Request } from '../../../src/control/protocol.ts';
import { MessageType, formatDuid, monotonicMs } from '../../../src/wire/index.ts';
import { PROVISIONING } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from '../../conformance/server/client.ts';
import { ACCEPTS } from '../../conformance/server/reconfigured.ts';
import { STARTED, runBox } from './running-box.ts';
import type { RunningBox } from './running-box.ts';
import { stampsAt } from './stamps-at.ts';

describe('Reconfigure by the control socket', () => {
  let running: RunningBox | undefined;
  afterEach(() => running?.close());

  function box(provisioning = `${PROVISIONING}server: { reconfigure: {} }\n`): { readonly leases: readonly string[]; readonly ask: (request: Request) => Promise<unknown> } {
    running = runBox({ provisioning, changes: { stamps: { ...stampsAt(STARTED), moment: () => monotonicMs(0) } } });
    const { box: inside, subject } = running;
    const { ias } = read(inside.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { options: [ACCEPTS] })));
    inside.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    return { leases: ias.map(({ leases }) => leases[0]?.name ?? ''), ask: async (request) => await perform(request, subject) };
  }

  const asked: ReconfigureReport = { duid: formatDuid(CLIENT), message: 'renew', state: 'asked', attempts: 1, attemptsMax: 8, seconds: 0 };

  it('a client is asked by its address, its prefix or its DUID; what came of it can be asked for until it is forgotten', async () => {
    const { leases, ask } = box();
    for (const client of [...leases, formatDuid(CLIENT)]) {
      assert.deepEqual(await ask({ method: 'reconfigure', client }), { result: asked });
      assert.deepEqual(await ask({ method: 'reconfigure-report', client }), { result: asked });
    }
    assert.deepEqual(await ask({ method: 'reconfigure', client: leases[0] ?? '', message: 'information-request' }), { result: { ...asked, message: 'information-request' } });
    assert.deepEqual(await ask({ method: 'reconfigure', client: leases[0] ?? '', message: 'rebind' }), { result: { ...asked, message: 'rebind' } });
    running?.box.deliver(message(MessageType.REBIND, [iaNa(1)]));
    assert.deepEqual(await ask({ method: 'reconfigure-report', client: leases[0] ?? '' }), { result: { ...asked, message: 'rebind', state: 'answered' } });
  });

  it('is refused in words', async () => {
    const { ask } = box();
    const refusals: readonly [client: string, why: RegExp][] = [
      ['nobody', /^"nobody" is no address, prefix or DUID$/],
      ['2001:db8:1::77', /^there is no lease 2001:db8:1::77$/],
      [formatDuid(OTHER_CLIENT), /^00:03:00:01:02:00:00:00:00:02 has no key/],
      ['00:03:00:01:ff:ff:ff:ff:ff:ff', /has no key/],
    ];
    for (const [client, why] of refusals) {
      const answer = (await ask({ method: 'reconfigure', client })) as { readonly error?: string };
      assert.match(answer.error ?? '', why);
    }
    assert.deepEqual(await ask({ method: 'reconfigure-report', client: formatDuid(OTHER_CLIENT) }), { error: `${formatDuid(OTHER_CLIENT)} was not asked by Reconfigure of late` });
  });

  it('is refused where it is off', async () => {
    const { ask } = box(PROVISIONING);
    assert.deepEqual(await ask({ method: 'reconfigure', client: formatDuid(CLIENT) }), { error: 'Reconfigure is off: there is no "reconfigure" under "server" in the provisioning file' });
  });

  it('the leases of clients that can be asked say so', async () => {
    const { ask } = box();
    const { result } = (await ask({ method: 'leases', query: { limit: 9 } })) as { readonly result: LeasePage };
    assert.deepEqual(
      result.leases.map(({ duid, acceptsReconfigure }) => `${duid} ${acceptsReconfigure}`).sort(),
      [`${formatDuid(CLIENT)} true`, `${formatDuid(CLIENT)} true`, `${formatDuid(OTHER_CLIENT)} undefined`],
    );
  });

  it('counters say how many clients were asked and came', async () => {
    const { leases, ask } = box();
    await ask({ method: 'reconfigure', client: leases[0] ?? '' });
    const { result } = (await ask({ method: 'counters' })) as { readonly result: Readonly<Record<string, number>> };
    assert.deepEqual([result['reconfigure.asked'], result['reconfigure.answered'], result['reconfigure.unanswered'], result['sent.reconfigure']], [1, 0, 0, 1]);
  });
});

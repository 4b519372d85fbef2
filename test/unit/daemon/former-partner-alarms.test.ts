import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createAlarms } from '../../../src/control/index.ts';
import type { Alarms } from '../../../src/control/index.ts';
import { createFormerPartnerAlarms } from '../../../src/daemon/partner/former-partner-alarms.ts';
import type { FormerPartnerAlarms } from '../../../src/daemon/partner/former-partner-alarms.ts';
import { monotonicMs } from '../../../src/wire/index.ts';

describe('the alarm about a box that was replaced, and is switched on again [R-ID1]', () => {
  let alarms: Alarms;
  let former: FormerPartnerAlarms;
  const ids = (): readonly string[] => alarms.list().map(({ id }) => id);

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    alarms = createAlarms({ moment: () => monotonicMs(0), date: () => new Date(0) });
    former = createFormerPartnerAlarms(alarms, () => 'west');
  });
  afterEach(() => {
    former.close();
    mock.timers.reset();
  });

  it('says what it does, and what to do', () => {
    former.noticed('east-west');
    const [alarm] = alarms.list();
    assert.deepEqual([alarm?.id, alarm?.severity], ['east-west former-partner', 'error']);
    assert.match(alarm?.text ?? '', /the box that was west before it was replaced/);
    assert.match(alarm?.advice ?? '', /Switch it off/);
  });

  it('lasts while it calls every 15 s, and goes when it has not for a minute', () => {
    for (let i = 0; i < 10; i++) {
      former.noticed('east-west');
      mock.timers.tick(15_000);
    }
    assert.deepEqual(ids(), ['east-west former-partner']);
    mock.timers.tick(44_999);
    assert.deepEqual(ids(), ['east-west former-partner']);
    mock.timers.tick(1);
    assert.deepEqual(ids(), []);
  });

  it('is one for each relationship', () => {
    former.noticed('a');
    mock.timers.tick(30_000);
    former.noticed('b');
    mock.timers.tick(30_000);
    assert.deepEqual(ids(), ['b former-partner']);
  });
});

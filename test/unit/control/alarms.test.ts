import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createAlarms } from '../../../src/control/index.ts';
import { stampsAt } from './stamps-at.ts';

describe('alarms', () => {
  it('last until they are cleared, in the order in which they were raised', () => {
    let time = 0;
    const alarms = createAlarms(stampsAt(() => new Date(++time)));
    alarms.raise('a', 'first');
    alarms.raise('b', 'second');
    assert.deepEqual(alarms.list(), [
      { id: 'a', since: new Date(1), severity: 'error', text: 'first', advice: undefined },
      { id: 'b', since: new Date(2), severity: 'error', text: 'second', advice: undefined },
    ]);
    alarms.clear('a');
    alarms.clear('never raised');
    assert.deepEqual(alarms.list().map(({ id }) => id), ['b']);
  });

  it('that are raised again say the latest, and since when the first', () => {
    let time = 0;
    const alarms = createAlarms(stampsAt(() => new Date(++time)));
    alarms.raise('a', 'old');
    alarms.raise('a', 'new');
    assert.deepEqual(alarms.list(), [{ id: 'a', since: new Date(1), severity: 'error', text: 'new', advice: undefined }]);
  });

  it('have a severity and an advice, and stand in the order of their severity', () => {
    const alarms = createAlarms(stampsAt(new Date(1)));
    alarms.raise('i', 'by the way', { severity: 'info', advice: 'read it' });
    alarms.raise('w', 'no backup', { severity: 'warning', advice: 'look after it' });
    alarms.raise('e', 'no service', { severity: 'error', advice: 'act' });
    alarms.raise('w2', 'no backup either', { severity: 'warning', advice: 'look after that' });
    assert.deepEqual(
      alarms.list().map(({ id, severity, advice }) => [id, severity, advice]),
      [['e', 'error', 'act'], ['w', 'warning', 'look after it'], ['w2', 'warning', 'look after that'], ['i', 'info', 'read it']],
    );
  });

  it('[R-ST2] have lasted since a moment whose date is the one that is known now', () => {
    let ahead = 0;
    const alarms = createAlarms({ ...stampsAt(new Date(5_000)), date: (moment = 0 as never) => new Date(moment + ahead) });
    alarms.raise('a', 'text');
    ahead = 1_000_000;
    assert.equal(alarms.list()[0]?.since.getTime(), 1_005_000);
  });

  it('that come back after they were cleared begin anew', () => {
    let time = 0;
    const alarms = createAlarms(stampsAt(() => new Date(++time)));
    alarms.raise('a', 'text');
    alarms.clear('a');
    alarms.raise('a', 'text');
    assert.equal(alarms.list()[0]?.since.getTime(), 2);
  });
});

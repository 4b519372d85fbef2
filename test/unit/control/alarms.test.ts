import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createAlarms } from '../../../src/control/index.ts';

describe('alarms', () => {
  it('last until they are cleared, in the order in which they were raised', () => {
    let time = 0;
    const alarms = createAlarms(() => new Date(++time));
    alarms.raise('a', 'first');
    alarms.raise('b', 'second');
    assert.deepEqual(alarms.list(), [{ id: 'a', since: new Date(1), text: 'first' }, { id: 'b', since: new Date(2), text: 'second' }]);
    alarms.clear('a');
    alarms.clear('never raised');
    assert.deepEqual(alarms.list().map(({ id }) => id), ['b']);
  });

  it('that are raised again say the latest, and since when the first', () => {
    let time = 0;
    const alarms = createAlarms(() => new Date(++time));
    alarms.raise('a', 'old');
    alarms.raise('a', 'new');
    assert.deepEqual(alarms.list(), [{ id: 'a', since: new Date(1), text: 'new' }]);
  });

  it('that come back after they were cleared begin anew', () => {
    let time = 0;
    const alarms = createAlarms(() => new Date(++time));
    alarms.raise('a', 'text');
    alarms.clear('a');
    alarms.raise('a', 'text');
    assert.equal(alarms.list()[0]?.since.getTime(), 2);
  });
});

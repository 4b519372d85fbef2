import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { reasonOf } from '../../../src/reason.ts';

function reasonFor(act: () => void): string {
  try {
    act();
    return 'nothing was thrown';
  } catch (error) {
    return reasonOf(error);
  }
}

describe('the reason of a failure', () => {
  it('is what was thrown, an error or not', () => {
    assert.equal(reasonOf(new Error('no room')), 'no room');
    assert.equal(reasonOf('no room'), 'no room');
  });

  it('says of a file in words what the system says by a code', () => {
    assert.equal(reasonFor(() => readFileSync('/none/at/all')), '/none/at/all: there is no such file or directory');
    assert.equal(reasonFor(() => readdirSync('/etc/hostname')), '/etc/hostname: a part of the path is no directory');
  });

  it('leaves alone what is said of no file, or with a code that is not known', () => {
    assert.equal(reasonOf(Object.assign(new Error('spawn tool ENOENT'), { code: 'ENOENT', path: 'tool', syscall: 'spawn tool' })), 'spawn tool ENOENT');
    assert.equal(reasonOf(Object.assign(new Error('E2: odd'), { code: 'E2', path: '/x', syscall: 'open' })), 'E2: odd');
    assert.equal(reasonOf(Object.assign(new Error('read ENOENT'), { code: 'ENOENT', syscall: 'read' })), 'read ENOENT');
  });
});

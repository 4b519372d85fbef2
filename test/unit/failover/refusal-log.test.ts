import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { UpdatePort } from '../../../src/failover/updates/index.ts';
import { RefusalLog } from '../../../src/failover/updates/refusal-log.ts';
import { FailoverStatusCode, epochSeconds } from '../../../src/wire/index.ts';

const NOW = 1_800_000_000;
const { AddressInUse, OutdatedBindingInformation } = FailoverStatusCode;

/** The lines of what is noted: code, or nothing for a reply that nobody expected, and seconds from now. */
function linesOf(notes: readonly (readonly [code: number | undefined, at: number, text?: string])[]): readonly string[] {
  const lines: string[] = [];
  const log = new RefusalLog({ log: (severity: string, text: string) => void lines.push(`${severity}: ${text}`) } as unknown as UpdatePort);
  for (const [code, at, text = 'why'] of notes) {
    if (code === undefined) log.noteUnexpectedReply(epochSeconds(NOW + at));
    else log.note('the partner refused', code, text, epochSeconds(NOW + at));
  }
  return lines;
}

const IN_USE = 'warning: the partner refused a binding update with AddressInUse: why';
const OUTDATED = 'warning: the partner refused a binding update with OutdatedBindingInformation: why';

describe('the log of refusals', () => {
  it('says who refused, with which status, and why where that was said', () => {
    assert.deepEqual(linesOf([[AddressInUse, 0]]), [IN_USE]);
    assert.deepEqual(linesOf([[AddressInUse, 0, '']]), ['warning: the partner refused a binding update with AddressInUse']);
    assert.deepEqual(linesOf([[undefined, 0]]), ['warning: a BNDREPLY answers no update that waits for one: it is ignored']);
  });

  it('has a line in ten seconds for each status, and how many were not said before', () => {
    assert.deepEqual(linesOf([[AddressInUse, 0], [AddressInUse, 3], [OutdatedBindingInformation, 4], [AddressInUse, 9]]), [IN_USE, OUTDATED]);
    assert.deepEqual(linesOf([[AddressInUse, 0], [AddressInUse, 3], [AddressInUse, 9], [AddressInUse, 10], [AddressInUse, 20]]), [IN_USE, `${IN_USE} (and 2 more)`, IN_USE]);
    assert.deepEqual(linesOf([[AddressInUse, 0], [undefined, 0], [undefined, 1]]).length, 2);
  });

  it('goes on when the clock was set back', () => {
    assert.deepEqual(linesOf([[AddressInUse, 0], [AddressInUse, -1], [AddressInUse, -1]]).length, 2);
    assert.deepEqual(linesOf([[AddressInUse, 0], [AddressInUse, 0]]).length, 1);
  });
});

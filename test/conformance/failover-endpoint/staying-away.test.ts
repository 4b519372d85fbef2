/** A primary that keeps away from its partner, for more than one reason (F-CON-1; R-LH7, R-LH8). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { LinkEvidence, LinkVerdict, epochSeconds } from '../../../src/wire/index.ts';
import { inState, say } from './solo.ts';
import type { Solo } from './solo.ts';

interface Reason {
  readonly what: string;
  readonly begin: (solo: Solo) => void;
  readonly end: (solo: Solo) => void;
}

function links(solo: Solo, verdict: LinkVerdict): void {
  const evidence = verdict === LinkVerdict.LOST ? LinkEvidence.NO_CARRIER : 0;
  solo.box.step({ kind: 'links', links: [{ link: 'lan', verdict, evidence, since: epochSeconds(0) }] });
}

/** That its clients are not reached counts while it is in NORMAL: so it comes first. */
const REASONS: readonly Reason[] = [
  { what: 'no port reaches clients', begin: (solo) => links(solo, LinkVerdict.LOST), end: (solo) => links(solo, LinkVerdict.UP) },
  {
    what: 'storage takes no writes',
    begin: (solo) => solo.box.step({ kind: 'storage', works: false }),
    end: (solo) => solo.box.step({ kind: 'storage', works: true }),
  },
  {
    what: 'the operator said so',
    begin: (solo) => void say(solo, 'pause'),
    end: (solo) => assert.equal(say(solo, 'resume'), undefined),
  },
];

/** Whether it dials within a minute. */
function dials(solo: Solo): boolean {
  solo.box.effects.length = 0;
  solo.box.advance(60_000);
  return solo.box.effects.some(({ kind }) => kind === 'dial');
}

describe('A box that keeps away from its partner', () => {
  for (const first of REASONS) {
    it(`comes back when that is over: ${first.what}`, () => {
      const solo = inState('primary', EndpointState.NORMAL);
      first.begin(solo);
      assert.equal(solo.view.communications, 'none');
      assert.equal(solo.box.alarms.has('refused'), false, 'nobody is wrong');
      assert.equal(dials(solo), false);
      first.end(solo);
      assert.equal(dials(solo), true);
    });

    it(`does not when the box is shutting down: ${first.what}`, () => {
      const solo = inState('primary', EndpointState.NORMAL);
      first.begin(solo);
      solo.box.step({ kind: 'stopping' });
      first.end(solo);
      assert.equal(dials(solo), false);
    });

    for (const second of REASONS.slice(REASONS.indexOf(first) + 1)) {
      for (const [one, other] of [[first, second], [second, first]] as const) {
        it(`does not while there is another reason: ${one.what}, which ends, and ${other.what}`, () => {
          const solo = inState('primary', EndpointState.NORMAL);
          first.begin(solo);
          second.begin(solo);
          one.end(solo);
          assert.equal(dials(solo), false);
          other.end(solo);
          assert.equal(dials(solo), true);
        });
      }
    }
  }

  it('[F-CON-1] as a secondary dials nobody, whatever is over', () => {
    for (const reason of REASONS) {
      const solo = inState('secondary', EndpointState.NORMAL);
      reason.begin(solo);
      reason.end(solo);
      assert.equal(dials(solo), false, reason.what);
    }
  });
});

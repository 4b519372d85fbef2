/** What a box does while the change from one state to another is not durable (RFC 8156 section 8; row F-CON-32). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, responsiveness } from '../../../src/failover/index.ts';
import { type Responsiveness, stricter } from '../../../src/failover/responsiveness.ts';
import { MessageType } from '../../../src/wire/index.ts';

const EACH = Object.values(EndpointState).flatMap((state) => [responsiveness(state, 'primary'), responsiveness(state, 'secondary')]);
const MESSAGES = Object.values(MessageType);

function answered({ answers }: Responsiveness): readonly string[] {
  return MESSAGES.flatMap((type) => [true, false].filter((addressed) => answers(type, addressed)).map((addressed) => `${String(type)} ${String(addressed)}`));
}

describe('what two states allow together', () => {
  it('[F-CON-32] is what each of them allows, and no more', () => {
    for (const a of EACH) {
      for (const b of EACH) {
        const both = stricter(a, b);
        assert.deepEqual(answered(both), answered(a).filter((each) => answered(b).includes(each)), `${a.name}, ${b.name}`);
        const { newLeases, alone, silent, limited } = both;
        assert.deepEqual(
          { newLeases, alone, silent, limited },
          { newLeases: a.newLeases && b.newLeases, alone: a.alone && b.alone, silent: a.silent || b.silent, limited: a.limited || b.limited },
          `${a.name}, ${b.name}`,
        );
      }
    }
  });

  it('[F-CON-32, R-LB2] is for the clients that either leaves to the box', () => {
    const share = { has: () => true, buckets: 128 };
    const all = responsiveness(EndpointState.COMMUNICATIONS_INTERRUPTED, 'primary');
    const part = { ...responsiveness(EndpointState.NORMAL, 'primary'), share };
    assert.equal(stricter(all, part).share, share);
    assert.equal(stricter(part, all).share, share);
    assert.equal(stricter(all, all).share, undefined);
  });

  it('is called unresponsive when one of them is', () => {
    const silent = responsiveness(EndpointState.RECOVER, 'primary');
    const part = responsiveness(EndpointState.NORMAL, 'secondary');
    assert.equal(stricter(silent, part).name, 'unresponsive');
    assert.equal(stricter(part, silent).name, 'unresponsive');
  });
});

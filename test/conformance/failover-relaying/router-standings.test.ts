/** What two boxes are to the hosts of a link that both are routers on (RFC 4191 2.1, RFC 4861 6.2.5; R-LH6). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { address } from '../server/box.ts';
import { createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { clientId, solicit } from './messages.ts';

describe('as routers for the hosts of a link [R-LH6]', () => {
  let boxes: Boxes;
  const standingOf = (box: Box): string => {
    const standing = box.standings.find(({ link }) => link === 'lan');
    return standing === undefined ? 'none' : `${standing.preference}${standing.isLeft ? ', left' : ''}`;
  };
  const standings = (): readonly string[] => [standingOf(boxes.east), standingOf(boxes.west)];
  const clientsAt = (box: Box, first: number): void => {
    for (let number = first; number < first + 4; number++) {
      box.receive(solicit({ client: clientId(number), transactionId: number }), { source: address(`fe80::c:${number.toString(16)}`) });
    }
  };

  beforeEach(() => {
    boxes = createBoxes({ beacons: { east: true, west: true } });
    assert.deepEqual(standings(), ['none', 'none'], 'before the kernel has said anything nothing is known');
    boxes.east.kernelSays({});
    boxes.west.kernelSays({});
    boxes.advance(5);
  });

  it('the primary goes first where nothing tells the two apart', () => {
    assert.deepEqual(standings(), ['medium', 'low']);
  });

  it('the one whose port is dead goes last at once, the other one first; a minute after it is whole all is as before', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.2);
    assert.deepEqual(standings(), ['low', 'high'], 'a dead port can\'t say that it is to be left');
    boxes.east.kernelSays({});
    boxes.advance(59);
    assert.deepEqual(standings(), ['low', 'high']);
    boxes.advance(2);
    assert.deepEqual(standings(), ['medium', 'low']);
  });

  it('a port that comes and goes changes it once [R-LH9]', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      boxes.east.kernelSays({ hasCarrier: i % 2 === 1 });
      boxes.advance(i % 3 === 0 ? 0.5 : 30);
      seen.add(standings().join(' '));
    }
    assert.deepEqual([...seen], ['low high']);
  });

  it('a burst of loss changes nothing', () => {
    const before = [boxes.east.standings, boxes.west.standings];
    boxes.onLan = () => 'gets lost';
    boxes.advance(1.4);
    boxes.onLan = () => 'passes';
    boxes.advance(70);
    assert.deepEqual([boxes.east.standings, boxes.west.standings], before);
  });

  it('one that is deaf tells hosts to leave it, as long as its partner is there for them; who hears them goes first', () => {
    boxes.onLan = () => 'gets lost';
    boxes.advance(8);
    assert.deepEqual(standings(), ['medium', 'low'], 'it may be the fault of either');
    clientsAt(boxes.west, 1);
    boxes.advance(1);
    assert.deepEqual(standings(), ['low, left', 'high']);
    boxes.west.kernelSays({ hasCarrier: false });
    boxes.advance(0.2);
    assert.equal(standingOf(boxes.east), 'medium', 'nobody else is there, and the two are alike');
  });

  it('one whose partner is silent everywhere goes first in a second', () => {
    boxes.between = () => 'gets lost';
    boxes.onLan = ({ name }) => (name === 'east' ? 'gets lost' : 'passes');
    boxes.advance(5);
    boxes.advance(1.5);
    assert.equal(standingOf(boxes.west), 'high');
  });

  it('one whose partner is heard on the link goes on as it was when the management link is cut', () => {
    boxes.between = () => 'gets lost';
    boxes.advance(30);
    assert.deepEqual(standings(), ['medium', 'low']);
  });

  it('one whose clients were handed over is left, until it resumes', () => {
    const command = (name: 'handover' | 'resume'): void => {
      boxes.east.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: name } });
      boxes.advance(2);
    };
    command('handover');
    assert.deepEqual(standings(), ['medium, left', 'low']);
    command('resume');
    boxes.advance(2);
    assert.deepEqual(standings(), ['medium', 'low']);
  });
});

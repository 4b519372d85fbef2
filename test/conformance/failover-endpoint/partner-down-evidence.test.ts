/** When a box takes its silent partner for dead by itself, beyond the time that RFC 8156 section 8.9.2 asks for (RFC 7031 sections 4.1, 4.2, 4.7). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { LinkReport } from '../../../src/failover/index.ts';
import { LinkEvidence, LinkVerdict, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { inState, nameOf } from './solo.ts';
import type { Solo } from './solo.ts';

const SITE = { autoPartnerDown: seconds(600), links: ['lan', 'wlan'] };

function silentPartner(topology: 'same-site' | 'two-sites'): Solo {
  return inState('primary', EndpointState.COMMUNICATIONS_INTERRUPTED, { configuration: { ...SITE, topology } });
}

function links(solo: Solo, ...verdicts: readonly LinkVerdict[]): void {
  const reports = verdicts.map((verdict, i): LinkReport => {
    const evidence = verdict === LinkVerdict.LOST ? LinkEvidence.NO_CARRIER : 0;
    return { link: i === 0 ? 'lan' : 'wlan', verdict, evidence, since: epochSeconds(0) };
  });
  solo.box.step({ kind: 'links', links: reports });
}

function hears(solo: Solo, ...heardOn: readonly string[]): void {
  solo.box.step({ kind: 'partnerOnLan', relationship: 'east-west', heardOn, silentOn: [] });
}

describe('auto-partner-down', () => {
  it('[R-LH7] never comes true for a box that reaches no client: it may be the one that is cut off', () => {
    const solo = silentPartner('two-sites');
    links(solo, LinkVerdict.LOST, LinkVerdict.SUSPECT);
    solo.box.advance(3_600_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.equal(solo.view.partnerDownAt, undefined);
    links(solo, LinkVerdict.LOST, LinkVerdict.UP);
    solo.box.advance(599_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', 'the time begins anew');
    solo.box.advance(1_000);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });

  it('[R-LH7] does for a box that has no port on any of the links: relay agents bring its clients', () => {
    const solo = silentPartner('two-sites');
    links(solo, LinkVerdict.UNKNOWN, LinkVerdict.UNKNOWN);
    solo.box.advance(600_000);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });

  it('[R-PD1] is vetoed at the same site by a partner that is heard on a LAN of both', () => {
    const solo = silentPartner('same-site');
    links(solo, LinkVerdict.UP, LinkVerdict.UP);
    hears(solo, 'wlan');
    solo.box.advance(3_600_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    hears(solo);
    solo.box.advance(599_000);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', 'the time begins anew');
    solo.box.advance(1_000);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });

  it('[R-PD1] is not at two sites: what is heard there proves nothing', () => {
    const solo = silentPartner('two-sites');
    hears(solo, 'lan');
    solo.box.advance(600_000);
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });

  it('[R-PD1] an operator may say it all the same', () => {
    const solo = silentPartner('same-site');
    hears(solo, 'lan');
    solo.box.step({ kind: 'command', id: 1, relationship: 'east-west', command: 'partner-down' });
    assert.equal(nameOf(solo), 'PARTNER-DOWN');
  });

  it('[R-PD2] what is heard of a partner on a LAN is no communication: the state stays, and the alarm says which of the two it is', () => {
    const solo = silentPartner('two-sites');
    assert.match(solo.box.alarms.get('no-backup')?.advice ?? '', /partner-down east-west/);
    hears(solo, 'lan');
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.equal(solo.view.communications, 'none');
    assert.match(solo.box.alarms.get('no-backup')?.text ?? '', /it lives: it is heard on lan/);
    assert.match(solo.box.alarms.get('no-backup')?.advice ?? '', /Look after the management link/);
  });
});

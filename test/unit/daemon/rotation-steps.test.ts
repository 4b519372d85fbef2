/** Two boxes without sockets: what one says of certificates is carried to the other by hand, and each can be cut off anywhere. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import { openPairing } from '../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { createPairings } from '../../../src/daemon/partner/pairings.ts';
import type { ConfiguredRelationship } from '../../../src/config/index.ts';
import { monotonicMs } from '../../../src/wire/index.ts';
import { settings } from '../../conformance/failover-endpoint/settings.ts';
import { inDirectory } from '../control/in-directory.ts';
import { stampsAt } from '../control/stamps-at.ts';
import { identityOf } from '../net/partner/identities.ts';

type Name = 'east' | 'west' | 'north';

/** What one box says to another; the test carries it. */
interface Letter {
  readonly from: Name;
  readonly relationship: string;
  readonly kind: 'partnerCertificate' | 'certificateKept';
  readonly certificate: string;
}

const KEY = new Uint8Array(17).fill(3);

function configured(relationship: string, role: 'primary' | 'secondary'): ConfiguredRelationship {
  return { ...settings(role), name: relationship, partnerCertificateFile: undefined, pairing: { key: KEY } };
}

async function openBox(directory: string, name: Name, relationships: readonly ConfiguredRelationship[], letters: Letter[]) {
  const alarms = createAlarms(stampsAt(new Date(0)));
  const lines: string[] = [];
  let next: string | undefined;
  const used: string[] = [];
  let isUsed: () => void = () => undefined;
  const whenUsed = new Promise<void>((resolve) => (isUsed = resolve));
  const pairings = createPairings({
    stateDirectory: join(directory, name),
    applianceName: name,
    date: () => new Date(0),
    monotonicMs: () => monotonicMs(0),
    log: createEventLog(stampsAt(new Date(0)), (line) => lines.push(line)),
    alarms,
    onPin: () => undefined,
    onNextCertificate(certificate) {
      next = certificate;
    },
    onPartnerCertificateKept(relationship, certificate) {
      letters.push({ from: name, relationship, kind: 'certificateKept', certificate });
    },
    onIdentity({ certificate }) {
      used.push(certificate.fingerprint);
      isUsed();
    },
  });
  const identity = await pairings.ownIdentity();
  assert.ok(!('error' in identity));
  const opened = await pairings.open(relationships);
  await pairings.resume();
  return {
    pairings,
    alarms,
    lines,
    used,
    whenUsed,
    shows: () => used.at(-1) ?? identity.certificate.fingerprint,
    pinOf: (relationship: string) => opened.get(relationship)?.status.pin,
    pairing: (relationship: string) => opened.get(relationship),
    /** A connection comes about, or it is to be told again. */
    tell() {
      if (next === undefined) return;
      for (const relationship of opened.keys()) letters.push({ from: name, relationship, kind: 'partnerCertificate', certificate: next });
    },
  };
}

type Box = Awaited<ReturnType<typeof openBox>>;

describe('a box that takes another certificate, step by step', function () {
  this.timeout(20_000);
  let now: BoxIdentity;
  let next: BoxIdentity;

  before(async () => {
    [now, next] = await Promise.all([identityOf('east'), identityOf('east', 'next')]);
  });

  const relationships: Readonly<Record<Name, readonly ConfiguredRelationship[]>> = {
    east: [configured('east-west', 'primary'), configured('east-north', 'primary')],
    west: [configured('east-west', 'secondary')],
    north: [configured('east-north', 'secondary')],
  };

  /** East knows both, and they know east. The new key is there already: that of a test takes no second to be made. */
  async function prepare(directory: string): Promise<void> {
    for (const name of ['east', 'west', 'north'] as const) {
      const pairing = join(directory, name, 'pairing');
      await mkdir(pairing, { recursive: true });
      await writeFile(join(pairing, 'box.key'), now.privateKeyPem, { mode: 0o600 });
      await writeFile(join(pairing, 'box.crt'), now.certificate.pem);
      for (const { name: relationship, role } of relationships[name]) {
        const path = join(pairing, `${relationship}.json`);
        const options = { relationship, path, key: KEY, date: () => new Date(0), monotonicMs: () => monotonicMs(0), onChange: () => undefined };
        const [own, other] = [now.certificate.fingerprint, 'c'.repeat(64)];
        const session = {
          exporter: new Uint8Array(32),
          primaryCertificate: role === 'primary' ? own : now.certificate.fingerprint,
          secondaryCertificate: other,
        };
        const partner = await openPairing({ ...options, role: role === 'primary' ? 'secondary' : 'primary', path: `${path}.partner` });
        const proof = partner.prove(session);
        assert.ok(proof !== undefined);
        const opened = await openPairing({ ...options, role });
        assert.equal(await opened.admit(session, proof), undefined);
        assert.equal(await opened.confirm(opened.status.pin ?? ''), undefined);
      }
    }
  }
  async function makeNext(directory: string): Promise<void> {
    await writeFile(join(directory, 'east', 'pairing', 'next.key'), next.privateKeyPem, { mode: 0o600 });
    await writeFile(join(directory, 'east', 'pairing', 'next.crt'), next.certificate.pem);
  }

  const recipientOf = ({ from, relationship }: Letter): Name => {
    if (from !== 'east') return 'east';
    return relationship === 'east-west' ? 'west' : 'north';
  };

  /** Carries letters, at most so many. @returns how many there were */
  async function carry(boxes: Readonly<Record<Name, Box>>, letters: Letter[], most: number): Promise<number> {
    let carried = 0;
    for (let letter = letters.shift(); letter !== undefined && carried < most; letter = letters.shift()) {
      carried++;
      await boxes[recipientOf(letter)].pairings.said(letter);
    }
    return carried;
  }
  async function openAll(directory: string, letters: Letter[]): Promise<Readonly<Record<Name, Box>>> {
    return {
      east: await openBox(directory, 'east', relationships.east, letters),
      west: await openBox(directory, 'west', relationships.west, letters),
      north: await openBox(directory, 'north', relationships.north, letters),
    };
  }
  async function keyInUse(directory: string): Promise<string> {
    return await readFile(join(directory, 'east', 'pairing', 'box.key'), 'utf8');
  }

  // Told to west and north, kept by each, and said so: four letters.
  for (let most = 0; most <= 4; most++) {
    it(`[R-ID3] is known to its partners all the time, with all of them cut off after ${most} messages`, () =>
      inDirectory(async (directory) => {
        await prepare(directory);
        await makeNext(directory);
        const lost: Letter[] = [];
        const first = await openAll(directory, lost);
        assert.equal(await first.east.pairings.rotate('begin'), undefined);
        first.east.tell();
        assert.equal(await carry(first, lost, most), most);
        if (most === 4) await first.east.whenUsed;
        assert.equal(first.east.shows(), (most === 4 ? next : now).certificate.fingerprint);

        const letters: Letter[] = [];
        const boxes = await openAll(directory, letters);
        const known = (relationship: string, box: Box): readonly (string | undefined)[] => {
          const status = box.pairing(relationship)?.status;
          return [status?.pin, status?.nextPin];
        };
        assert.ok(known('east-west', boxes.west).includes(boxes.east.shows()));
        assert.ok(known('east-north', boxes.north).includes(boxes.east.shows()));
        boxes.east.tell();
        await carry(boxes, letters, 100);
        if (most < 4) await boxes.east.whenUsed;
        assert.equal(boxes.east.shows(), next.certificate.fingerprint);
        assert.equal(await keyInUse(directory), next.privateKeyPem);
        assert.deepEqual(boxes.east.alarms.list(), []);
        for (const [relationship, box] of [['east-west', boxes.west], ['east-north', boxes.north]] as const) {
          assert.ok(known(relationship, box).includes(next.certificate.fingerprint));
          await box.pairing(relationship)?.useNext(next.certificate.fingerprint);
          assert.deepEqual(known(relationship, box), [next.certificate.fingerprint, undefined]);
        }
      }));
  }

  it('[R-ID3] goes on with the old one while one of its partners does not keep the new one, and says whom it waits for', () =>
    inDirectory(async (directory) => {
      await prepare(directory);
      await makeNext(directory);
      const letters: Letter[] = [];
      const boxes = await openAll(directory, letters);
      await boxes.east.pairings.rotate('begin');
      const [toWest] = (boxes.east.tell(), letters);
      assert.ok(toWest !== undefined);
      await boxes.west.pairings.said(toWest);
      const answer = letters.at(-1);
      assert.equal(answer?.kind, 'certificateKept');
      await boxes.east.pairings.said(answer);
      assert.equal(boxes.east.shows(), now.certificate.fingerprint);
      assert.equal(await keyInUse(directory), now.privateKeyPem);
      assert.match(boxes.east.alarms.list()[0]?.text ?? '', /goes on with the old one until west keeps the new one as well/);
    }));

  it('[R-ID3] stays with the old one where the operator says so, and the new key is wiped', () =>
    inDirectory(async (directory) => {
      await prepare(directory);
      await makeNext(directory);
      const { east } = await openAll(directory, []);
      await east.pairings.rotate('begin');
      assert.equal(await east.pairings.rotate('cancel'), undefined);
      assert.match((await east.pairings.rotate('cancel')) ?? '', /no new certificate waits/);
      assert.deepEqual([east.shows(), east.pairings.nextCertificate, east.alarms.list()], [now.certificate.fingerprint, undefined, []]);
      await assert.rejects(readFile(join(directory, 'east', 'pairing', 'next.key')), /ENOENT/);
    }));

  it('[R-ID3] does not begin before all its pairings are over, or where its certificate is in the file', () =>
    inDirectory(async (directory) => {
      await prepare(directory);
      const { east } = await openAll(directory, []);
      assert.equal(await east.pairings.command('east-north', 'reset'), undefined);
      await east.pairings.open([configured('east-west', 'primary'), { ...configured('east-north', 'primary'), pairing: { key: new Uint8Array(17).fill(9) } }]);
      assert.match((await east.pairings.rotate('begin')) ?? '', /^the pairing with west is not over/);
      const named = createPairings({
        stateDirectory: join(directory, 'named'), applianceName: 'east', date: () => new Date(0), monotonicMs: () => monotonicMs(0),
        log: createEventLog(stampsAt(new Date(0)), () => undefined), alarms: createAlarms(stampsAt(new Date(0))),
        onPin: () => undefined, onNextCertificate: () => undefined, onPartnerCertificateKept: () => undefined, onIdentity: () => undefined,
      });
      assert.match((await named.rotate('begin')) ?? '', /^the provisioning file names the certificate of this box/);
    }));
});

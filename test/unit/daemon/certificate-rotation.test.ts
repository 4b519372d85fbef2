import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Program } from '../../lab/process/program.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { said, TEST_MS, withTwoDaemons } from './two-daemons.ts';

describeInNamespace(import.meta.url, 'a box that takes another certificate', (suite) => {
  const daemons = withTwoDaemons(suite);
  let east: Program;
  let west: Program;

  suite.beforeEach(async () => {
    await daemons().makeFile();
    [west, east] = [daemons().start('west'), daemons().start('east')];
    await Promise.all([said(west, /paired with east/), said(east, /-> NORMAL/)]);
  });

  for (const box of ['east', 'west'] as const) {
    suite.test(`[R-ID3] is known by it to its partner from its first use on (${box})`, async () => {
      const other = box === 'east' ? 'west' : 'east';
      const [program, partner] = box === 'east' ? [east, west] : [west, east];
      const before = await daemons().pairing(box);
      const oldKey = readFileSync(daemons().path(`${box}/pairing/box.key`), 'utf8');
      const from = program.log.entries.length;
      assert.equal((await daemons().ask(box, 'pair', 'rotate')).code, 0);
      await said(partner, new RegExp(`${box} shows its new certificate`));
      await said(program, /-> NORMAL/, from);
      const [own, theirs] = await Promise.all([daemons().pairing(box), daemons().pairing(other)]);
      assert.notEqual(own.ownCertificate, before.ownCertificate);
      assert.equal(theirs.partnerCertificate, own.ownCertificate);
      assert.deepEqual([own.nextOwnCertificate, theirs.nextPartnerCertificate], [undefined, undefined]);
      assert.notEqual(readFileSync(daemons().path(`${box}/pairing/box.key`), 'utf8'), oldKey);
      for (const name of ['next.key', 'next.crt', 'next.use']) assert.ok(!existsSync(daemons().path(`${box}/pairing/${name}`)));
    }, TEST_MS);
  }
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { loadProvisioning, whichBox } from '../../../src/config/index.ts';
import { readConfiguration } from '../../../src/daemon/configuration/read-configuration.ts';
import { inDirectory } from '../control/in-directory.ts';

const FILE = `version: 1
appliances:
  east: { links: { lan: [eth1] }, serial-number: SN 4711-e, mac-addresses: ["02:00:5e:10:00:01", "02:00:5E:10:00:02"] }
  west: { links: { lan: [eth1] }, serial-number: 10000000abcdef12, mac-addresses: ["02-00-5e-20-00-01"] }
links: { lan: { prefixes: [2001:db8:1::/64] } }
`;

/** A `/sys` with these files in it. */
function makeSys(directory: string, files: Readonly<Record<string, string>>): string {
  const sys = join(directory, 'sys');
  mkdirSync(sys);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(sys, path)), { recursive: true });
    writeFileSync(join(sys, path), content);
  }
  return sys;
}

interface Found {
  readonly name: string | undefined;
  /** What was asked for, if a person was. */
  readonly asked: readonly (readonly string[])[];
}

async function find(directory: string, sys: string, answer?: string, text = FILE): Promise<Found> {
  const file = 'pair.yaml';
  const loaded = loadProvisioning(Buffer.from(text), file);
  assert.ok('document' in loaded);
  const asked: (readonly string[])[] = [];
  const ask = (names: readonly string[]): Promise<string | undefined> => {
    asked.push(names);
    return Promise.resolve(answer);
  };
  return { name: await whichBox({ document: loaded.document, file, stateDirectory: join(directory, 'state'), sys, ask }), asked };
}

const LOOPBACK = { 'class/net/lo/address': '00:00:00:00:00:00\n' };

describe('a box that gets the file of all boxes', () => {
  for (const [what, files, name] of [
    ['the serial number in its device tree', { 'firmware/devicetree/base/serial-number': '10000000abcdef12\0' }, 'west'],
    ['the serial number that its firmware tells', { 'class/dmi/id/product_serial': 'SN 4711-e\n' }, 'east'],
    ['the hardware address of any of its ports', { ...LOOPBACK, 'class/net/eth0/address': '02:00:5e:10:00:02\n', 'class/net/eth1/address': '02:00:5e:99:00:02\n' }, 'east'],
    ['both', { 'firmware/devicetree/base/serial-number': '10000000abcdef12\0', 'class/net/eth0/address': '02:00:5e:20:00:01\n' }, 'west'],
  ] as const) {
    it(`knows itself by ${what}`, () =>
      inDirectory(async (directory) => {
        assert.deepEqual(await find(directory, makeSys(directory, files)), { name, asked: [] });
        assert.ok(!existsSync(join(directory, 'state')), 'what the hardware says need not be kept');
      }));
  }

  it('that has what is named for two says so and is neither', () =>
    inDirectory(async (directory) => {
      const sys = makeSys(directory, { 'firmware/devicetree/base/serial-number': '10000000abcdef12\0', 'class/net/eth0/address': '02:00:5e:10:00:01\n' });
      await assert.rejects(
        find(directory, sys),
        /this box has what is named for several: the hardware address 02:00:5e:10:00:01 \(east\), the serial number 10000000abcdef12 \(west\)$/,
      );
    }));

  it('asks once where its hardware is in the file for none, and keeps the answer', () =>
    inDirectory(async (directory) => {
      const sys = makeSys(directory, { ...LOOPBACK, 'class/dmi/id/product_serial': 'To be filled by O.E.M.\n' });
      assert.deepEqual(await find(directory, sys), { name: undefined, asked: [['east', 'west']] }, 'nobody is there');
      assert.deepEqual(await find(directory, sys, 'west'), { name: 'west', asked: [['east', 'west']] });
      assert.deepEqual(await find(directory, sys), { name: 'west', asked: [] });
      assert.equal(statSync(join(directory, 'state')).mode & 0o777, 0o700);
      assert.equal(readFileSync(join(directory, 'state', 'box-name'), 'utf8'), 'west\n');
      const renamed = FILE.replace('west:', 'north:');
      assert.deepEqual(await find(directory, sys, 'north', renamed), { name: 'north', asked: [['east', 'north']] });
    }));

  it('believes its hardware more than what was answered on another one', () =>
    inDirectory(async (directory) => {
      mkdirSync(join(directory, 'state'));
      writeFileSync(join(directory, 'state', 'box-name'), 'west\n');
      const sys = makeSys(directory, { 'class/dmi/id/board_serial': 'SN 4711-e\n' });
      assert.deepEqual(await find(directory, sys), { name: 'east', asked: [] });
    }));

  it('asks nothing where the file has one box', () =>
    inDirectory(async (directory) => {
      const sys = makeSys(directory, {});
      const alone = FILE.replace(/ {2}west:.*\n/, '');
      assert.deepEqual(await find(directory, sys, 'east', alone), { name: undefined, asked: [] });
    }));

  it('is asked nothing where the file is wrong: that is said in its place', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'pair.yaml');
      writeFileSync(file, 'version: 2\n');
      let isAsked = false;
      const said = await readConfiguration(file, () => {
        isAsked = true;
        return Promise.resolve('east');
      });
      assert.deepEqual([typeof said, isAsked], ['string', false]);
    }));
});

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { trimMemory } from '../../../src/memory/index.ts';

/** Resident octets of files that are mapped. */
function residentFileOctets(): number {
  const kilobytes = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

describe('trimMemory', () => {
  it('lets go of program pages, and says how many octets', () => {
    const before = residentFileOctets();
    const forgotten = trimMemory();
    assert.ok(forgotten > 10 << 20, `${String(forgotten)} octets`);
    assert.ok(residentFileOctets() < before - (5 << 20), `${String(before)} before, ${String(residentFileOctets())} after`);
  });

  it('leaves pages that were written as they were: the program runs on', () => {
    for (let i = 0; i < 20; i += 1) {
      trimMemory();
      assert.equal(JSON.stringify(JSON.parse('{"a":[1,2.5,"x"]}')), '{"a":[1,2.5,"x"]}');
      assert.match(new Date(0).toLocaleDateString('de', { timeZone: 'Asia/Tokyo' }), /^1\.1\.1970$/);
    }
  });
});

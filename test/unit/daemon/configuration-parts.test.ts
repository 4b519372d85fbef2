import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { partsOf, wholeOf } from '../../../src/daemon/configuration/configuration-parts.ts';
import type { ConfigurationPart } from '../../../src/daemon/configuration/configuration-parts.ts';
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { LoadedConfiguration } from '../../../src/daemon/configuration/loaded-configuration.ts';

/** Two links with so many reservations each, beside one without any. */
function loaded(counts: readonly [number, number]): LoadedConfiguration {
  const link = (n: number, count: number): string => `  link${n}:
    prefixes: ["2001:db8:${n}::/64"]
    reservations: [${Array.from({ length: count }, (_, i) => `{ duid: "00:03:00:01:02:00:00:00:0${n}:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}", addresses: ["2001:db8:${n}::${(i + 16).toString(16)}"] }`).join(', ')}]
`;
  const text = `version: 1\nappliances: { east: { links: { link1: [eth1], link2: [eth2], link3: [eth3] } } }\nlinks:\n${link(1, counts[0])}${link(2, 0)}${link(3, counts[1])}`;
  const result = loadProvisioning(new TextEncoder().encode(text), 'test');
  assert.ok('document' in result, JSON.stringify(result));
  const appliance = resolveAppliance(result.document, 'east');
  assert.ok(!('error' in appliance));
  return { appliance, text, warnings: ['one'] };
}

describe('a configuration in parts', () => {
  it('is the same when they are put together, and no part has very many reservations', () => {
    const before = loaded([600, 257]);
    const parts = [...partsOf(before)].map((part) => structuredClone(part));
    for (const part of parts) if (part !== 'whole' && 'link' in part) assert.ok(part.reservations.length <= 256);
    assert.ok(parts.length > 5);
    assert.deepEqual(wholeOf(parts), before);
    assert.deepEqual(wholeOf([...partsOf(loaded([0, 0]))]), loaded([0, 0]));
  });

  it('is none where a process ended before it had said all of it', () => {
    const parts: readonly ConfigurationPart[] = [...partsOf(loaded([300, 1]))];
    for (let count = 0; count < parts.length; count++) assert.equal(wholeOf(parts.slice(0, count)), undefined);
  });
});

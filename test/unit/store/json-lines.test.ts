import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { BindingStatus, LeaseKind, type Binding, encodeLeaseDns } from '../../../src/lease/index.ts';
import { exportLines, importLines, type ImportError } from '../../../src/store/index.ts';
import { epochSeconds, iaid, parseAddress, type Duid } from '../../../src/wire/index.ts';
import { bindingOf, bindingsOf } from './bindings.ts';

async function* chunksOf(bindings: readonly Binding[]): AsyncGenerator<readonly Binding[]> {
  for (let at = 0; at < bindings.length; at += 2) yield await Promise.resolve(bindings.slice(at, at + 2));
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const exported = (bindings: readonly Binding[]): Promise<string[]> => collect(exportLines(chunksOf(bindings), { withKeys: true }));
const imported = (lines: readonly string[]): Promise<(Binding | ImportError)[]> => collect(importLines(linesOf(lines)));

/** Without fields that are there but undefined. */
const defined = (binding: object): object => Object.fromEntries(Object.entries(binding).filter(([, value]) => value !== undefined));

describe('bindings as lines of JSON', () => {
  it('are read back as they were written', async () => {
    const bindings = [
      ...bindingsOf(0, 3),
      bindingOf(4, { duid: new Uint8Array(0) as Duid, status: BindingStatus.FREE_BACKUP, iaid: iaid(0xffffffff), timescale: 3, revision: 2 ** 40 }),
      bindingOf(5, { kind: LeaseKind.REGISTERED, linkLayerAddress: Uint8Array.of(0, 1, 2, 0, 0, 0, 0, 9), relay: Uint8Array.of(12, 0, 255) }),
      bindingOf(6, {
        kind: LeaseKind.IA_PD,
        prefixLength: 56,
        address: parseAddress('2001:db8:2::') ?? assert.fail(),
        partnerLifetime: epochSeconds(1),
        ackedPartnerLifetime: epochSeconds(2),
        expirationTime: epochSeconds(3),
        partnerRawCltTime: epochSeconds(4),
        updateNeeded: true,
        reconfigureData: Uint8Array.of(1, 2, 3, 4, 5),
        dns: encodeLeaseDns({ bits: 0x13, fqdnFlags: 1, name: Uint8Array.of(1, 0x61, 0), wanted: Uint8Array.of(1, 0x62, 0) }),
        clientAddress: parseAddress('fe80::1') ?? assert.fail(),
        relay: Uint8Array.of(12),
        relayAgent: parseAddress('fe80::2') ?? assert.fail(),
      }),
    ];
    const lines = await exported(bindings);
    assert.equal(lines.length, bindings.length + 2);
    assert.ok(lines.every((line) => !line.includes('\n')));
    assert.deepEqual((await imported(lines)).map(defined), bindings.map(defined));
  });

  it('are plain for a reader', async () => {
    assert.deepEqual(await exported([bindingOf(1, { linkLayerAddress: Uint8Array.of(0, 1, 2) })]), [
      '{"twinlease":"bindings","version":4}',
      '{"address":"2001:db8:1::1","prefixLength":128,"kind":"IA_NA","status":"ACTIVE","duid":"00:03:00:01:02:00:00:00:00:01",' +
        '"iaid":1437226411,"preferredLifetime":3600,"validLifetime":7200,"clientLastTransactionTime":1790000001,' +
        '"startTimeOfState":1790000000,"stateExpirationTime":1790007201,"timescale":0,"revision":1,"linkLayerAddress":"00:01:02"}',
      '{"end":1}',
    ]);
  });

  const cases: readonly [what: string, change: (lines: string[]) => readonly string[], errors: readonly ImportError[]][] = [
    ['a file that is something else', () => ['{"a":1}'], [
      { line: 1, problem: 'the file must begin with {"twinlease":"bindings","version":4}' },
      { line: 2, problem: 'the file is cut short: the last line of the export is missing' },
    ]],
    ['an empty file', () => [], [{ line: 1, problem: 'the file is cut short: the last line of the export is missing' }]],
    ['a later version', (lines) => [lines[0]?.replace('4}', '5}') ?? '', ...lines.slice(1)], [{ line: 1, problem: 'version: must be 1, 2, 3, 4' }]],
    ['a file that was cut short', (lines) => lines.slice(0, -1), [
      { line: 5, problem: 'the file is cut short: the last line of the export is missing' },
    ]],
    ['a line that is missing', (lines) => lines.toSpliced(2, 1), [
      { line: 4, problem: 'the export had 3 bindings, but here are 2' },
    ]],
    ['more behind the end', (lines) => [...lines, '{}'], [{ line: 6, problem: 'there is more behind the last line of the export' }]],
    ['a line that is no JSON', (lines) => lines.with(2, '{"address'), [
      { line: 3, problem: 'it is no JSON object' },
      { line: 5, problem: 'the export had 3 bindings, but here are 2' },
    ]],
    ['a lease that stands there twice', (lines) => lines.with(3, lines[2] ?? ''), [
      { line: 4, problem: 'address: must be behind that of the line before, and nothing may stand there twice' },
    ]],
  ];
  for (const [what, change, errors] of cases) {
    it(`tell ${what} by its line`, async () => {
      const found = await imported(change(await exported(bindingsOf(0, 3))));
      assert.deepEqual(found.filter((one) => 'problem' in one), errors);
    });
  }

  const fields: readonly [name: string, value: unknown, problem: string][] = [
    ['address', '2001:db8::g', 'address: must be an IPv6 address'],
    ['address', 5, 'address: must be an IPv6 address'],
    ['prefixLength', 129, 'prefixLength: must be 0 to 128'],
    ['prefixLength', 64, 'prefixLength: must be 128 for an address'],
    ['kind', 'toString', 'kind: must be one of IA_NA, IA_PD, REGISTERED'],
    ['kind', 'IA_TA', 'kind: must be one of IA_NA, IA_PD, REGISTERED'],
    ['status', 'active', 'status: must be one of ACTIVE, EXPIRED, RELEASED, PENDING_FREE, FREE, FREE_BACKUP, ABANDONED, RESET'],
    ['duid', '00:0', 'duid: must be 3 to 130 octets, or none'],
    ['duid', 'xyz', 'duid: must be octets in hexadecimal'],
    ['iaid', -1, 'iaid: must be a 32-bit number'],
    ['validLifetime', 2 ** 32, 'validLifetime: must be seconds, at most 4294967295'],
    ['stateExpirationTime', '1', 'stateExpirationTime: must be seconds since 1970, in 32 bits'],
    ['partnerLifetime', -1, 'partnerLifetime: must be seconds since 1970, in 32 bits'],
    ['ackedPartnerLifetime', 0.5, 'ackedPartnerLifetime: must be seconds since 1970, in 32 bits'],
    ['expirationTime', 2 ** 32, 'expirationTime: must be seconds since 1970, in 32 bits'],
    ['partnerRawCltTime', null, 'partnerRawCltTime: must be seconds since 1970, in 32 bits'],
    ['updateNeeded', 1, 'updateNeeded: must be true or false'],
    ['timescale', 4294967295, 'timescale: must be 0 to 4294967294'],
    ['revision', 2 ** 53, 'revision: must be a whole number of at most 53 bits'],
    ['relay', '', 'relay: must be 1 to 65535 octets'],
    ['reconfigureData', '', 'reconfigureData: must be 1 to 65535 octets'],
    ['reconfigureData', 'zz', 'reconfigureData: must be octets in hexadecimal'],
    ['clientAddress', 'fe80::1::', 'clientAddress: must be an IPv6 address'],
    ['relayAgent', 'fe80::1::', 'relayAgent: must be an IPv6 address'],
    ['relayAgent', 'fe80::1', 'relayAgent: must not be there without relay'],
    ['clientAddress', 7, 'clientAddress: must be an IPv6 address'],
    ['dns', '0301', 'dns: must be flags and names in wire form'],
    ['dns', 'zz', 'dns: must be octets in hexadecimal'],
    ['linkLayerAddress', '01', 'linkLayerAddress: must be 2 to 66 octets'],
    ['colour', 'blue', 'colour: there is no such field; there are address, prefixLength, kind, status, duid, iaid, preferredLifetime, validLifetime, clientLastTransactionTime, startTimeOfState, stateExpirationTime, partnerLifetime, ackedPartnerLifetime, expirationTime, partnerRawCltTime, updateNeeded, timescale, revision, linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns'],
  ];
  for (const [name, value, problem] of fields) {
    it(`refuse ${JSON.stringify(value)} for ${name}`, async () => {
      const lines = await exported(bindingsOf(0, 1));
      const changed = JSON.stringify({ ...(JSON.parse(lines[1] ?? '') as object), [name]: value });
      assert.deepEqual(await imported(lines.with(1, changed)), [{ line: 2, problem }]);
    });
  }

  it('refuse a prefix with bits behind its length', async () => {
    const prefix = bindingOf(1, { kind: LeaseKind.IA_PD, prefixLength: 127 });
    assert.deepEqual(await imported(await exported([prefix])), [
      { line: 2, problem: 'address: must be zero behind the prefix length' },
    ]);
  });
});

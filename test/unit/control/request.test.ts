import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FAILOVER_ACTIONS } from '../../../src/control/failover-protocol.ts';
import { parseRequest } from '../../../src/control/request.ts';
import { FAILOVER_COMMANDS } from '../../../src/failover/index.ts';

const QUERY = { after: undefined, limit: 5, active: undefined, all: undefined, name: undefined, duid: undefined, link: undefined };

describe('a request to the daemon', () => {
  for (const method of ['status', 'links', 'counters', 'config', 'failover', 'pairings', 'store-accept', 'reload', 'stop'] as const) {
    it(`${method} is its name alone; what else is said is left out`, () => {
      assert.deepEqual(parseRequest(JSON.stringify({ method, more: 1 })), { method });
    });
  }

  it('for leases has a limit and may have the rest', () => {
    assert.deepEqual(parseRequest('{"method":"leases","query":{"limit":5}}'), { method: 'leases', query: QUERY });
    const query = { ...QUERY, after: '::', active: true, all: true, name: '::1', duid: '00:01:02', link: 'lan' };
    assert.deepEqual(parseRequest(JSON.stringify({ method: 'leases', query })), { method: 'leases', query });
  });

  for (const method of ['failover-outlook', 'failover-states'] as const) {
    it(`${method} names a relationship`, () => {
      assert.deepEqual(parseRequest(JSON.stringify({ method, relationship: 'a', more: 1 })), { method, relationship: 'a' });
      assert.equal(parseRequest(JSON.stringify({ method })), 'relationship: must be a name');
      assert.equal(parseRequest(JSON.stringify({ method, relationship: 7 })), 'relationship: must be a name');
    });
  }

  it('takes every command that failover knows, and no other', () => {
    for (const action of FAILOVER_COMMANDS) {
      const request = { method: 'failover-command', relationship: 'a', action } as const;
      assert.deepEqual(parseRequest(JSON.stringify(request)), request);
    }
    assert.deepEqual([...FAILOVER_ACTIONS], [...FAILOVER_COMMANDS]);
  });

  it('takes what may be done to a pairing', () => {
    for (const action of ['reset', 'replace'] as const) {
      const request = { method: 'pairing-command', relationship: 'a', action } as const;
      assert.deepEqual(parseRequest(JSON.stringify(request)), request);
    }
    assert.equal(parseRequest('{"method":"pairing-command","action":"reset"}'), 'relationship: must be a name');
    assert.equal(parseRequest('{"method":"pairing-command","relationship":"a","action":"x"}'), 'action: must be one of reset, replace');
  });

  const refused: readonly [line: string, why: string][] = [
    ['', 'the request is no JSON object'],
    ['{"method"', 'the request is no JSON object'],
    ['null', 'the request is no JSON object'],
    ['[]', 'the request is no JSON object'],
    ['"status"', 'the request is no JSON object'],
    ['{}', 'method: is missing'],
    ['{"method":"dance"}', 'there is no method "dance"'],
    ['{"method":{"a":1}}', 'there is no method {"a":1}'],
    ['{"method":"__proto__"}', 'there is no method "__proto__"'],
    ['{"method":"log"}', 'lines: must be a whole number above 0'],
    ['{"method":"log","lines":0}', 'lines: must be a whole number above 0'],
    ['{"method":"log","lines":1.5}', 'lines: must be a whole number above 0'],
    ['{"method":"leases"}', 'query: must be an object'],
    ['{"method":"leases","query":null}', 'query: must be an object'],
    ['{"method":"leases","query":{}}', 'query.limit: must be a whole number above 0'],
    ['{"method":"leases","query":{"limit":"5"}}', 'query.limit: must be a whole number above 0'],
    ['{"method":"leases","query":{"limit":1e300}}', 'query.limit: must be a whole number above 0'],
    ['{"method":"leases","query":{"limit":5,"active":"yes"}}', 'query.active: must be true or false'],
    ['{"method":"leases","query":{"limit":5,"all":1}}', 'query.all: must be true or false'],
    ['{"method":"leases","query":{"limit":5,"duid":7}}', 'query.duid: must be a text'],
    ['{"method":"failover-command","action":"pause"}', 'relationship: must be a name'],
    [
      '{"method":"failover-command","relationship":"a","action":"explode"}',
      'action: must be one of partner-down, force-partner-down, resync, resync-all, pause, resume, handover',
    ],
    ['{"method":"lease-command","lease":"::1"}', 'action: must be "release" or "reset"'],
    ['{"method":"lease-command","action":"delete","lease":"::1"}', 'action: must be "release" or "reset"'],
    ['{"method":"lease-command","action":"reset"}', 'lease: must be an address, or a prefix with its length'],
    ['{"method":"reconfigure"}', 'client: must be an address, a prefix with its length, or a DUID'],
    ['{"method":"reconfigure","client":"::1","message":"reply"}', 'message: must be one of renew, rebind, information-request'],
    ['{"method":"reconfigure-report","client":5}', 'client: must be an address, a prefix with its length, or a DUID'],
  ];
  for (const [line, why] of refused) {
    it(`${line === '' ? 'an empty line' : line} is refused: ${why}`, () => assert.equal(parseRequest(line), why));
  }
});

// The checker of a trace finds what it is there to find. The trace that it is tried on is a real one: the start
// of the log, a Request, and its record, sync and Reply; then the same again for another client.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { checkOrder, type Verdict } from './order.ts';
import { parseTrace } from './strace.ts';

const trace = readFileSync(new URL('./two-exchanges.strace', import.meta.url), 'utf8').trimEnd().split('\n');
const [, , request = '', append = '', sync = '', reply = '', ...second] = trace;
const before = trace.slice(0, 2);

function check(...lines: readonly string[]): Verdict {
  return checkOrder(parseTrace([...before, ...lines].join('\n')));
}

/** The two lines of a call during which something else happened. */
function halves(line: string): [string, string] {
  const [, head = '', name = '', rest = ''] = /^(\d+ [\d.]+ )(\w+)\((.*)$/.exec(line) ?? [];
  const end = rest.lastIndexOf(') = ');
  return [`${head}${name}(${rest.slice(0, end)} <unfinished ...>`, `${head}<... ${name} resumed>${rest.slice(end)}`];
}

describe('the checker of write, sync and send', () => {
  it('has nothing to say of the trace as it was', () => {
    assert.deepEqual(check(request, append, sync, reply, ...second), { checked: 2, violations: [] });
  });

  const [syncBegins, syncEnds] = halves(sync);
  const [appendBegins, appendEnds] = halves(append);
  const [replyBegins, replyEnds] = halves(reply);

  it('reads calls that others interrupt as it reads whole ones', () => {
    const lines = [request, appendBegins, appendEnds, syncBegins, syncEnds, replyBegins, replyEnds];
    assert.deepEqual(check(...lines), { checked: 1, violations: [] });
  });

  const early: Readonly<Record<string, readonly string[]>> = {
    'a Reply sent before the append': [request, reply, append, sync],
    'a Reply sent between append and sync': [request, append, reply, sync],
    'a Reply sent while the sync runs': [request, append, syncBegins, reply, syncEnds],
    'a Reply whose sending began while the sync ran': [request, append, syncBegins, replyBegins, syncEnds, replyEnds],
    'a sync that began before the append had ended': [request, appendBegins, syncBegins, appendEnds, syncEnds, reply],
    'a sync that failed': [request, append, sync.replace(/= 0$/, '= -1 EIO (Input/output error)'), reply],
    'a sync of another file': [request, append, sync.replace('\\x36\\x2e', '\\x37\\x2e'), reply],
    'no sync at all': [request, append, reply],
    'no record at all': [request, sync, reply],
    'a record of before the Request': [append, sync, request, reply],
    'a Reply to a second Request with the record of the first': [request, append, sync, reply, ...renumbered(request, reply)],
  };
  for (const [what, lines] of Object.entries(early)) {
    it(`finds ${what}`, () => {
      const { checked, violations } = check(...lines);
      assert.ok(checked >= 1);
      assert.notDeepEqual(violations, []);
    });
  }
});

/** Another exchange about the same leases: the transaction-id differs. */
function renumbered(...lines: readonly string[]): string[] {
  const [, transaction = ''] = /\\x03(\\x..\\x..\\x..)\\x00\\x01\\x00/.exec(request) ?? [];
  assert.notEqual(transaction, '');
  return lines.map((line) => line.replaceAll(transaction, '\\x01\\x02\\x03'));
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatMetrics } from '../../../src/control/index.ts';
import { reportCounters, reportLinks, reportStatus } from '../../../src/control/reports.ts';
import { giveLeases, runBox } from '../control/running-box.ts';

/** A line of the exposition format 0.0.4: a comment, or a sample with labels and a number. */
const LINE = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="([^"\\]|\\["\\n])*")*\})? \d+(\.\d+)?(e\+\d+)?)$/;

describe('metrics', () => {
  it('are lines as Prometheus reads them, each name once with its type ahead of its samples', () => {
    const running = runBox();
    giveLeases(running.box);
    const text = formatMetrics(reportStatus(running.subject), reportLinks(running.subject), reportCounters(running.subject));
    running.close();
    const lines = text.trimEnd().split('\n');
    assert.deepEqual(lines.filter((line) => !LINE.test(line)), []);
    const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
    assert.equal(new Set(types).size, types.length);
    assert.ok(lines.includes('twinlease_leases{status="ACTIVE"} 3'), text);
    assert.ok(lines.includes('twinlease_pool_active{link="lan",pool="2001:db8:1::100 - 2001:db8:1::1ff"} 2'), text);
    assert.ok(lines.includes('twinlease_pool_size{link="lan",pool="2001:db8:1::100 - 2001:db8:1::1ff"} 256'), text);
    assert.ok(lines.includes('twinlease_events_total{name="received.request"} 2'), text);
    assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
  });

  it('a label may have anything in it', () => {
    const running = runBox();
    const status = reportStatus(running.subject);
    const text = formatMetrics({ ...status, leases: { 'a"b\\c\nd': 1 } }, [], {});
    running.close();
    assert.match(text, /^twinlease_leases\{status="a\\"b\\\\c\\nd"\} 1$/m);
  });
});

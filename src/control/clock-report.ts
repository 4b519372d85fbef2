/** The clock of a running daemon as an operator reads it. */
import { ClockSource } from '../clock/index.ts';
import { formatHex } from '../wire/index.ts';
import type { ClockReport, ClockSourceName } from './clock-protocol.ts';
import { isoTime } from './iso-time.ts';
import type { Subject } from './subject.ts';

const SOURCE_NAMES: Readonly<Record<ClockSource, ClockSourceName>> = {
  [ClockSource.NOBODY]: 'nobody',
  [ClockSource.NTP]: 'ntp',
  [ClockSource.OPERATOR]: 'operator',
  [ClockSource.PARTNER]: 'partner',
  [ClockSource.SYSTEM]: 'system',
};

export function reportClock({ appliance, stamps, systemClock }: Subject): ClockReport {
  const { isTrusted, source, doubt, system, timescale } = appliance.clock;
  const { now, maxError } = systemClock();
  return {
    now: isoTime(stamps.epoch()),
    trusted: isTrusted,
    source: SOURCE_NAMES[source],
    doubt: doubt === undefined ? undefined : { source: SOURCE_NAMES[doubt.source], by: doubt.by },
    system: { now: isoTime(now), status: system, maxError },
    timescale: formatHex(timescale, ''),
  };
}

/** Kea's timers of a subnet, a shared network or of all. */
import { put } from '../draft.ts';
import type { Draft, DraftLifetimes } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { Section } from './section.ts';

/** What Kea takes where it is not told. */
const T1_PERCENT = 0.5;
const T2_PERCENT = 0.8;
const PREFERRED = 3600;

const INFINITE = 0xffff_ffff;

/** @param around the lifetimes that hold where the section says nothing */
export function readLifetimes(draft: Draft, section: Section, around: DraftLifetimes, what: string, findings: Findings): DraftLifetimes {
  const lifetimes: DraftLifetimes = {};
  const take = (key: 'preferred' | 'valid' | 't1' | 't2', name: string): number | undefined => {
    const found = section.whole(name);
    if (found !== undefined) put(draft, lifetimes, key, durationText(found.value), found.place, name);
    for (const bound of [`min-${name}`, `max-${name}`]) {
      const limit = section.whole(bound);
      if (limit === undefined || limit.value === found?.value) continue;
      findings.leftOut(limit.place, `${what === '' ? '' : `${what}: `}${bound}`, 'a client gets the one lifetime that is configured, whatever it asks for', 'set "preferred" and "valid" under "lifetimes" to what should hold');
    }
    return found?.value;
  };
  const preferred = take('preferred', 'preferred-lifetime');
  const valid = take('valid', 'valid-lifetime');
  // Kea's own one may be longer than what was set.
  if (valid !== undefined && preferred === undefined && around.preferred === undefined && valid < PREFERRED) {
    put(draft, lifetimes, 'preferred', durationText(valid), section.placeOf('valid-lifetime'), 'valid-lifetime');
  }
  const t1 = take('t1', 'renew-timer');
  const t2 = take('t2', 'rebind-timer');
  section.skip('calculate-tee-times');
  const part = (key: 't1' | 't2', name: string, usual: number, isSet: boolean): void => {
    const found = section.number(name);
    if (found === undefined || isSet || found.value === usual) return;
    const whole = preferred ?? secondsOf(around.preferred) ?? PREFERRED;
    put(draft, lifetimes, key, durationText(Math.floor(whole * found.value)), found.place, name);
  };
  part('t1', 't1-percent', T1_PERCENT, t1 !== undefined);
  part('t2', 't2-percent', T2_PERCENT, t2 !== undefined);
  return lifetimes;
}

export function durationText(seconds: number): string {
  return seconds >= INFINITE ? 'infinite' : `${String(seconds)}s`;
}

function secondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  return duration === 'infinite' ? INFINITE : Number.parseInt(duration, 10);
}

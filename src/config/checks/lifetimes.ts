/** t1 <= t2 <= preferred <= valid, in every layer (RFC 9915 sections 14.2, 21.4 and 21.6). */
import type { Seconds } from '../../wire/index.ts';
import { formatDuration } from '../duration.ts';
import type { Report } from '../fault.ts';
import { type KeyPath, formatKeyPath } from '../key-path.ts';
import { type LayeredLifetimes, automaticTimer, fileLifetimes, within } from '../lifetimes.ts';
import type { ProvisioningDocument } from '../schema.ts';

export function checkLifetimes(document: ProvisioningDocument, report: Report): void {
  const file = fileLifetimes(document);
  checkLayer(file, [], report);
  for (const [i, { lifetimes }] of (document.classes ?? []).entries()) {
    // Those of a class are whole: nothing of the file is left in them.
    if (lifetimes !== undefined) checkLayer(within(file, lifetimes, ['classes', i]), ['classes', i], report);
  }
  for (const [name, link] of Object.entries(document.links)) {
    const path = ['links', name];
    const ofLink = within(file, link.lifetimes, path);
    checkLayer(ofLink, path, report);
    for (const key of ['address-pools', 'prefix-pools'] as const) {
      for (const [i, pool] of link[key].entries()) {
        const poolPath = [...path, key, i];
        checkLayer(within(ofLink, pool.lifetimes, poolPath), poolPath, report);
      }
    }
  }
}

interface Limit {
  readonly name: string;
  readonly value: Seconds;
  readonly path: KeyPath;
}

function checkLayer(lifetimes: LayeredLifetimes, layer: KeyPath, report: Report): void {
  const preferred = { name: 'preferred', ...lifetimes.preferred };
  const valid = { name: 'valid', ...lifetimes.valid };
  const t1 = timerLimit('t1', lifetimes.t1, lifetimes.preferred, 0.5);
  const t2 = timerLimit('t2', lifetimes.t2, lifetimes.preferred, 0.8);
  for (const [less, more] of [
    [preferred, valid],
    [t2, preferred],
    [t1, t2],
  ] as const) {
    if (less.value <= more.value) continue;
    // What clashes in an outer layer has been reported there.
    const here = [less, more].find(({ path }) => layer.every((key, i) => path[i] === key));
    if (here !== undefined) reportClash(less, more, here, report);
  }
}

/** What a timer amounts to; an automatic one stands where the preferred lifetime does. */
function timerLimit(
  name: string,
  timer: LayeredLifetimes['t1'],
  preferred: LayeredLifetimes['preferred'],
  part: 0.5 | 0.8,
): Limit {
  if (timer.value !== 'auto') return { name, value: timer.value, path: timer.path };
  return {
    name: `${name} (auto, ${part} of preferred)`,
    value: automaticTimer(preferred.value, part),
    path: preferred.path,
  };
}

function reportClash(less: Limit, more: Limit, here: Limit, report: Report): void {
  const other = here === less ? more : less;
  const isSamePlace = formatKeyPath(less.path) === formatKeyPath(more.path);
  report({
    path: here.path,
    problem: `${less.name} is longer than ${more.name}`,
    found: `${less.name} ${formatDuration(less.value)}, ${more.name} ${formatDuration(more.value)}`,
    allowed: 't1 <= t2 <= preferred <= valid',
    related: isSamePlace ? [] : [{ path: other.path, note: `${other.name} is set` }],
  });
}

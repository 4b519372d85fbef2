/** Failover relationships as text for a person. */
import type { OutlookReport, RelationshipReport, RelationshipStatus, SharedPoolReport } from '../control/index.ts';
import { formatLinkHealth } from './link-health-text.ts';
import { formatSize, poolLines } from './pool-lines.ts';
import { formatTable } from './table.ts';
import { formatSpan, spanUntil } from './time-span.ts';
import { formatUtcTime } from './utc-time.ts';
import { SCREEN_COLUMNS, wrap } from './wrap.ts';

const INTERRUPTED = 'COMMUNICATIONS-INTERRUPTED';

/** What a state means to those who have to do with it; the RFC's words alone tell little. */
const MEANINGS: Readonly<Record<string, string>> = {
  STARTUP: 'it starts, and looks for its partner',
  NORMAL: 'both boxes work and agree',
  [INTERRUPTED]: 'it does not hear its partner, and serves what is its own',
  'PARTNER-DOWN': 'it serves alone',
  'POTENTIAL-CONFLICT': 'both served alone, and it settles with its partner who has what',
  RECOVER: 'it learns from its partner what it missed',
  'RECOVER-WAIT': 'it waits until what it may have promised before is over',
  'RECOVER-DONE': 'it is ready, and waits for its partner',
  'RESOLUTION-INTERRUPTED': 'it lost its partner before they had settled who has what',
  'CONFLICT-DONE': 'it has settled who has what, its partner has not yet',
};

/** What RFC 8156 section 3 calls it, for those who have to do with it. */
const SERVING: Readonly<Record<string, string>> = {
  responsive: 'answers every client (responsive)',
  'renew responsive': 'answers clients that ask for this box by its identifier (renew responsive)',
  'renew responsive, no new leases': 'extends leases that it knows, and gives no new ones (renew responsive)',
  unresponsive: 'answers no client (unresponsive)',
  'responsive to its hash buckets': 'answers its part of the clients, and those that ask for this box by its identifier (responsive to its hash buckets)',
};

/** In a line of `show status`. */
export function formatRelationshipStatus({ name, role, state, partner, partnerState, communications }: RelationshipStatus): string {
  const contact = communications === 'ok' ? `with ${partner}${partnerState === state ? '' : ` (${partnerState ?? 'not heard yet'})`}` : `WITHOUT ${partner}`;
  return `${name}: ${state} ${contact}, as ${role}`;
}

export function formatRelationship(report: RelationshipReport, outlook: OutlookReport, now: number): string {
  const { name, role, state, since, why, serving, partner, links, communications } = report;
  const meaning = state === INTERRUPTED && communications === 'ok' ? 'it serves what is its own until its partner is ready' : MEANINGS[state];
  return [
    wrap(`${name}: `, `this box is the ${role}, ${partner.name} (${partner.address}) its partner; ${links.length === 1 ? 'link' : 'links'} ${links.join(', ')}`),
    wrap('  this box       ', `${state}${meaning === undefined ? '' : `: ${meaning}`}`),
    wrap('                 ', `since ${formatUtcTime(since)} (${spanSince(since, now)}): ${why}`),
    wrap('                 ', `it ${SERVING[serving] ?? `is ${serving} to clients`}`),
    ...wayOnLines(report, now),
    ...balancingLines(report),
    wrap('  partner        ', partnerText(report, now)),
    ...lifeLines(report),
    wrap('  connection     ', connectionText(report, now)),
    ...(communications === 'ok' ? [wrap('  programs       ', programsText(report))] : []),
    wrap('  clocks         ', skewText(report.clockSkew)),
    ...linkLines(report),
    wrap('  updates        ', updatesText(report, outlook)),
    wrap('  lead time      ', `${formatSpan(report.mclt)} (MCLT)`),
    ...outlookLines(report, outlook, now),
    ...poolTable(report.pools),
  ].join('\n');
}

/** What happens next by itself, or waits for the operator. */
function wayOnLines({ held, waitUntil, partnerDownAt, partner, name }: RelationshipReport, now: number): readonly string[] {
  const lines: string[] = [];
  if (held === 'pause') lines.push(`the operator keeps it from ${partner.name} ("twinlease failover resume ${name}" ends that)`);
  if (held === 'handover') lines.push(`the operator handed its clients to ${partner.name} ("twinlease failover resume ${name}" ends that)`);
  if (waitUntil !== undefined) lines.push(`it goes on at ${formatUtcTime(waitUntil)} (in ${spanUntil(waitUntil, now)})`);
  if (partnerDownAt !== undefined) lines.push(`${partner.name} counts as down from ${formatUtcTime(partnerDownAt)} on (in ${spanUntil(partnerDownAt, now)})`);
  return lines.map((line) => wrap('                 ', line));
}

/** Who answers whom while both are in NORMAL; nothing where the primary answers everybody by the file. */
function balancingLines({ loadBalancing, partner: { name }, role }: RelationshipReport): readonly string[] {
  if (loadBalancing === undefined) return [];
  const { hashBuckets, inForce, problem, delayedService } = loadBalancing;
  if (hashBuckets === undefined) {
    const why = problem ?? `${name} has not agreed to it`;
    return [wrap('  clients        ', `NOT DIVIDED (${why}): in NORMAL ${role === 'primary' ? 'this box' : name} answers all new ones`)];
  }
  const divided = `${String(hashBuckets)} of 256 hash buckets are this box's, ${String(256 - hashBuckets)} ${name}'s`;
  return [
    wrap('  clients        ', `${divided}${inForce ? '' : ', once both are in NORMAL again'}`),
    wrap('                 ', `what ${name} has not answered for ${formatSpan(delayedService)} is passed on to it`),
  ];
}

function partnerText({ partner: { state, since, name }, communications }: RelationshipReport, now: number): string {
  if (state === undefined) return `${name} was never heard`;
  const known = `${state}${since === undefined ? '' : ` since ${formatUtcTime(since)} (${spanSince(since, now)})`}`;
  return communications === 'ok' ? known : `${known}, when it was heard last`;
}

/** Without a connection: whether the box of the partner is dead, or the management link cut (RFC 7031 section 4.1). */
function lifeLines({ communications, partner: { name, heardOn, silentOn } }: RelationshipReport): readonly string[] {
  if (communications === 'ok' || heardOn.length + silentOn.length === 0) return [];
  const text =
    heardOn.length > 0
      ? `${name} is ALIVE: it is heard on ${heardOn.join(', ')}; the management link is what fails`
      : `it is not heard on ${silentOn.join(', ')} either, where it was heard before: it is probably down`;
  return [wrap('                 ', text)];
}

function connectionText({ communications, secure, partner: { lastContact } }: RelationshipReport, now: number): string {
  const heard = lastContact === undefined ? 'never heard' : `last heard ${spanSince(lastContact, now)} ago`;
  switch (communications) {
    case 'ok':
      return `${secure ? 'TLS 1.3, certificates pinned' : 'plain TCP, NOT SECURED'}; ${heard}`;
    case 'connecting':
      return `connected, nothing agreed on yet; ${heard}`;
    case 'none':
      return `NONE; ${heard}`;
  }
}

function programsText({ version, partner: { name, version: partner } }: RelationshipReport): string {
  if (partner === undefined) return `twinlease ${version} here; ${name} does not say what it runs`;
  return partner === version ? `twinlease ${version} on both` : `twinlease ${version} here, ${partner} on ${name}: what both know is used`;
}

/** Nothing where nobody has looked: the clients come through relays, or the partner speaks plain RFC 8156. */
function linkLines({ linkHealth, relayed: { toPartner, fromPartner }, partner: { name } }: RelationshipReport): readonly string[] {
  const lines = linkHealth.flatMap((health) => {
    const text = formatLinkHealth(health, name);
    return text === undefined ? [] : [`${health.link} ${text}`];
  });
  if (toPartner + fromPartner > 0) lines.push(`${String(toPartner)} messages of clients passed on to ${name}, ${String(fromPartner)} passed on by it`);
  return lines.map((line, i) => wrap(i === 0 ? '  links          ' : '                 ', line));
}

function skewText(skew: number | undefined): string {
  if (skew === undefined) return 'not compared without a connection';
  if (skew === 0) return 'the same to the second';
  return `the partner's is ${formatSpan(Math.abs(skew))} ${skew > 0 ? 'behind' : 'ahead'} (5s end the connection)`;
}

function updatesText({ updates, asking, partner }: RelationshipReport, { untold }: OutlookReport): string {
  const { unacked, waiting, scanned, refused, received } = updates;
  return [
    untold === 0 ? `${partner.name} knows every lease as it is` : `${partner.name} does not know ${String(untold)} leases as they are`,
    ...(unacked + waiting === 0 ? [] : [`${String(unacked)} updates without an acknowledgement, ${String(waiting)} to be sent`]),
    ...(scanned < 1 ? [`${String(Math.floor(scanned * 100))}% of the leases looked through for ${partner.name}`] : []),
    ...(refused === 0 ? [] : [`${String(refused)} LEASES REFUSED by ${partner.name}`]),
    ...(asking === undefined
      ? []
      : [`asked ${partner.name} for ${asking === 'all' ? 'every lease' : 'what is missing'}, ${String(received)} leases received so far`]),
  ].join('; ');
}

function outlookLines({ partner: { name }, communications }: RelationshipReport, outlook: OutlookReport, now: number): readonly string[] {
  const { keep, wait, lose, serves, newAddresses, newPrefixes, partnerPrefixes } = outlook;
  const title = communications === 'none' ? `  without ${name} ` : `  if ${name} died `;
  const more = partnerPrefixes === 0 ? '' : `, ${formatSize(partnerPrefixes)} more when ${name} is declared down and MCLT is over`;
  const room = `new clients: ${formatSize(newAddresses)} addresses and ${formatSize(newPrefixes)} prefixes${more}`;
  return [
    wrap(title.padEnd(17), `${String(keep)} leases go on, ${String(wait)} wait${waitText(outlook, now)}, ${String(lose)} are lost`),
    wrap('                 ', serves === 'operator' ? 'new clients: nothing until you decide' : room),
  ];
}

function waitText({ wait, serves, servesFrom }: OutlookReport, now: number): string {
  if (wait === 0) return '';
  if (serves === 'now') return ' until T2 to be extended here';
  return servesFrom === undefined ? ' for you to decide' : ` ${spanUntil(servesFrom, now)} for this box`;
}

/** Room for a pool's name beside its numbers. */
const POOL_NAME_WIDTH = SCREEN_COLUMNS - 26;

function poolTable(pools: readonly SharedPoolReport[]): readonly string[] {
  if (pools.length === 0) return [];
  const columns = [
    { title: '  LEFT IN POOL' },
    { title: 'PRIMARY', align: 'right' },
    { title: 'SECONDARY', align: 'right' },
  ] as const;
  const rows = pools.flatMap(({ pool, primary, secondary }) => poolLines(pool, [formatSize(primary), formatSize(secondary)], POOL_NAME_WIDTH));
  return [formatTable(columns, rows)];
}

function spanSince(time: string, now: number): string {
  return formatSpan((now - Date.parse(time)) / 1_000);
}

/** What is at stake when an operator steers a relationship: said before it is done. */
import type { FailoverAction, OutlookReport, RelationshipReport } from '../control/index.ts';
import { formatSpan } from './time-span.ts';
import { wrap } from './wrap.ts';

export function stakeOf(action: FailoverAction, report: RelationshipReport, outlook: OutlookReport, now: number): string {
  return [...factsOf(report, now), ...STAKES[action](report, outlook)].map((text) => wrap('', text)).join('\n');
}

function factsOf({ state, partner, communications }: RelationshipReport, now: number): readonly string[] {
  const heard =
    partner.lastContact === undefined
      ? 'was never heard'
      : `was heard ${formatSpan((now - Date.parse(partner.lastContact)) / 1_000)} ago${partner.state === undefined ? '' : `, in ${partner.state}`}`;
  return [`This box is in ${state}; ${partner.name} ${communications === 'ok' ? `is connected, in ${partner.state ?? 'an unknown state'}` : heard}.`];
}

type Stake = (report: RelationshipReport, outlook: OutlookReport) => readonly string[];

const STAKES: Readonly<Record<FailoverAction, Stake>> = {
  'partner-down': declareDown,
  'force-partner-down': (report, outlook) => [
    ...declareDown(report, outlook),
    `This box does not have all leases that ${report.partner.name} knew: what it lacks counts as free, and may be given to others while its clients still use it.`,
  ],
  resync: ({ partner }) => [`${partner.name} sends what this box has not acknowledged. Clients are served meanwhile.`],
  'resync-all': ({ partner }) => [`${partner.name} sends every lease that it has, which takes a while. Clients are served meanwhile.`],
  pause: ({ partner, mclt }) => [
    `Both boxes go on serving, each from its own share; you have no backup until "resume" or a restart of this box. Leases that ${partner.name} does not know are given for ${formatSpan(mclt)} at most (MCLT).`,
  ],
  resume: ({ partner }) => [`This box looks for ${partner.name} again, and the two go on together.`],
  handover: ({ partner }, { untold }) => [
    `This box answers nobody until "resume" or its restart, and ${partner.name} serves alone; if it fails, nobody serves.`,
    untold === 0
      ? `${partner.name} knows every lease as it is.`
      : `${partner.name} does not know ${String(untold)} leases as they are: wait until "show failover" says that it does.`,
  ],
};

function declareDown({ partner, communications, mclt }: RelationshipReport, { keep, wait, partnerPrefixes }: OutlookReport): readonly string[] {
  return [
    ...(communications === 'ok' ? [`${partner.name} IS NOT DOWN: it answers this box at this moment.`] : []),
    ...(communications !== 'ok' && partner.heardOn.length > 0 ? [`${partner.name} IS NOT DOWN: it is heard on ${partner.heardOn.join(', ')}; the management link is what fails.`] : []),
    `If ${partner.name} still serves, both boxes give leases as if alone: two clients may get the same prefix, and their leases have to be settled when the boxes meet again. Make sure that it is switched off, or cut off from its clients.`,
    `This box then serves alone: ${String(keep + wait)} leases that it knows, new ones for their full time, and the ${String(partnerPrefixes)} prefixes of ${partner.name} in ${formatSpan(mclt)} (MCLT).`,
    `${partner.name}, when it comes back, learns everything from this box, and may have to wait ${formatSpan(mclt)} before it serves.`,
  ];
}

/** What two boxes make of the links that they share, as text for a person. */
import type { LinkHealthReport } from '../control/index.ts';
import { formatUtcTime } from './utc-time.ts';

/** `UP here and at west`, `LOST at west (no carrier) since 2026-01-31 12:00:00Z: what its clients say is passed on`. */
export function formatLinkHealth({ own, partner, relaying }: LinkHealthReport, partnerName: string): string | undefined {
  if (own === undefined && partner === undefined) return undefined;
  if (own?.verdict === 'UP' && partner?.verdict === 'UP') return `UP here and at ${partnerName}`;
  const passedOn = relaying ? ': what its clients say is passed on' : '';
  return [
    own === undefined ? 'not looked at here' : `${verdictText(own, 'here')}${isImpaired(own) && partner !== undefined ? `: ${partnerName} passes on what is said to this box` : ''}`,
    partner === undefined
      ? `${partnerName} ${relaying ? 'has no port there' : 'has not said what it sees'}${passedOn}`
      : `${verdictText(partner, `at ${partnerName}`)}${passedOn}`,
  ].join('; ');
}

type Verdict = NonNullable<LinkHealthReport['own']>;

function isImpaired({ verdict }: Verdict): boolean {
  return verdict !== 'UP';
}

function verdictText(opinion: Verdict, where: string): string {
  const { verdict, evidence, since } = opinion;
  const why = evidence === '' || evidence === verdict ? '' : ` (${evidence})`;
  return `${verdict} ${where}${why}${isImpaired(opinion) ? ` since ${formatUtcTime(since)}` : ''}`;
}

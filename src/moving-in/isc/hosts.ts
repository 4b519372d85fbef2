/** ISC's `host` declarations. */
import { append } from '../draft.ts';
import type { Draft, DraftLink, DraftOptions, DraftReservation } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { Place } from '../place.ts';
import type { OptionReader } from './options.ts';
import type { Statement } from './statements.ts';
import { listStatement } from './unmapped.ts';

export interface FoundHost {
  readonly reservation: DraftReservation;
  readonly place: Place;
  readonly what: string;
  /** Where it stands in a subnet. */
  readonly link?: DraftLink;
}

/** @param inherited options of the group around it; the host's own take their places */
export function readHost(draft: Draft, { words, body = [], place }: Statement, inherited: DraftOptions, options: OptionReader, findings: Findings): FoundHost | undefined {
  const what = `host ${words[1]?.text ?? ''}`;
  const reservation: DraftReservation = {};
  for (const statement of body) if (!take(statement)) listStatement(statement, what, findings);
  if (reservation.duid === undefined && reservation['link-layer-address'] === undefined) {
    findings.leftOut(place, what, 'a client is named by its DUID, or by its link-layer address', 'find the DUID of the client ("twinlease show leases" has it), and reserve by that');
    return undefined;
  }
  // One name is enough, and the DUID is the client's own.
  if (reservation.duid !== undefined) delete reservation['link-layer-address'];
  if (Object.keys(inherited).length > 0) reservation.options = inherited;
  if (reservation.addresses !== undefined || reservation.prefixes !== undefined || reservation.options !== undefined) return { reservation, place, what };
  findings.leftOut(place, what, 'nothing of it is left that is kept for the client');
  return undefined;

  function take(statement: Statement): boolean {
    const texts = statement.words.map(({ text }) => text);
    const [keyword, first = '', second = '', third = ''] = texts;
    switch (keyword) {
      case 'host-identifier':
        if (first !== 'option' || second !== 'dhcp6.client-id') return false;
        reservation.duid = third;
        return true;
      case 'hardware':
        reservation['link-layer-address'] = second;
        return true;
      case 'fixed-address6':
        for (const value of listOf(texts)) append(draft, (reservation.addresses ??= []), value, statement.place, `${what}: ${value}`);
        return true;
      case 'fixed-prefix6':
        for (const value of listOf(texts)) append(draft, (reservation.prefixes ??= []), value, statement.place, `${what}: ${value}`);
        return true;
      case 'option':
        return options.read(statement, inherited, 'part', {});
      default:
        return false;
    }
  }
}

function listOf(texts: readonly string[]): readonly string[] {
  return texts.slice(1).filter((text) => text !== ',');
}

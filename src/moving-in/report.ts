/** What was taken over and what was not, for a person to read. */
import type { Finding } from './findings.ts';
import type { LeaseCounts } from './found-leases.ts';
import { formatPlace } from './place.ts';

export interface Moved {
  /** The new folder. */
  readonly folder: string;
  readonly provisioning: string;
  /** Undefined where no leases were given. */
  readonly leases: string | undefined;
  readonly report: string;
  readonly links: readonly MovedLink[];
  readonly leaseCounts: LeaseCounts | undefined;
  /** Leases that are in no pool and reserved for nobody: their clients get others when they end. */
  readonly unserved: readonly string[];
  /** Hexadecimal; undefined where no file says it. */
  readonly serverDuid: string | undefined;
  readonly findings: readonly Finding[];
}

export interface MovedLink {
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly prefixes: readonly string[];
  readonly addressPools: number;
  readonly prefixPools: number;
  readonly reservations: number;
}

const UNSERVED_SHOWN = 10;

const TITLES = {
  'left-out': 'Left out: clients may miss it',
  changed: 'Taken over in another way',
  'not-needed': 'Not needed here',
} as const satisfies Record<Finding['kind'], string>;

/** @param source the server and its files @param everything with what nobody misses */
export function reportText(moved: Moved, source: string, everything: boolean): string {
  const kinds = (Object.keys(TITLES) as Finding['kind'][]).filter((kind) => everything || kind !== 'not-needed');
  const quiet = moved.findings.filter(({ kind }) => kind === 'not-needed').length;
  return [
    `Taken over from ${source}:`,
    ...moved.links.map(linkLine),
    ...(moved.links.length === 0 ? ['  no link'] : []),
    ...leaseLines(moved),
    ...kinds.flatMap((kind) => sectionLines(kind, moved.findings)),
    ...(!everything && quiet > 0 ? ['', `${String(quiet)} more that are not needed here stand in ${moved.report}`] : []),
    '',
    'Next:',
    ...nextLines(moved).map((line) => `  ${line}`),
  ].join('\n');
}

function linkLine({ name, interfaces, prefixes, addressPools, prefixPools, reservations }: MovedLink): string {
  const port = interfaces.length === 0 ? 'behind relays' : `on ${interfaces.join(', ')}`;
  return `  link ${name} (${port}): ${prefixes.join(', ') || 'no prefix'}; ${counted(addressPools, 'address pool')}, ${counted(prefixPools, 'prefix pool')}, ${counted(reservations, 'reservation')}`;
}

function leaseLines({ leaseCounts, unserved }: Moved): readonly string[] {
  if (leaseCounts === undefined) return ['  no leases: none were given'];
  const { addresses, prefixes, declined, ended } = leaseCounts;
  const rest = unserved.length - UNSERVED_SHOWN;
  return [
    `  leases: ${counted(addresses, 'address')}, ${counted(prefixes, 'prefix')}, ${String(declined)} declined; ${String(ended)} had ended`,
    ...(unserved.length === 0
      ? []
      : [
          '',
          'In no pool, and reserved for nobody: they go on until they end, and are not extended',
          ...unserved.slice(0, UNSERVED_SHOWN).map((lease) => `  ${lease}`),
          ...(rest > 0 ? [`  and ${String(rest)} more`] : []),
        ]),
  ];
}

function sectionLines(kind: Finding['kind'], findings: readonly Finding[]): readonly string[] {
  const own = findings.filter((finding) => finding.kind === kind);
  if (own.length === 0) return [];
  return [
    '',
    TITLES[kind],
    ...own.flatMap(({ place, what, why, instead }) => [`  ${formatPlace(place)}: ${what}`, `    ${why}`, ...(instead === '' ? [] : [`    do: ${instead}`])]),
  ];
}

function nextLines({ provisioning, leases, serverDuid, findings }: Moved): readonly string[] {
  const isMissing = findings.some(({ kind }) => kind === 'left-out');
  return [
    `twinlease check ${provisioning}${isMissing ? ', with what was left out put in' : ''}`,
    ...(leases === undefined
      ? []
      : [
          `stop the other server, and run this once more: what it leases meanwhile is not in these files`,
          `twinlease import ${leases} --complete${serverDuid === undefined ? '' : ` --server-duid ${serverDuid}`}`,
          ...(serverDuid === undefined ? ['the DUID of the other server is not known: clients keep their leases, but at Rebind, not at Renew'] : []),
        ]),
    `twinlease serve ${provisioning}`,
  ];
}

function counted(count: number, what: string): string {
  const plural = /s$/.test(what) ? `${what}es` : what.endsWith('x') ? `${what}es` : `${what}s`;
  return `${String(count)} ${count === 1 ? what : plural}`;
}

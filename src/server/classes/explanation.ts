/** In which classes a client is, and why: each test with what was found and what would have fitted. */
import type { ClassTest, ClientClass, EnterprisePattern } from './client-class.ts';
import type { Evidence } from './evidence.ts';
import { fits, formatHexPattern, formatPattern } from './octet-pattern.ts';
import { type Verdict, classOrder, isOfVendor, isRemoteId, octetsFor, verdictOf, verdictsOn } from './verdicts.ts';

export interface ClassExplanation {
  readonly name: string;
  /** `unknown`: what would decide is not known of the client. */
  readonly isMember: Verdict;
  readonly tests: readonly TestExplanation[];
}

export interface TestExplanation {
  readonly test: ClassTest['kind'];
  readonly holds: Verdict;
  /** What the client has of this; undefined: nobody knows. */
  readonly found: readonly string[] | undefined;
  /** The alternatives of the test. */
  readonly wanted: readonly string[];
  /** Those that fit. */
  readonly fitting: readonly string[];
}

/** @param classes as the configuration has them @returns one for each, in their order */
export function explainClasses(classes: readonly ClientClass[], evidence: Evidence): readonly ClassExplanation[] {
  const verdicts = verdictsOn(classOrder(classes), evidence);
  return classes.map(({ name, tests }) => ({
    name,
    isMember: verdicts.get(name) ?? 'no',
    tests: tests.map((test) => ({ test: test.kind, holds: verdictOf(test, evidence, verdicts), ...detailsOf(test, evidence, verdicts) })),
  }));
}

type Details = Pick<TestExplanation, 'found' | 'wanted' | 'fitting'>;

function detailsOf(test: ClassTest, evidence: Evidence, verdicts: ReadonlyMap<string, Verdict>): Details {
  switch (test.kind) {
    case 'classes':
    case 'not-classes': {
      const own = [...verdicts].flatMap(([name, verdict]) => (verdict === 'yes' ? [name] : []));
      const isOpen = test.any.some((name) => verdicts.get(name) === 'unknown');
      return { found: isOpen ? undefined : own, wanted: test.any, fitting: test.any.filter((name) => own.includes(name)) };
    }
    case 'architectures':
      return details(evidence.architectures(), test.any, String, String, (found, wanted) => found === wanted);
    case 'vendor-classes':
      return details(evidence.vendorClasses(), test.any, formatVendorClass, formatEnterprise, (found, wanted) => isOfVendor(wanted, found));
    case 'remote-ids':
      return details(evidence.remoteIds(), test.any, ({ enterprise, id }) => `${enterprise} ${formatPattern([...id])}`, formatEnterprise, (found, wanted) =>
        isRemoteId(wanted, found),
      );
    default: {
      const format = test.kind === 'duids' || test.kind === 'link-layer-addresses' ? formatHexPattern : formatPattern;
      return details(octetsFor(test.kind, evidence), test.any, (octets) => format([...octets]), format, (octets, pattern) => fits(pattern, octets));
    }
  }
}

function details<Found, Wanted>(
  found: readonly Found[] | undefined,
  wanted: readonly Wanted[],
  formatFound: (found: Found) => string,
  formatWanted: (wanted: Wanted) => string,
  isFitting: (found: Found, wanted: Wanted) => boolean,
): Details {
  return {
    found: found?.map(formatFound),
    wanted: wanted.map(formatWanted),
    fitting: wanted.filter((one) => found?.some((other) => isFitting(other, one)) === true).map(formatWanted),
  };
}

function formatVendorClass({ enterprise, items }: { readonly enterprise: number; readonly items: readonly Uint8Array[] }): string {
  return [String(enterprise), ...items.map((item) => formatPattern([...item]))].join(' ');
}

function formatEnterprise({ enterprise, pattern }: EnterprisePattern): string {
  return [enterprise === undefined ? [] : String(enterprise), pattern === undefined ? [] : formatPattern(pattern)].flat().join(' ');
}

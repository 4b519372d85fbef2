/** In which classes a client is, by what is known of it. */
import type { RemoteId, VendorClass } from '../../wire/index.ts';
import type { ClassTest, ClientClass, EnterprisePattern, PatternTestKind } from './client-class.ts';
import type { Evidence } from './evidence.ts';
import { fits } from './octet-pattern.ts';

/** `unknown`: it depends on what is not known. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** What the verdicts on the classes are found in: those that others refer to come first. */
export interface ClassOrder {
  readonly classes: readonly ClientClass[];
  /** Indices into `classes`. */
  readonly order: readonly number[];
}

/** @param classes without loops between them, and each name that they refer to among them */
export function classOrder(classes: readonly ClientClass[]): ClassOrder {
  const order: number[] = [];
  const visit = (index: number): void => {
    const found = classes[index];
    if (found === undefined || order.includes(index)) return;
    for (const name of referredTo(found)) visit(classes.findIndex((other) => other.name === name));
    order.push(index);
  };
  for (const index of classes.keys()) visit(index);
  return { classes, order };
}

function referredTo({ tests }: ClientClass): readonly string[] {
  return tests.flatMap((test) => (test.kind === 'classes' || test.kind === 'not-classes' ? test.any : []));
}

/** By the name of each class. */
export function verdictsOn({ classes, order }: ClassOrder, evidence: Evidence): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const index of order) {
    const { name, tests } = classes[index] as ClientClass;
    verdicts.set(name, allOf(tests, (test) => verdictOf(test, evidence, verdicts)));
  }
  return verdicts;
}

/** A test that fails decides, whatever is not known. */
function allOf(tests: readonly ClassTest[], verdictOn: (test: ClassTest) => Verdict): Verdict {
  let verdict: Verdict = 'yes';
  for (const test of tests) {
    const one = verdictOn(test);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

export function verdictOf(test: ClassTest, evidence: Evidence, classes: ReadonlyMap<string, Verdict>): Verdict {
  switch (test.kind) {
    case 'classes':
      return anyClass(test.any, classes);
    case 'not-classes': {
      const verdict = anyClass(test.any, classes);
      return verdict === 'unknown' ? verdict : verdict === 'yes' ? 'no' : 'yes';
    }
    case 'architectures':
      return some(evidence.architectures(), (architecture) => test.any.includes(architecture));
    case 'vendor-classes':
      return some(evidence.vendorClasses(), (vendorClass) => test.any.some((wanted) => isOfVendor(wanted, vendorClass)));
    case 'remote-ids':
      return some(evidence.remoteIds(), (remoteId) => test.any.some((wanted) => isRemoteId(wanted, remoteId)));
    default:
      return some(octetsFor(test.kind, evidence), (octets) => test.any.some((pattern) => fits(pattern, octets)));
  }
}

function anyClass(names: readonly string[], classes: ReadonlyMap<string, Verdict>): Verdict {
  let verdict: Verdict = 'no';
  for (const name of names) {
    const one = classes.get(name);
    if (one === 'yes') return 'yes';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

function some<T>(found: readonly T[] | undefined, isWanted: (one: T) => boolean): Verdict {
  if (found === undefined) return 'unknown';
  return found.some(isWanted) ? 'yes' : 'no';
}

export function octetsFor(kind: PatternTestKind, evidence: Evidence): readonly Uint8Array[] | undefined {
  switch (kind) {
    case 'duids':
      return evidence.duids();
    case 'user-classes':
      return evidence.userClasses();
    case 'link-layer-addresses':
      return evidence.linkLayerAddresses();
    case 'subscriber-ids':
      return evidence.subscriberIds();
    case 'interface-ids':
      return evidence.interfaceIds();
    case 'radius-address-pools':
      return evidence.radiusAddressPools();
    case 'radius-prefix-pools':
      return evidence.radiusPrefixPools();
  }
}

export function isOfVendor({ enterprise, pattern }: EnterprisePattern, found: VendorClass): boolean {
  if (enterprise !== undefined && enterprise !== found.enterprise) return false;
  return pattern === undefined || found.items.some((item) => fits(pattern, item));
}

export function isRemoteId({ enterprise, pattern }: EnterprisePattern, found: RemoteId): boolean {
  return (enterprise === undefined || enterprise === found.enterprise) && (pattern === undefined || fits(pattern, found.id));
}

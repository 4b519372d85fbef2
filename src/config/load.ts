/** The way from the file's octets to a document that holds what it should, or to everything that is wrong with it. */
import type { ParsedNode } from 'yaml';
import * as v from 'valibot';
import { checkAddressPools } from './checks/address-pools.ts';
import { checkAdvertisements } from './checks/advertisements.ts';
import { checkAppliances } from './checks/appliances.ts';
import { checkClasses } from './checks/classes.ts';
import { checkOwnAddresses } from './checks/own-addresses.ts';
import { checkDnsUpdates } from './checks/dns-updates.ts';
import { checkLeasequery } from './checks/leasequery.ts';
import { checkTcpPorts } from './checks/tcp-ports.ts';
import { checkFailoverLifetimes } from './checks/failover-lifetimes.ts';
import { checkFailoverPools } from './checks/failover-pools.ts';
import { checkLifetimes } from './checks/lifetimes.ts';
import { checkLinks } from './checks/links.ts';
import { checkOptions } from './checks/options.ts';
import { checkLoadBalancing } from './checks/load-balancing.ts';
import { checkPrefixPools } from './checks/prefix-pools.ts';
import { checkRelationships } from './checks/relationships.ts';
import { checkReservations } from './checks/reservations.ts';
import { type Diagnostic, excerpt } from './diagnostic.ts';
import { type Fault, type Report, diagnose } from './fault.ts';
import { issueFaults } from './issue-faults.ts';
import { keyPathAt } from './key-path.ts';
import { inCanonicalOrder } from './order.ts';
import { FORMAT_VERSION, type ProvisioningDocument, provisioningSchema } from './schema.ts';
import { withoutSecrets } from './secrets.ts';
import { type SourceProblem, readSource, restOfLine } from './source-text.ts';
import { parseYaml } from './yaml-document.ts';
import { plainValue } from './yaml-values.ts';

/** More diagnostics than a screen or two hold help nobody; the rest is counted. */
const DIAGNOSTICS_MAX = 20;

/** Faults that are looked at; those beyond are counted only, so that a wild file costs no more than a big one. */
const FAULTS_MAX = 200;

export interface Diagnostics {
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many more there are. */
  readonly omitted: number;
}

/** What the file says, or at least one error: it is then refused whole. */
export type LoadedProvisioning =
  | { readonly document: ProvisioningDocument; readonly warnings: Diagnostics }
  | Diagnostics;

/**
 * Reads a provisioning file. Errors are found in stages, each of which needs the one before: text, YAML syntax, what of
 * YAML is allowed, keys and values, what must fit together. All errors of the first stage that has any are returned.
 *
 * @param bytes the file's content @param fileName for the diagnostics only
 */
export function loadProvisioning(bytes: Uint8Array, fileName: string): LoadedProvisioning {
  const source = readSource(fileName, bytes);
  if ('problem' in source) return refuseSource(source);
  const { root, problems } = parseYaml(source.text);
  const shown = withoutSecrets(source);
  const faults = faultList();
  const warnings = faultList();
  const report: Report = (fault) => (fault.severity === 'warning' ? warnings : faults).report(fault);
  faults.leaveOut(Math.max(0, problems.length - FAULTS_MAX));
  for (const { problem, allowed, start, end } of problems.slice(0, FAULTS_MAX)) {
    report({
      path: keyPathAt(root, start),
      at: { start, end },
      found: restOfLine(shown, start),
      problem,
      allowed,
    });
  }
  const document = problems.length === 0 ? readDocument(root, report, faults) : undefined;
  const diagnosed = (list: FaultList): Diagnostics => inFileOrder(list, (fault) => diagnose(shown, root, fault));
  return document === undefined ? diagnosed(faults) : { document, warnings: diagnosed(warnings) };
}

function inFileOrder({ kept, count }: FaultList, diagnosed: (fault: Fault) => Diagnostic): Diagnostics {
  const all = kept.map(diagnosed).sort((a, b) => a.line - b.line || a.column - b.column);
  const diagnostics = all.slice(0, DIAGNOSTICS_MAX);
  return { diagnostics, omitted: count() - diagnostics.length };
}

interface FaultList {
  readonly kept: readonly Fault[];
  readonly report: Report;
  /** Counts faults that were not looked at. */
  readonly leaveOut: (faults: number) => void;
  readonly count: () => number;
}

function faultList(): FaultList {
  const kept: Fault[] = [];
  let count = 0;
  return {
    kept,
    report(fault) {
      count++;
      if (kept.length < FAULTS_MAX) kept.push(fault);
    },
    leaveOut: (faults) => (count += faults),
    count: () => count,
  };
}

function readDocument(
  root: ParsedNode | null,
  report: Report,
  { leaveOut, count }: FaultList,
): ProvisioningDocument | undefined {
  if (root === null) {
    report({ path: [], problem: 'the file is empty', allowed: 'a map with version, appliances and links' });
    return undefined;
  }
  const content = plainValue(root, [], report);
  if (count() > 0) return undefined;
  const version = isRecord(content) ? content['version'] : undefined;
  if (version !== undefined && version !== FORMAT_VERSION) {
    const isNewer = typeof version === 'number' && version > FORMAT_VERSION;
    const problem = isNewer ? 'this version of the format is for a newer program than this one' : 'this version of the format is not known';
    report({ path: ['version'], problem, allowed: String(FORMAT_VERSION) });
    return undefined;
  }
  const parsed = v.safeParse(provisioningSchema, content, { abortPipeEarly: true });
  if (!parsed.success) {
    for (const issue of parsed.issues.slice(0, FAULTS_MAX)) for (const fault of issueFaults(issue)) report(fault);
    leaveOut(Math.max(0, parsed.issues.length - FAULTS_MAX));
    return undefined;
  }
  const document = parsed.output;
  for (const check of CHECKS) check(document, report);
  return count() === 0 ? inCanonicalOrder(document) : undefined;
}

const CHECKS = [
  checkAppliances,
  checkOwnAddresses,
  checkRelationships,
  checkLoadBalancing,
  checkLinks,
  checkAddressPools,
  checkPrefixPools,
  checkReservations,
  checkClasses,
  checkLifetimes,
  checkFailoverLifetimes,
  checkFailoverPools,
  checkOptions,
  checkAdvertisements,
  checkDnsUpdates,
  checkLeasequery,
  checkTcpPorts,
];

/** The errors of a file that is no text to begin with. */
export function refuseSource({ source: read, offset, problem, found, allowed }: SourceProblem): Diagnostics {
  const source = withoutSecrets(read);
  const place = excerpt(source, offset, offset + 1);
  const diagnostic: Diagnostic = {
    severity: 'error',
    file: source.fileName,
    ...place,
    path: '',
    problem,
    found,
    allowed,
    related: [],
  };
  return { diagnostics: [diagnostic], omitted: 0 };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

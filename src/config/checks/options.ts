/** Options: each once in a layer, of the type that its code asks for, and small enough to be sent. */
import type { EncodedOption } from '../../server/index.ts';
import { OptionCode, isMulticast, mayBeRequested } from '../../wire/index.ts';
import { encodeOptions } from '../encode-options.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import { betterKey, mismatch, refusalOfCode } from '../known-options.ts';
import type { OptionSection } from '../option-schema.ts';
import type { ProvisioningDocument } from '../schema.ts';
import { checkBootFiles } from './boot-files.ts';
import { checkEncryptedDns } from './encrypted-dns.ts';
import { checkServer } from './server-address.ts';
import { checkSoftwires } from './softwires.ts';

/** An answer with such an option still fits into 1280 octets, which every IPv6 link carries (RFC 8200 section 5). */
const OPTION_LENGTH_MAX = 1024;

export function checkOptions(document: ProvisioningDocument, report: Report): void {
  checkRelaySupplied(document, report);
  checkLayer(document.options, [], report);
  for (const [i, { options }] of (document.classes ?? []).entries()) checkLayer(options, ['classes', i], report);
  for (const [name, link] of Object.entries(document.links)) {
    const path = ['links', name];
    checkLayer(link.options, path, report);
    for (const key of ['address-pools', 'prefix-pools', 'reservations'] as const) {
      for (const [i, { options }] of link[key].entries()) checkLayer(options, [...path, key, i], report);
    }
  }
}

/** Of what relay agents supply, no client could ask for these. */
function checkRelaySupplied({ server }: ProvisioningDocument, report: Report): void {
  for (const [i, code] of (server['relay-supplied-options'] ?? []).entries()) {
    if (mayBeRequested(code)) continue;
    report({
      path: ['server', 'relay-supplied-options', i],
      problem: 'no client may ask for this option (RFC 9915 section 21.7)',
      allowed: 'the code of an option that clients ask for',
    });
  }
}

function checkLayer(options: OptionSection | undefined, layer: KeyPath, reportAll: Report): void {
  if (options === undefined) return;
  const path = [...layer, 'options'];
  let errors = 0;
  const report: Report = (fault) => {
    if (fault.severity === undefined) errors++;
    reportAll(fault);
  };
  for (const key of ['dns-servers', 'sntp-servers', 'sip-servers'] as const) {
    for (const [i, address] of (options[key] ?? []).entries()) checkServer(address, [...path, key, i], report);
  }
  for (const [i, server] of (options['ntp-servers'] ?? []).entries()) {
    const at = [...path, 'ntp-servers', i];
    if (server.kind === 'address') checkServer(server.address, at, report);
    if (server.kind === 'multicast' && !isMulticast(server.address)) {
      report({
        path: [...at, 'multicast'],
        problem: 'this is not a multicast address',
        allowed: 'an address inside of ff00::/8',
      });
    }
  }
  checkEncryptedDns(options['encrypted-dns'], [...path, 'encrypted-dns'], report);
  checkBootFiles(options['boot-files'], [...path, 'boot-files'], report);
  checkSoftwires(options.softwires, [...path, 'softwires'], report);
  if (options.timezone !== undefined && Object.keys(options.timezone).length === 0) {
    report({ path: [...path, 'timezone'], problem: 'the time zone is missing', allowed: 'posix, name, or both' });
  }
  eachOnce(options.vendor, ({ enterprise }) => enterprise, [...path, 'vendor'], 'enterprise', report);
  eachOnce(options.custom, ({ code }) => code, [...path, 'custom'], 'code', report);
  for (const [i, option] of (options.custom ?? []).entries()) {
    const at = [...path, 'custom', i];
    const refusal = refusalOfCode(option.code);
    if (refusal !== undefined) report({ path: [...at, 'code'], ...refusal });
    const misfit = mismatch(option);
    if (misfit !== undefined) report({ path: [...at, misfit.key], problem: misfit.problem, allowed: misfit.allowed });
  }
  // What is wrong in itself has no octets.
  if (errors > 0) return;
  for (const [i, { code }] of (options.custom ?? []).entries()) checkBetterKey(options, code, [...path, 'custom', i, 'code'], report);
  for (const option of encodeOptions(options)) {
    if (option.data.length <= OPTION_LENGTH_MAX) continue;
    report({
      path: [...path, ...whereSet(options, option)],
      problem: 'the option is too long',
      found: `${option.data.length} octets`,
      allowed: `at most ${OPTION_LENGTH_MAX} octets, so that an answer fits in one packet`,
    });
  }
}

function checkBetterKey(options: OptionSection, code: number, path: KeyPath, report: Report): void {
  const key = betterKey(code);
  if (key === undefined) return;
  const isSet = encodeOptions({ ...options, custom: undefined }).some(
    (other) => other.code === code || (code === OptionCode.BOOTFILE_PARAM && other.boot?.parameters !== undefined),
  );
  if (isSet) {
    report({ path, problem: 'the option is set twice', allowed: `${key} alone`, related: [{ path: [...path.slice(0, -3), ...key.split('.')], note: 'it is set' }] });
  } else {
    report({ severity: 'warning', path, problem: 'this option has a key of its own', allowed: key });
  }
}

/** Where in its layer an option comes from. */
function whereSet(options: OptionSection, { code, enterprise }: EncodedOption): KeyPath {
  if (code === OptionCode.DNS_SERVERS) return ['dns-servers'];
  if (code === OptionCode.DOMAIN_LIST) return ['domain-search'];
  if (code === OptionCode.SNTP_SERVERS) return ['sntp-servers'];
  const typed = betterKey(code);
  if (typed !== undefined && !(options.custom ?? []).some((option) => option.code === code)) return typed.split('.');
  if (code === OptionCode.VENDOR_OPTS) {
    return ['vendor', (options.vendor ?? []).findIndex((vendor) => vendor.enterprise === enterprise)];
  }
  return ['custom', (options.custom ?? []).findIndex((option) => option.code === code), 'value'];
}

function eachOnce<T>(
  items: readonly T[] | undefined,
  keyOf: (item: T) => number,
  path: KeyPath,
  key: string,
  report: Report,
): void {
  const seen = new Map<number, KeyPath>();
  for (const [i, item] of (items ?? []).entries()) {
    const at = [...path, i, key];
    const first = seen.get(keyOf(item));
    if (first === undefined) {
      seen.set(keyOf(item), at);
      continue;
    }
    report({
      path: at,
      problem: `the ${key} is repeated`,
      allowed: `each ${key} once in the list`,
      related: [{ path: first, note: 'it stands first' }],
    });
  }
}

/** Options: each once in a layer, of the type that its code asks for, and small enough to be sent. */
import type { EncodedOption } from '../../server/index.ts';
import { type Address, OptionCode, isLoopback, isMulticast, isUnspecified } from '../../wire/index.ts';
import { encodeOptions } from '../encode-options.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import { mismatch, refusalOfCode } from '../known-options.ts';
import type { OptionSection } from '../option-schema.ts';
import type { ProvisioningDocument } from '../schema.ts';

/** An answer with such an option still fits into 1280 octets, which every IPv6 link carries (RFC 8200 section 5). */
const OPTION_LENGTH_MAX = 1024;

export function checkOptions(document: ProvisioningDocument, report: Report): void {
  checkLayer(document.options, [], report);
  for (const [name, link] of Object.entries(document.links)) {
    const path = ['links', name];
    checkLayer(link.options, path, report);
    for (const key of ['address-pools', 'prefix-pools', 'reservations'] as const) {
      for (const [i, { options }] of link[key].entries()) checkLayer(options, [...path, key, i], report);
    }
  }
}

function checkLayer(options: OptionSection | undefined, layer: KeyPath, report: Report): void {
  if (options === undefined) return;
  const path = [...layer, 'options'];
  for (const key of ['dns-servers', 'sntp-servers'] as const) {
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
  eachOnce(options.vendor, ({ enterprise }) => enterprise, [...path, 'vendor'], 'enterprise', report);
  eachOnce(options.custom, ({ code }) => code, [...path, 'custom'], 'code', report);
  for (const [i, option] of (options.custom ?? []).entries()) {
    const at = [...path, 'custom', i];
    const refusal = refusalOfCode(option.code);
    if (refusal !== undefined) report({ path: [...at, 'code'], ...refusal });
    const misfit = mismatch(option);
    if (misfit !== undefined) report({ path: [...at, misfit.key], problem: misfit.problem, allowed: misfit.allowed });
  }
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

/** Where in its layer an option comes from. */
function whereSet(options: OptionSection, { code, enterprise }: EncodedOption): KeyPath {
  if (code === OptionCode.DNS_SERVERS) return ['dns-servers'];
  if (code === OptionCode.DOMAIN_LIST) return ['domain-search'];
  if (code === OptionCode.SNTP_SERVERS) return ['sntp-servers'];
  if (code === OptionCode.VENDOR_OPTS) {
    return ['vendor', (options.vendor ?? []).findIndex((vendor) => vendor.enterprise === enterprise)];
  }
  return ['custom', (options.custom ?? []).findIndex((option) => option.code === code), 'value'];
}

function checkServer(address: Address, path: KeyPath, report: Report): void {
  if (!isMulticast(address) && !isUnspecified(address) && !isLoopback(address)) return;
  report({ path, problem: 'no server can have this address', allowed: 'a unicast address' });
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

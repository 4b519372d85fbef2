/** What Kea's tests of options are here: which part of an option is compared with which octets. */
import { OptionCode, formatHex } from '../../wire/index.ts';
import type { DraftMatch } from '../draft.ts';

/** Octets at a place of an option. */
export interface Compared {
  /** So many octets before them may be any. */
  readonly skipped: number;
  readonly octets: Uint8Array;
  /** More may follow. */
  readonly isOpen: boolean;
}

const OF_CLIENT: Readonly<Record<string, number>> = { clientid: OptionCode.CLIENTID, 'user-class': OptionCode.USER_CLASS, 'vendor-class': OptionCode.VENDOR_CLASS, 'client-arch-type': OptionCode.CLIENT_ARCH_TYPE };
const OF_RELAY: Readonly<Record<string, number>> = { 'interface-id': OptionCode.INTERFACE_ID, 'remote-id': OptionCode.REMOTE_ID, 'subscriber-id': OptionCode.SUBSCRIBER_ID, 'client-linklayer-addr': OptionCode.CLIENT_LINKLAYER_ADDR };

const ENTERPRISE = 4;
const LENGTH = 2;
const HARDWARE_TYPE = 2;
const ARCHITECTURE = 2;

/** @param compared undefined: the option is there @returns undefined: no class tests that */
export function matchOfOption(ofRelay: boolean, name: string, compared: Compared | undefined): DraftMatch | undefined {
  const names = ofRelay ? OF_RELAY : OF_CLIENT;
  const code = /^\d{1,5}$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
  return ofRelay ? ofRelayAgent(code, compared) : ofClient(code, compared);
}

/** @param enterprise undefined: whosever */
export function matchOfVendor(enterprise: number | undefined, compared: Compared | undefined): DraftMatch {
  const whose = enterprise === undefined ? {} : { enterprise };
  if (compared !== undefined) return { 'vendor-classes': [{ ...whose, data: textPattern(compared) }] };
  return { 'vendor-classes': [enterprise === undefined ? { data: '*' } : whose] };
}

function ofClient(code: number | undefined, compared: Compared | undefined): DraftMatch | undefined {
  switch (code) {
    case OptionCode.CLIENTID:
      return compared && { duids: [hexPattern(compared)] };
    case OptionCode.USER_CLASS: {
      const item = compared && itemOf(compared, 0);
      return compared === undefined ? { 'user-classes': ['*'] } : item && { 'user-classes': [textPattern(item)] };
    }
    case OptionCode.VENDOR_CLASS: {
      if (compared === undefined) return matchOfVendor(undefined, undefined);
      if (compared.skipped === 0 && compared.octets.length === ENTERPRISE) return matchOfVendor(number(compared.octets), undefined);
      const item = itemOf(compared, ENTERPRISE);
      return item && matchOfVendor(undefined, item);
    }
    case OptionCode.CLIENT_ARCH_TYPE:
      return compared?.octets.length === ARCHITECTURE && compared.skipped % ARCHITECTURE === 0 ? { architectures: [number(compared.octets)] } : undefined;
    default:
      return undefined;
  }
}

function ofRelayAgent(code: number | undefined, compared: Compared | undefined): DraftMatch | undefined {
  const pattern = compared === undefined ? '*' : textPattern(compared);
  switch (code) {
    case OptionCode.INTERFACE_ID:
      return { 'interface-ids': [pattern] };
    case OptionCode.SUBSCRIBER_ID:
      return { 'subscriber-ids': [pattern] };
    case OptionCode.REMOTE_ID:
      return remoteId(compared);
    case OptionCode.CLIENT_LINKLAYER_ADDR: {
      const address = compared && behind(compared, HARDWARE_TYPE);
      return address && { 'link-layer-addresses': [hexPattern(address)] };
    }
    default:
      return undefined;
  }
}

function remoteId(compared: Compared | undefined): DraftMatch | undefined {
  if (compared === undefined) return { 'remote-ids': [{ id: '*' }] };
  const { skipped, octets } = compared;
  const id = behind(compared, ENTERPRISE);
  const enterprise = skipped === 0 && octets.length >= ENTERPRISE ? { enterprise: number(octets.subarray(0, ENTERPRISE)) } : {};
  if (id === undefined) return Object.keys(enterprise).length > 0 && compared.isOpen ? { 'remote-ids': [enterprise] } : undefined;
  return { 'remote-ids': [{ ...enterprise, id: textPattern(id) }] };
}

/** The first item of an option that has several, each with its length in front. */
function itemOf(compared: Compared, at: number): Compared | undefined {
  const item = behind(compared, at + LENGTH);
  if (item === undefined || compared.skipped >= at + LENGTH) return item;
  // The length stands there too, and so it is known where the item ends; unless half of it does.
  if (compared.skipped !== at) return undefined;
  const length = number(compared.octets.subarray(0, LENGTH));
  return item.octets.length > length ? undefined : { ...item, isOpen: item.octets.length < length };
}

/** What is compared behind so many octets of the option; undefined: nothing is. */
function behind({ skipped, octets, isOpen }: Compared, at: number): Compared | undefined {
  if (skipped >= at) return { skipped: skipped - at, octets, isOpen };
  const rest = octets.subarray(at - skipped);
  return rest.length === 0 ? undefined : { skipped: 0, octets: rest, isOpen };
}

function hexPattern({ skipped, octets, isOpen }: Compared): string {
  return `${'??:'.repeat(skipped)}${formatHex(octets)}${isOpen ? ':*' : ''}`;
}

/** As text where it is one. */
function textPattern(compared: Compared): string {
  const text = Buffer.from(compared.octets).toString('latin1');
  if (!/^[\x20-\x7e]+$/.test(text) || (compared.skipped === 0 && /^0x/i.test(text))) return `0x${'??'.repeat(compared.skipped)}${formatHex(compared.octets, '')}${compared.isOpen ? '*' : ''}`;
  return `${'?'.repeat(compared.skipped)}${text.replace(/[\\*?]/g, '\\$&')}${compared.isOpen ? '*' : ''}`;
}

function number(octets: Uint8Array): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Kea's `option-def` and `option-data`. */
import { OptionCode, parseHex } from '../../wire/index.ts';
import type { Draft, DraftOptions } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { definitionByCode, definitionByName } from '../known-options.ts';
import { takeOption } from '../options.ts';
import type { OptionDefinition, Scope, SourceType } from '../options.ts';
import { InputError, shown, type Place } from '../place.ts';
import type { Section } from './section.ts';
import { listRest } from './unmapped.ts';

const TYPES: Readonly<Record<string, SourceType>> = {
  'ipv6-address': 'address-list',
  fqdn: 'domain-list',
  string: 'string',
  boolean: 'uint8',
  uint8: 'uint8',
  uint16: 'uint16',
  uint32: 'uint32',
  binary: 'hex',
  tuple: 'tuples',
};

/** CableLabs, whose options Kea knows by name. */
const DOCSIS: Readonly<Record<string, OptionDefinition>> = {
  'tftp-servers': { code: 32, type: 'address-list' },
  'config-file': { code: 33, type: 'string' },
  'syslog-servers': { code: 34, type: 'address-list' },
  'time-servers': { code: 37, type: 'address-list' },
};
const DOCSIS_ENTERPRISE = 4491;

const PLAIN_SPACE = 'dhcp6';

export interface OptionReader {
  /** Reads the list `option-data` of a section into `options`. */
  read(section: Section, options: DraftOptions, scope: Scope): void;
}

export function optionReader(draft: Draft, definitions: readonly Section[], findings: Findings): OptionReader {
  const defined = new Map<string, OptionDefinition>();
  for (const definition of definitions) {
    const code = definition.whole('code');
    const name = definition.text('name');
    if (code === undefined || name === undefined) throw new InputError(definition.place, 'an option-def has a name and a code');
    const space = definition.text('space')?.value ?? PLAIN_SPACE;
    const type = TYPES[definition.text('type')?.value ?? ''] ?? 'unsupported';
    defined.set(`${space} ${name.value}`, { code: code.value, type });
    defined.set(`${space} ${String(code.value)}`, { code: code.value, type });
  }
  const find = (space: string, name: string | undefined, code: number | undefined): OptionDefinition | undefined => {
    const own = defined.get(`${space} ${name ?? String(code)}`);
    if (own !== undefined) return own;
    if (space === `vendor-${String(DOCSIS_ENTERPRISE)}`) return Object.values(DOCSIS).find((known) => known.code === code) ?? (Object.hasOwn(DOCSIS, name ?? '') ? DOCSIS[name ?? ''] : undefined);
    if (space !== PLAIN_SPACE) return undefined;
    return name === undefined ? definitionByCode(code ?? 0) : definitionByName('kea', name);
  };
  return {
    read(section, options, scope) {
      for (const data of section.sections('option-data')) readOption(data, options, scope);
    },
  };

  function readOption(data: Section, options: DraftOptions, scope: Scope): void {
    const { place } = data;
    const name = data.text('name')?.value;
    const code = data.whole('code')?.value;
    const space = data.text('space')?.value ?? PLAIN_SPACE;
    const text = data.text('data')?.value;
    const isCsv = data.boolean('csv-format')?.value;
    data.skip('user-context', 'comment');
    if (name === undefined && code === undefined) throw new InputError(place, 'an option-data has a name or a code');
    const what = `option ${name ?? String(code)}${space === PLAIN_SPACE ? '' : ` of ${space}`}`;
    const always = data.boolean('always-send');
    if (always?.value === true) findings.changed(always.place, `${what}, always-send`, 'clients get the options that they ask for');
    const never = data.boolean('never-send');
    const classes = data.texts('client-classes');
    listRest(data, what, findings);
    if (never?.value === true) {
      findings.leftOut(place, `${what}, never-send`, 'nothing keeps back what a client asks for and is configured', 'take the option out of the layers around');
      return;
    }
    if (classes.length > 0) {
      findings.leftOut(place, `${what}, for a class`, 'options of a class are not taken over', 'say it under "classes"');
      return;
    }
    const definition = find(space, name, code);
    const found = code ?? definition?.code;
    if (found === undefined) {
      findings.leftOut(place, what, 'nothing says which code it has', 'say it under "options", "custom", by its code');
      return;
    }
    // Vendor's number alone, for the options of its space.
    if (found === OptionCode.VENDOR_OPTS && space === PLAIN_SPACE && /^\d*$/.test(text ?? '')) return;
    if (text === undefined) {
      findings.leftOut(place, what, 'it has no data: Kea takes them from elsewhere, or sends the option empty');
      return;
    }
    const vendor = /^vendor-(\d{1,10})$/.exec(space)?.[1];
    if (space !== PLAIN_SPACE && vendor === undefined) {
      findings.leftOut(place, what, `its space ${shown(space)} is neither dhcp6 nor that of a vendor`, 'say the option that has it, whole, under "options", "custom", with type hex');
      return;
    }
    const type = definition?.type ?? 'hex';
    const isText = isCsv ?? definition !== undefined;
    const value = isText ? (type === 'hex' ? octetsOf(text, place) : partsOf(text)) : octetsOf(text, place);
    takeOption(draft, options, { place, what, code: found, type, enterprise: vendor === undefined ? undefined : Number(vendor), value }, scope, findings);
  }
}

/** What stands between commas, those behind a backslash left alone. */
function partsOf(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replace(/\\([\\,])/g, '$1').trim());
}

function octetsOf(text: string, place: Place): Uint8Array {
  const quoted = /^'(.*)'$/s.exec(text.trim())?.[1];
  if (quoted !== undefined) return Buffer.from(quoted);
  const octets = parseHex(text.trim().replace(/\s+/g, ':'));
  if (octets === undefined) throw new InputError(place, `the data ${shown(text)} are no hexadecimal octets`);
  return octets;
}


/** ISC's `option` statements, and the definitions of options that it has no name for. */
import { parseHex } from '../../wire/index.ts';
import { put } from '../draft.ts';
import type { Draft, DraftLifetimes, DraftOptions } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { definitionByName } from '../known-options.ts';
import { takeOption } from '../options.ts';
import type { OptionDefinition, Scope, SourceType } from '../options.ts';
import type { Statement, Word } from './statements.ts';

const SPACE = 'dhcp6.';

/** Timers, which ISC has as options. */
const TIMERS: Readonly<Record<string, 't1' | 't2'>> = { 'dhcp-renewal-time': 't1', 'dhcp-rebinding-time': 't2' };

export interface OptionReader {
  /** Notes what `option dhcp6.NAME code NUMBER = TYPE;` says. */
  define(statement: Statement): void;
  /** @returns whether the statement was dealt with */
  read(statement: Statement, options: DraftOptions, scope: Scope, lifetimes: DraftLifetimes): boolean;
}

export function optionReader(draft: Draft, findings: Findings): OptionReader {
  const defined = new Map<string, OptionDefinition>();
  return {
    define({ words }) {
      const [keyword, name = '', code, number = '', , ...type] = words.map(({ text }) => text);
      if (keyword !== 'option' || code !== 'code' || !/^\d{1,5}$/.test(number)) return;
      defined.set(name, { code: Number(number), type: typeOf(type.join(' ')) });
    },
    read({ words, place }, options, scope, lifetimes) {
      const name = words[1]?.text ?? '';
      if (words[2]?.text === 'code') return true;
      const timer = TIMERS[name];
      if (timer !== undefined) {
        put(draft, lifetimes, timer, `${words[2]?.text ?? ''}s`, place, name);
        return true;
      }
      if (!name.startsWith(SPACE)) {
        const isPlain = !name.includes('.');
        if (isPlain) findings.notNeeded(place, `option ${name}`, 'it is one of DHCPv4');
        else findings.leftOut(place, `option ${name}`, 'options of a space of its own are not taken over', 'say them under "options", "vendor", by enterprise number and code');
        return true;
      }
      const definition = defined.get(name) ?? definitionByName('isc', name.slice(SPACE.length));
      if (definition === undefined) {
        findings.leftOut(place, `option ${name}`, 'nothing says which code it has', 'say it under "options", "custom", by its code');
        return true;
      }
      const value = valueOf(words.slice(2), definition.type);
      takeOption(draft, options, { ...definition, place, what: `option ${name}`, enterprise: undefined, value }, scope, findings);
      return true;
    },
  };
}

/** Octets where the file has such: a text of octets for a type that is none, or a row of them. */
function valueOf(words: readonly Word[], type: SourceType): readonly string[] | Uint8Array {
  const [first] = words;
  if (type === 'hex' && first !== undefined && words.length === 1) {
    const octets = first.isQuoted ? Uint8Array.from(first.text, (character) => character.charCodeAt(0)) : parseHex(first.text);
    if (octets !== undefined) return octets;
  }
  return words.filter(({ text, isQuoted }) => isQuoted || text !== ',').map(({ text }) => text);
}

function typeOf(text: string): SourceType {
  const single = text.replace(/^array of /, '').replace(/^\{ (.*) \}$/, '$1');
  switch (single) {
    case 'ip6-address':
      return 'address-list';
    case 'text':
      return 'string';
    case 'string':
      return 'hex';
    case 'domain-name':
    case 'domain-list':
      return 'domain-list';
    case 'boolean':
    case 'unsigned integer 8':
      return 'uint8';
    case 'unsigned integer 16':
      return 'uint16';
    case 'unsigned integer 32':
      return 'uint32';
    default:
      return 'unsupported';
  }
}

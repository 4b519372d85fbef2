/** The canonical form as YAML: lists of plain values on one line each, fingerprints ahead in comments. */
import { type CanonicalForm, canonicalForm } from './canonical.ts';
import type { CanonicalMap, CanonicalValue } from './canonical-value.ts';
import { fingerprint } from './fingerprint.ts';
import type { ProvisioningDocument } from './schema.ts';

/** A provisioning file that reads as the same configuration. */
export function formatCanonical(document: ProvisioningDocument): string {
  const form = canonicalForm(document);
  return [
    ...Object.keys(form.relationships).flatMap((relationship) => fingerprintLines(form, relationship)),
    ...mapLines(form),
    '',
  ].join('\n');
}

function fingerprintLines(form: CanonicalForm, relationship: string): string[] {
  const { shared, sections } = fingerprint(form, relationship);
  return [
    `# SHA-256 of what the boxes of ${relationship} must agree on, and of its sections:`,
    ...Object.entries({ shared, ...sections }).map(([section, digest]) => `# ${section.padEnd(13)} ${digest}`),
    '',
  ];
}

function mapLines(map: CanonicalMap): string[] {
  return Object.entries(map).flatMap(([key, value]) => entryLines(plainOrQuoted(key), value));
}

function entryLines(key: string, value: CanonicalValue): string[] {
  const short = onOneLine(value);
  if (short !== undefined) return [`${key}: ${short}`];
  return [`${key}:`, ...blockLines(value).map((line) => `  ${line}`)];
}

function blockLines(value: CanonicalValue): string[] {
  if (!isList(value)) return typeof value === 'object' ? mapLines(value) : [];
  return value.flatMap((item) => {
    const short = onOneLine(item);
    return (short === undefined ? blockLines(item) : [short]).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`));
  });
}

/** A plain value, a list of such, or something empty; undefined for all that takes more lines. */
function onOneLine(value: CanonicalValue): string | undefined {
  if (typeof value === 'string') return plainOrQuoted(value);
  if (typeof value !== 'object') return String(value);
  if (!isList(value)) return Object.keys(value).length === 0 ? '{}' : undefined;
  return value.every((item) => typeof item !== 'object') ? `[${value.map(onOneLine).join(', ')}]` : undefined;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}

/** Texts that every reader of YAML takes for texts, in brackets as well. */
const PLAIN = /^[A-Za-z0-9](?:[\w./%-]|:(?=[\w/:])| (?=[\w.-]))*$/;

/** Of those, the ones that some reader takes for something else: a number, a time, a truth value, nothing. */
const AMBIGUOUS = /^(?:[\d:._-]+|0x.*|0o.*|\d.*e[+-]?\d+|true|false|yes|no|on|off|y|n|null)$/i;

function plainOrQuoted(text: string): string {
  if (PLAIN.test(text) && !AMBIGUOUS.test(text)) return text;
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

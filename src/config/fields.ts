/** The kinds of values in the file. Each says in words what it allows, and gives editors a pattern where one is exact enough. */
import * as v from 'valibot';
import type { Seconds } from '../wire/index.ts';
import { readAddress, readInterfaceAddress, readIpv4Address, readIpv4Prefix, readPrefix, readRange } from './address-values.ts';
import { readDuidPattern, readLinkLayerPattern, readPattern } from './class-patterns.ts';
import { readDuid, readHex, readLinkLayerAddress, readOpaque } from './client-values.ts';
import { type DurationBounds, describeBounds, readDuration } from './duration.ts';
import { INTERFACE_PATTERN, readDomainName, readFilePath } from './name-values.ts';
import { readDohPath, readPortalUri, readPosixTimezone, readTimezoneName, readUri } from './option-values.ts';
import { REMOVED, readPairingKey } from './pairing-key.ts';
import type { Parsed } from './parsed.ts';
import { readMilliseconds, readPercentage, readPercentageOrOff } from './quantity.ts';
import { reading, textValue } from './schema-parts.ts';

const HEX = '^(0[xX])?[0-9A-Fa-f:-]+$';

export const address = textValue('an IPv6 address such as 2001:db8::53', readAddress, '^[0-9A-Fa-f:.]+$');
export const prefix = textValue('an IPv6 prefix such as 2001:db8:1::/64', readPrefix, '^[0-9A-Fa-f:.]+/[0-9]{1,3}$');
export const range = textValue(
  'two addresses such as 2001:db8::10 - 2001:db8::1f',
  readRange,
  '^[0-9A-Fa-f:.]+ *- *[0-9A-Fa-f:.]+$',
);
export const interfaceAddress = textValue(
  'an address with a prefix length such as fd00::1/64',
  readInterfaceAddress,
  '^[0-9A-Fa-f:.]+/[0-9]{1,3}$',
);
export const ipv4Address = textValue('an IPv4 address such as 192.0.2.1', readIpv4Address, '^[0-9.]+$');
export const ipv4Prefix = textValue('an IPv4 prefix such as 192.0.2.0/24', readIpv4Prefix, '^[0-9.]+/[0-9]{1,2}$');
export const duid = textValue('hexadecimal octets such as "00:03:00:01:02:00:5e:10:00:01"', readDuid, HEX);
export const linkLayerAddress = textValue('hexadecimal octets such as "02:00:5e:10:00:01"', readLinkLayerAddress, HEX);
export const hex = textValue('hexadecimal octets such as "0x0a1b2c"', readHex, HEX);
export const opaque = textValue('a text, or octets such as "0x0a1b"', readOpaque);
export const domainName = textValue(
  'a domain name such as lan.example.com',
  readDomainName,
  '^[A-Za-z0-9_]([A-Za-z0-9_.-]*)$',
);
export const interfaceName = textValue('the name of a network interface such as eth1', (name) =>
  INTERFACE_PATTERN.test(name) ? { value: name } : { problem: 'this is not the name of an interface' },
);

export const pairingKey = textValue(
  `32 letters and digits in groups of four, as "twinlease pair key" makes them, or "${REMOVED}"`,
  readPairingKey,
  `^(${REMOVED}|[0-9A-Za-z-]{32,64})$`,
);

/** As a label or the kernel has it. */
export const serialNumber = textValue(
  'a serial number, 1 to 64 letters, digits and signs',
  (text) => (/^[!-~]([ -~]{0,62}[!-~])?$/.test(text) ? { value: text } : { problem: 'this is no serial number' }),
);

export const filePath = textValue('the path of a file such as /etc/twinlease/east.crt', readFilePath, '^/');

export const octetPattern = textValue('a text such as "phone-*", "?" for one octet and "*" for any number, or octets such as "0x0a1b*"', readPattern);
export const duidPattern = textValue('octets such as "00:03:00:01:02:00:5e:*"', readDuidPattern, '^[0-9A-Fa-f:?*-]+$');
export const linkLayerPattern = textValue('octets such as "02:00:5e:*"', readLinkLayerPattern, '^[0-9A-Fa-f:?*-]+$');
export const uri = textValue('a URI such as http://[2001:db8::69]/boot.efi', readUri);
export const portalUri = textValue('a URI such as https://portal.example.com/api', readPortalUri);
export const posixTimezone = textValue('a time zone such as CET-1CEST,M3.5.0,M10.5.0/3', readPosixTimezone);
export const timezoneName = textValue('a name of the TZ database such as Europe/Berlin', readTimezoneName);
export const dohPath = textValue('a URI template such as /dns-query{?dns}', readDohPath);
export const alpnProtocol = textValue('the name of a protocol such as dot, h2, h3, doq', (text) =>
  /^[!-~]{1,255}$/.test(text) ? { value: text } : { problem: 'this is not the name of a protocol' },
);

/** Text of an option: at least one octet, and none that is zero. */
export const optionText = textValue('a text of at least one character, none of them U+0000', readOptionText);

function readOptionText(text: string): Parsed<string> {
  const nul = text.indexOf('\0');
  if (nul >= 0) return { problem: 'the text contains U+0000', at: nul };
  return text === '' ? { problem: 'the text is empty' } : { value: text };
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): v.GenericSchema<number> {
  const allowed = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(least, allowed), v.maxValue(most, allowed));
}

function numberOrText(pattern: string) {
  return [v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.metadata({ pattern }))];
}

export function duration(bounds: DurationBounds): v.GenericSchema<string | number, Seconds> {
  const allowed = describeBounds(bounds);
  return v.pipe(
    v.union(numberOrText('^([0-9]+[smhd]?|infinite)$'), allowed),
    v.description(allowed),
    reading(allowed, (written: string | number) => readDuration(written, bounds)),
  );
}

/** A duration, or a word in its place: `auto` for one that follows from the preferred lifetime, `off` for none. */
export function durationOr<const W extends 'auto' | 'off'>(
  word: W,
  bounds: DurationBounds,
): v.GenericSchema<string | number, Seconds | W> {
  const allowed = `${word}, or ${describeBounds(bounds)}`;
  return v.pipe(
    v.union(numberOrText(`^(${word}|[0-9]+[smhd]?|infinite)$`), allowed),
    v.description(allowed),
    reading(allowed, (written: string | number): Parsed<Seconds | W> =>
      written === word ? { value: word } : readDuration(written, bounds),
    ),
  );
}

/** `250ms`, or `off`, which is read as 0. */
export function millisecondsOrOff(least: number, most: number): v.GenericSchema<string | number, number> {
  const allowed = `off, or ${least}ms to ${most}ms`;
  return withUnit(allowed, '^(off|[0-9]+ms)$', (text) => readMilliseconds(text, least, most));
}

/** `50%`, read as 50. */
export function percentage(least: number, most: number): v.GenericSchema<string | number, number> {
  return withUnit(`${least}% to ${most}%`, '^[0-9]{1,3}%$', (text) => readPercentage(text, least, most));
}

/** The same, or `off`, which is read as 0. */
export function percentageOrOff(least: number, most: number): v.GenericSchema<string | number, number> {
  return withUnit(`off, or ${least}% to ${most}%`, '^(off|[0-9]{1,3}%)$', (text) => readPercentageOrOff(text, least, most));
}

/** A number is taken as well, to say that its unit is missing. */
function withUnit(allowed: string, pattern: string, read: (text: string) => Parsed<number>) {
  return v.pipe(
    v.union(numberOrText(pattern), allowed),
    v.description(allowed),
    reading(allowed, (written: string | number) => read(String(written))),
  );
}

type ListOf<S extends v.GenericSchema> = v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]>;

/** A list with at least one item. */
export function listOf<const S extends v.GenericSchema>(what: string, item: S): ListOf<S> {
  const allowed = `a list of ${what}, with at least one item`;
  return v.pipe(v.array(item, allowed), v.minLength(1, allowed));
}

/** A list, or its only item without the brackets. */
export function oneOrMore<const S extends v.GenericSchema>(
  what: string,
  item: S,
): v.GenericSchema<v.InferInput<S> | v.InferInput<S>[], v.InferOutput<S> | v.InferOutput<S>[]> {
  return v.union([item, listOf(what, item)], `${what}, one or a list of them`);
}

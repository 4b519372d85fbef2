/** Texts that options carry and that have a form of their own: URIs, time zones, templates. */
import { encodeText } from '../wire/index.ts';
import { type Parsed, isFault } from './parsed.ts';

/** The characters of RFC 3986 section 2, with what is escaped as "%41". */
const NOT_IN_URIS = /[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})/u;

/** RFC 8910 section 2.2: longer ones could not be told over IPv4. */
const PORTAL_LENGTH_MAX = 255;

/** A URI with its scheme (RFC 3986). */
export function readUri(text: string): Parsed<string> {
  const stray = NOT_IN_URIS.exec(text);
  if (stray !== null) {
    return { problem: `${JSON.stringify(stray[0])} does not belong in a URI`, allowed: 'the characters of RFC 3986; others as % and two hexadecimal digits', at: stray.index };
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:./.test(text)) return { problem: 'the scheme of the URI is missing', allowed: 'a URI such as https://www.example.com/' };
  const host = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1];
  if (host === '' && !/^(file|iscsi):/i.test(text)) return { problem: 'the URI names no host' };
  const at = host === undefined ? -1 : text.indexOf(host);
  const bare = host === undefined || host.includes('[') ? null : /:[^:@]*:/.exec(host.slice(host.indexOf('@') + 1));
  if (bare !== null) return { problem: 'an IPv6 address stands in brackets in a URI', allowed: 'a host such as [2001:db8::69]', at };
  return { value: text };
}

export function readPortalUri(text: string): Parsed<string> {
  const uri = readUri(text);
  if (isFault(uri) || encodeText(text).length <= PORTAL_LENGTH_MAX) return uri;
  return { problem: 'the URI is too long', allowed: `at most ${PORTAL_LENGTH_MAX} octets (RFC 8910 section 2.2)` };
}

const ZONE = '([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const HOURS = '[+-]?\\d{1,3}(:[0-5]\\d(:[0-5]\\d)?)?';
const DAY = `(J?\\d{1,3}|M([1-9]|1[0-2])\\.[1-5]\\.[0-6])(/${HOURS})?`;
const POSIX = new RegExp(`^${ZONE}${HOURS}(${ZONE}(${HOURS})?(,${DAY},${DAY})?)?$`);

/** The variable TZ of POSIX, without its form that begins with a colon (RFC 4833 section 4). */
export function readPosixTimezone(text: string): Parsed<string> {
  return POSIX.test(text) ? { value: text } : { problem: 'this is not a time zone as POSIX writes it' };
}

/** A name of the TZ database (RFC 4833 section 5); whether the database has it, its users know. */
export function readTimezoneName(text: string): Parsed<string> {
  return /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(text) ? { value: text } : { problem: 'this is not a name of the TZ database' };
}

/** The URI template of DNS over HTTPS, relative to the server (RFC 9461 section 5). */
export function readDohPath(text: string): Parsed<string> {
  if (!text.startsWith('/')) return { problem: 'the path does not begin with "/"' };
  if (!/\{[?&;+]?dns[*]?\}/.test(text)) return { problem: 'the path has no place for the question', allowed: 'a path with {?dns}, such as /dns-query{?dns}' };
  return /^[!-~]+$/.test(text) ? { value: text } : { problem: 'the path has characters that no URI template has' };
}

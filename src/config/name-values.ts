/** Names: of links and appliances, of interfaces, of hosts, of files. */
import { type DomainName, parseDomainName } from '../wire/index.ts';
import type { Parsed } from './parsed.ts';

/** Names of links, boxes and relationships stand in tables and in key paths, so they are short and have no dot. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** The same in words. */
export const NAMES = '1 to 32 letters, digits, "-" and "_", the first a letter or a digit';

/** What the kernel takes for an interface's name, in ASCII: no slash, colon or space, not `.` or `..`. */
export const INTERFACE_PATTERN = /^(?!\.{1,2}$)[!-.0-9;-~]{1,15}$/;

/** The same in words. */
export const INTERFACES = 'the name of an interface: 1 to 15 characters, no "/", ":" or space';

const DOMAIN_LENGTH_MAX = 253;
const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** A domain name of hosts (RFC 1035 section 2.3.1, with the underscore of service names); a dot at the end is dropped. */
export function readDomainName(text: string): Parsed<DomainName> {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name.length > DOMAIN_LENGTH_MAX) {
    return { problem: 'the domain name is too long', allowed: `at most ${DOMAIN_LENGTH_MAX} characters (RFC 1035)` };
  }
  let at = 0;
  for (const label of name.split('.')) {
    if (label === '') return { problem: 'a label of the domain name is empty', at };
    if (label.length > 63) return { problem: 'a label has at most 63 characters', at };
    if (!LABEL.test(label)) {
      const stray = /[^A-Za-z0-9_-]/u.exec(label);
      if (stray === null) return { problem: 'a label begins and ends with a letter or a digit', at };
      return {
        problem: `"${stray[0]}" does not belong in a domain name`,
        allowed: 'letters, digits, "-" and "_"; other letters in their "xn--" form',
        at: at + stray.index,
      };
    }
    at += label.length + 1;
  }
  const value = parseDomainName(name);
  return value === undefined ? { problem: 'this is not a domain name' } : { value };
}

/** What the kernel takes for a path at most, without the octet that ends it. */
const PATH_LENGTH_MAX = 4095;

/** A path from the root, so that it means the same wherever the daemon is started. */
export function readFilePath(text: string): Parsed<string> {
  if (!text.startsWith('/')) return { problem: 'this is not a path from the root directory', allowed: 'a path that begins with "/"' };
  if (text.endsWith('/')) return { problem: 'this is the path of a directory', allowed: 'the path of a file' };
  if (text.length > PATH_LENGTH_MAX) return { problem: 'the path is too long', allowed: `at most ${PATH_LENGTH_MAX} characters` };
  return { value: text };
}

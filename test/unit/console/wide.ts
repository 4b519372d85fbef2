/** The widest things that reports hold. */

export const LONGEST_ADDRESS = '2001:db88:aaaa:bbbb:cccc:dddd:eeee:ffff';
export const LONGEST_PREFIX = '2001:db88:aaaa:bb00::/56';
export const LONGEST_DUID = Array.from({ length: 130 }, (_, i) => (i % 256).toString(16).padStart(2, '0')).join(':');
export const LONGEST_NAME = 'a-link-with-a-name-of-32-letters';

export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

/** The ports of this box, so that a person with a cable in hand knows which is which. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const PORTS = '/sys/class/net';

/** `Ports of this box: eth0 (carrier, 02:00:5e:10:00:01), eth1 (no carrier, ...)` */
export function describePorts(directory = PORTS): string {
  const names = readdirSync(directory).filter((name) => name !== 'lo').sort();
  const ports = names.map((name) => {
    const carrier = textOf(join(directory, name, 'carrier')) === '1' ? 'carrier' : 'no carrier';
    return `${name} (${[carrier, textOf(join(directory, name, 'address'))].filter(Boolean).join(', ')})`;
  });
  return ports.length === 0 ? 'This box has no port.' : `Ports of this box: ${ports.join(', ')}`;
}

/** A port that is switched off does not say whether it has a carrier. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The ports of this box, so that a person with a cable in hand knows which is which. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the network that this process is in. */
const PORTS = '/proc/net/dev';
const DETAILS = '/sys/class/net';
/** ARPHRD_ETHER of linux/if_arp.h; tunnels, such as the kernel's own sit0, are no ports. */
const ETHERNET = '1';

/** `Ports of this box: eth0 (carrier, 02:00:5e:10:00:01), eth1 (no carrier, ...)` */
export function describePorts(): string {
  const ports = portNames().filter(isPort).map((name) => {
    const carrier = textOf(join(DETAILS, name, 'carrier')) === '1' ? 'carrier' : 'no carrier';
    return `${name} (${[carrier, textOf(join(DETAILS, name, 'address'))].filter(Boolean).join(', ')})`;
  });
  return ports.length === 0 ? 'This box has no port.' : `Ports of this box: ${ports.join(', ')}`;
}

function isPort(name: string): boolean {
  return name !== 'lo' && [ETHERNET, ''].includes(textOf(join(DETAILS, name, 'type')));
}

export function portNames(): readonly string[] {
  return [...readFileSync(PORTS, 'utf8').matchAll(/^ *([^:\s]+):/gm)].map(([, name = '']) => name).sort();
}

/** A port that is switched off does not say whether it has a carrier. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Interfaces for tests that run in a network namespace of their own (see in-namespace.ts). */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { parseAddress, toAddress } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';

const execFileLater = promisify(execFile);

/** Runs `ip` with the words of `command`. */
export function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** From here on new interfaces use their link-local address without waiting for duplicate address detection. */
export function skipAddressDetection(): void {
  writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0');
}

/** Two interfaces joined by a cable, both up. */
export function addCable(one: string, other: string): void {
  ip(`link add ${one} type veth peer name ${other}`);
  ip(`link set ${one} up`);
  ip(`link set ${other} up`);
}

/** The kernel gives it a moment after the carrier is there. */
export async function linkLocalOf(interfaceName: string): Promise<Address> {
  for (;;) {
    const found = networkInterfaces()[interfaceName]?.find(({ address }) => address.startsWith('fe80:'));
    if (found !== undefined) return addressOf(found.address);
    await ipLater(`link show dev ${interfaceName}`);
  }
}

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined, `${text} is an address`);
  return address;
}

/** A copy that stays when the batch is gone. */
export function copyOf(bytes: Uint8Array): Address {
  const address = toAddress(bytes.slice());
  assert.ok(address !== undefined);
  return address;
}

/** Runs `ip` while the event loop goes on. */
export async function ipLater(command: string): Promise<void> {
  await execFileLater('ip', command.split(' '));
}

/** Lets a test wait for a condition that is looked at again whenever `wake` is called. */
export function waiter(): { until: (condition: () => boolean) => Promise<void>; wake: () => void } {
  let resume: () => void = () => undefined;
  return {
    async until(condition) {
      while (!condition()) await new Promise<void>((resolve) => (resume = resolve));
    },
    wake() {
      resume();
    },
  };
}

/** Addresses that a host can have, and that others send to. */
import { type Address, isLoopback, isMulticast, isUnspecified } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';

export function isHostAddress(address: Address): boolean {
  return !isMulticast(address) && !isUnspecified(address) && !isLoopback(address);
}

export function checkServer(address: Address, path: KeyPath, report: Report): void {
  if (!isHostAddress(address)) report({ path, problem: 'no server can have this address', allowed: 'a unicast address' });
}

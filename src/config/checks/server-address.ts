/** Addresses that clients are to send to. */
import { type Address, isLoopback, isMulticast, isUnspecified } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';

export function checkServer(address: Address, path: KeyPath, report: Report): void {
  if (!isMulticast(address) && !isUnspecified(address) && !isLoopback(address)) return;
  report({ path, problem: 'no server can have this address', allowed: 'a unicast address' });
}

/**
 * Puts the address of the management port onto it, and keeps it there: for a box on which the provisioning file is all that is
 * configured. Other addresses of the port are left alone.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { backOff } from './back-off.ts';
import type { InterfaceState } from './interfaces/state.ts';

const run = promisify(execFile);

interface ManagementAddress {
  readonly interfaceName: string;
  /** As RFC 5952 text. */
  readonly address: string;
  readonly prefixLength: number;
}

export interface ManagementAddressOptions {
  /** The iproute2 program; `ip` of the search path unless a test says otherwise. */
  readonly ipCommand?: string;
  /** One line in plain words: it can't be set, or is set again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface ManagementAddressKeeper {
  /** The one that counts from now on; the one before is taken off. */
  configure(wanted: ManagementAddress | undefined): void;
  /** What the interfaces are now. Before the first call nothing is set. */
  follow(current: ReadonlyMap<string, InterfaceState>): void;
  /** The address stays. */
  close(): void;
}

export function keepManagementAddress({ ipCommand = 'ip', onReport }: ManagementAddressOptions): ManagementAddressKeeper {
  const delays = backOff();
  let wanted: ManagementAddress | undefined;
  /** Of this process; what stood there before is not known to be ours. */
  let outdated: ManagementAddress | undefined;
  let interfaces: ReadonlyMap<string, InterfaceState> = new Map();
  let isBusy = false;
  let isOutpaced = false;
  let hasFailed = false;
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  const goOn = async (): Promise<void> => {
    const removed = outdated;
    const removals = removal();
    const commands = [...removals, ...addition()];
    isOutpaced = isBusy;
    if (isBusy || isClosed || retry !== undefined || commands.length === 0) return;
    isBusy = true;
    try {
      for (const command of commands) await run(ipCommand, command);
      // Where it is not seen on its port yet, it is still to be taken off.
      if (removals.length > 0 && outdated === removed) outdated = undefined;
      if (hasFailed) onReport('info', 'the address of the management port is set now');
      hasFailed = false;
      delays.reset();
    } catch (error) {
      if (!hasFailed) onReport('warning', `the address of the management port can't be set: ${reasonOf(error)}; trying again`);
      hasFailed = true;
      retry = setTimeout(() => {
        retry = undefined;
        void goOn();
      }, delays.next());
    } finally {
      isBusy = false;
    }
    if (isOutpaced) void goOn();
  };

  const removal = (): string[][] => {
    const isThere = outdated !== undefined && has(interfaces.get(outdated.interfaceName), outdated);
    return isThere ? [['-6', 'address', 'delete', ...words(outdated)]] : [];
  };

  const addition = (): string[][] => {
    const state = interfaces.get(wanted?.interfaceName ?? '');
    if (wanted === undefined || state === undefined || (state.enabled && has(state, wanted))) return [];
    // Nobody else can have it, and the partner may be waiting: no detection of duplicates.
    return [['link', 'set', 'dev', wanted.interfaceName, 'up'], ['-6', 'address', 'replace', ...words(wanted), 'nodad']];
  };

  return {
    configure(next) {
      if (wanted !== undefined && String(words(wanted)) !== String(words(next))) outdated = wanted;
      wanted = next;
      void goOn();
    },
    follow(current) {
      interfaces = current;
      void goOn();
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function has(state: InterfaceState | undefined, { address, prefixLength }: ManagementAddress): boolean {
  return state?.globalAddresses.some((each) => each.address === address && each.prefixLength === prefixLength) ?? false;
}

function words(address: ManagementAddress | undefined): string[] {
  return address === undefined ? [] : [`${address.address}/${String(address.prefixLength)}`, 'dev', address.interfaceName];
}

function reasonOf(error: unknown): string {
  const { stderr = '', message = '' } = error as { readonly stderr?: string; readonly message?: string };
  return stderr.trim().split('\n', 1)[0] || message;
}

/**
 * Puts this box's own addresses onto its interfaces, and keeps them there: for a box on which the provisioning file is all that is
 * configured. Addresses that others put there are left alone.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { backOff } from './back-off.ts';
import type { InterfaceState } from './interfaces/state.ts';

const run = promisify(execFile);

export interface KeptAddress {
  readonly interfaceName: string;
  /** As RFC 5952 text. */
  readonly address: string;
  readonly prefixLength: number;
  /** Whether somebody else on the link could have it (RFC 4862 section 5.4); without detection it can be used at once. */
  readonly detectsDuplicates: boolean;
}

export interface InterfaceAddressOptions {
  /** The iproute2 program; `ip` of the search path unless a test says otherwise. */
  readonly ipCommand?: string;
  /** One line in plain words: an address can't be set, is somebody else's, or is fine again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface InterfaceAddressKeeper {
  /** Those that count from now on; of the ones before, what is left out is taken off. */
  configure(wanted: readonly KeptAddress[]): void;
  /** What the interfaces are now. Before the first call nothing is set. */
  follow(current: ReadonlyMap<string, InterfaceState>): void;
  /** The addresses stay. */
  close(): void;
}

export function keepInterfaceAddresses({ ipCommand = 'ip', onReport }: InterfaceAddressOptions): InterfaceAddressKeeper {
  const delays = backOff();
  let wanted: readonly KeptAddress[] = [];
  /** Of this process; what stood there before is not known to be ours. */
  let outdated: readonly KeptAddress[] = [];
  let interfaces: ReadonlyMap<string, InterfaceState> = new Map();
  let isBusy = false;
  let isOutpaced = false;
  /** That this one can't be set was said. */
  let failing: KeptAddress | undefined;
  /** That somebody else has them was said. */
  let duplicates: readonly string[] = [];
  let isClosed = false;
  let retry: NodeJS.Timeout | undefined;

  const goOn = async (): Promise<void> => {
    const steps = [...removals(), ...additions()];
    isOutpaced = isBusy;
    if (isBusy || isClosed || retry !== undefined || steps.length === 0) return;
    isBusy = true;
    // One that can't be set keeps none of the others from it.
    let hasFailed = false;
    for (const { address, commands, isRemoval } of steps) {
      try {
        for (const command of commands) await run(ipCommand, command);
        // Where it is not seen on its interface yet, it is still to be taken off.
        if (isRemoval) outdated = outdated.filter((one) => one !== address);
      } catch (error) {
        hasFailed = true;
        if (failing !== undefined) continue;
        failing = address;
        onReport('warning', `${phrase(address)}: ${reasonOf(error)}; trying again`);
      }
    }
    if (!hasFailed) {
      if (failing !== undefined) onReport('info', `${phrase(failing)}: done now`);
      failing = undefined;
      delays.reset();
    } else {
      retry = setTimeout(() => {
        retry = undefined;
        void goOn();
      }, delays.next());
    }
    isBusy = false;
    if (isOutpaced) void goOn();
  };

  const removals = (): Step[] =>
    outdated
      .filter((address) => found(interfaces, address) !== undefined)
      .map((address) => ({ address, isRemoval: true, commands: [['-6', 'address', 'delete', ...words(address)]] }));

  const additions = (): Step[] =>
    wanted.flatMap((address) => {
      const state = interfaces.get(address.interfaceName);
      if (state === undefined || (state.enabled && found(interfaces, address) !== undefined)) return [];
      const way = address.detectsDuplicates ? [] : ['nodad'];
      return {
        address,
        isRemoval: false,
        commands: [['link', 'set', 'dev', address.interfaceName, 'up'], ['-6', 'address', 'replace', ...words(address), ...way]],
      };
    });

  const tellDuplicates = (): void => {
    const now = wanted.filter((address) => found(interfaces, address)?.state === 'duplicate').map(phrase);
    for (const one of now.filter((each) => !duplicates.includes(each)))
      onReport('warning', `${one}: another device there has it, so this box can't use it (duplicate address detection, RFC 4862)`);
    duplicates = now;
  };

  return {
    configure(next) {
      const kept = new Set(next.map(text));
      // One that comes back is not taken off.
      outdated = [...outdated, ...wanted].filter((address) => !kept.has(text(address)));
      wanted = next;
      void goOn();
    },
    follow(current) {
      interfaces = current;
      tellDuplicates();
      void goOn();
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

interface Step {
  readonly address: KeptAddress;
  readonly isRemoval: boolean;
  readonly commands: readonly string[][];
}

function found(interfaces: ReadonlyMap<string, InterfaceState>, { interfaceName, address, prefixLength }: KeptAddress) {
  return interfaces.get(interfaceName)?.globalAddresses.find((each) => each.address === address && each.prefixLength === prefixLength);
}

function words({ address, prefixLength, interfaceName }: KeptAddress): string[] {
  return [`${address}/${String(prefixLength)}`, 'dev', interfaceName];
}

function text(address: KeptAddress): string {
  return words(address).join(' ');
}

function phrase({ address, prefixLength, interfaceName }: KeptAddress): string {
  return `address ${address}/${String(prefixLength)} of ${interfaceName}`;
}

function reasonOf(error: unknown): string {
  const { stderr = '', message = '' } = error as { readonly stderr?: string; readonly message?: string };
  return stderr.trim().split('\n', 1)[0] || message;
}

/** What one box makes of the file's leasequery: for the core who may ask, for the shell who may come by TCP, and how. */
import type { LeasequeryConfiguration } from '../server/index.ts';
import type { Prefix, Seconds } from '../wire/index.ts';
import type { ProvisioningDocument } from './schema.ts';

/** Leasequery over TCP. */
export interface LeasequeryTcp {
  readonly port: number;
  /** Connections begin with STARTTLS. */
  readonly isSecure: boolean;
  readonly connections: number;
  readonly timeout: Seconds;
  readonly requestors: readonly { readonly source: Prefix; /** SHA-256, 64 hexadecimal digits. */ readonly certificate: string | undefined }[];
}

export function resolveLeasequery({ leasequery }: ProvisioningDocument): LeasequeryConfiguration | undefined {
  if (leasequery === undefined) return undefined;
  const { requestors, tcp, 'sensitive-options': sensitiveOptions } = leasequery;
  return { requestors: requestors.map(({ address }) => address), sensitiveOptions, activeHistory: tcp?.active === true ? tcp.history : undefined };
}

export function resolveLeasequeryTcp({ leasequery }: ProvisioningDocument): LeasequeryTcp | undefined {
  const tcp = leasequery?.tcp;
  if (leasequery === undefined || tcp === undefined) return undefined;
  const { security, port, connections, timeout } = tcp;
  return { port, isSecure: security === 'tls', connections, timeout, requestors: leasequery.requestors.map(({ address, certificate }) => ({ source: address, certificate })) };
}

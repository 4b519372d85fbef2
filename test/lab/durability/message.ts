// Reads the few things of a DHCPv6 datagram that the durability checker needs; it shares no code with the server.

export interface Message {
  readonly type: number;
  /** Which exchange it belongs to: the transaction-id and the client's DUID. */
  readonly exchange: string;
  /** Each lease named in it, as address and prefix length in hex. */
  readonly leases: readonly Lease[];
}

export interface Lease {
  readonly name: string;
  readonly validLifetime: number;
}

const relayHeader = 34;
const relayTypes = [12, 13];
const Option = { CLIENTID: 1, IA_NA: 3, IAADDR: 5, RELAY_MSG: 9, IA_PD: 25, IAPREFIX: 26 } as const;

/** The client's or server's message in a datagram, however many relays it came by; undefined if it can't be read. */
export function readMessage(datagram: Buffer): Message | undefined {
  if (datagram.length < 4) return undefined;
  const type = datagram.readUInt8(0);
  if (relayTypes.includes(type)) {
    const inner = optionsIn(datagram, relayHeader)?.find(({ code }) => code === Option.RELAY_MSG);
    return inner === undefined ? undefined : readMessage(inner.data);
  }
  const options = optionsIn(datagram, 4);
  if (options === undefined) return undefined;
  const client = options.find(({ code }) => code === Option.CLIENTID);
  return {
    type,
    exchange: `${datagram.toString('hex', 1, 4)} ${client?.data.toString('hex') ?? ''}`,
    leases: options.flatMap(({ code, data }) => (code === Option.IA_NA || code === Option.IA_PD ? leasesIn(data) : [])),
  };
}

function leasesIn(association: Buffer): Lease[] {
  const leases: Lease[] = [];
  for (const { code, data } of optionsIn(association, 12) ?? []) {
    if (code === Option.IAADDR && data.length >= 24) {
      leases.push({ name: `${data.toString('hex', 0, 16)}80`, validLifetime: data.readUInt32BE(20) });
    } else if (code === Option.IAPREFIX && data.length >= 25) {
      leases.push({ name: data.toString('hex', 9, 25) + data.toString('hex', 8, 9), validLifetime: data.readUInt32BE(4) });
    }
  }
  return leases;
}

function optionsIn(bytes: Buffer, from: number): { code: number; data: Buffer }[] | undefined {
  const options: { code: number; data: Buffer }[] = [];
  for (let at = from; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const start = at + 4;
    const end = start + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return undefined;
    options.push({ code: bytes.readUInt16BE(at), data: bytes.subarray(start, end) });
    at = end;
  }
  return options;
}

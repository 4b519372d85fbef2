// What is used of the package `raw-socket`, which ships no types.
declare module 'raw-socket' {
  export interface RawSocket {
    /** @param sent gets the error, or null and the number of octets */
    send(buffer: Buffer, offset: number, length: number, address: string, sent: (error: Error | null) => void): RawSocket;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    /** `source` has no zone. The buffer is written over by the next message. */
    on(event: 'message', listener: (buffer: Buffer, source: string) => void): RawSocket;
    on(event: 'error', listener: (error: Error) => void): RawSocket;
    close(): RawSocket;
  }
  const raw: {
    readonly AddressFamily: { readonly IPv6: number };
    readonly Protocol: { readonly ICMPv6: number };
    readonly SocketLevel: { readonly SOL_SOCKET: number };
    readonly SocketOption: { readonly SO_BINDTODEVICE: number };
    /** Throws where the system refuses. */
    createSocket(options: { protocol: number; addressFamily: number; bufferSize?: number }): RawSocket;
    createChecksum(buffer: Buffer): number;
    writeChecksum(buffer: Buffer, offset: number, checksum: number): Buffer;
  };
  export default raw;
}

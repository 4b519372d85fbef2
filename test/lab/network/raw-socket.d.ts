// What the lab uses of the package `raw-socket`, which ships no types.
declare module 'raw-socket' {
  interface Socket {
    send(buffer: Buffer, offset: number, length: number, address: string, sent: (error: Error | null) => void): Socket;
    setOption(level: number, option: number, value: Buffer, length: number): void;
    close(): Socket;
  }
  const raw: {
    readonly AddressFamily: { readonly IPv6: number };
    readonly SocketLevel: { readonly SOL_SOCKET: number };
    readonly SocketOption: { readonly SO_BINDTODEVICE: number };
    createSocket(options: { protocol: number; addressFamily: number }): Socket;
    createChecksum(buffer: Buffer): number;
    writeChecksum(buffer: Buffer, offset: number, checksum: number): Buffer;
  };
  export default raw;
}

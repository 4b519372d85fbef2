/**
 * TLS with partners and requestors: version 1.3, both sides with a certificate, and of the other side exactly the one that is known
 * (RFC 7653 section 9.1, RFC 9325).
 *
 * The certificate is compared octet for octet, and nothing else of it counts: TLS shows that the other side holds its key,
 * a self-signed certificate has no chain to be checked, and its dates mean nothing to a clock that says 1970. That is
 * why the checks of Node.js are switched off; they would also hide from the log which certificate was shown.
 */
import type { Socket } from 'node:net';
import type * as Tls from 'node:tls';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { describeCertificate, EXPORTER_LABEL, EXPORTER_OCTETS } from '../../identity/index.ts';
import type { BoxIdentity, Certificate } from '../../identity/index.ts';

/** TLS is up; nothing was read yet. Whether the certificate is the right one is for the caller to say. */
export interface SecuredSocket {
  readonly socket: TLSSocket;
  /** What the other side showed, and has proved to hold the key of; undefined where it showed none. */
  readonly certificate: Certificate | undefined;
  /** What both sides want to talk about (RFC 7301); undefined: they did not say. */
  readonly protocol: string | undefined;
}

/** There is no TLS. */
export interface NotSecured {
  readonly error: Error;
}

/** Not called where the connection just ends. */
export type OnSecured = (result: SecuredSocket | NotSecured) => void;

/** Loaded when it is needed: a box without a partner saves 2 MB. */
const tls = (): typeof Tls => process.getBuiltinModule('node:tls');

/**
 * The side that dialled: a socket on which STARTTLS was accepted becomes one with TLS (RFC 7653 section 8.2).
 * @param protocol without one it is for failover, and the handshake is as every partner knows it
 */
export function secureAsClient(socket: Socket, identity: BoxIdentity, protocol: string | undefined, onSecured: OnSecured): void {
  const protocols = protocol === undefined ? {} : { ALPNProtocols: [protocol] };
  const secured = tls().connect({ socket, ...contextOptions(identity), ...protocols, rejectUnauthorized: false });
  const onError = (error: Error): void => {
    onSecured({ error });
  };
  secured.on('error', onError);
  secured.once('secureConnect', () => {
    secured.off('error', onError);
    onSecured(securedSocket(secured));
  });
}

/** The side that was dialled, for any number of sockets. */
export interface TlsAcceptor {
  /** Takes a socket on which STARTTLS was just accepted (RFC 7653 section 9.1). */
  secure(socket: Socket, onSecured: OnSecured): void;
}

/** @param protocol is chosen where the other side offers it; undefined: nobody is asked */
export function createTlsAcceptor(identity: BoxIdentity, protocol?: string): TlsAcceptor {
  /** By the far end of the connection, which Node.js gives for both the socket and its TLS. */
  const waiting = new Map<string, OnSecured>();
  // It never listens: it is handed sockets.
  const server = tls().createServer({
    ...contextOptions(identity),
    requestCert: true,
    rejectUnauthorized: false,
    ...(protocol === undefined ? {} : { ALPNCallback: ({ protocols }: { readonly protocols: readonly string[] }) => chosen(protocols, protocol) }),
  });

  const take = (key: string): OnSecured | undefined => {
    const onSecured = waiting.get(key);
    waiting.delete(key);
    return onSecured;
  };

  server.on('secureConnection', (secured) => {
    take(farEnd(secured))?.(securedSocket(secured));
  });
  server.on('tlsClientError', (error, secured) => {
    take(farEnd(secured))?.({ error });
  });

  return {
    secure(socket, onSecured) {
      const key = farEnd(socket);
      waiting.set(key, onSecured);
      socket.once('close', () => waiting.delete(key));
      server.emit('connection', socket);
    },
  };
}

/** It is asked where the other side offers protocols at all; none of them is a reason to end the connection. */
function chosen(offered: readonly string[], wanted: string): string | undefined {
  return offered.find((protocol) => protocol === wanted) ?? offered[0];
}

/** What both ends of this connection know, and nobody else; undefined where it is gone already. */
export function exporterOf(socket: TLSSocket): Uint8Array | undefined {
  return sharedSecret(socket, EXPORTER_LABEL);
}

/** The same for any purpose, by its label (RFC 8446 section 7.5); undefined without TLS. */
export function sharedSecret(socket: Socket | TLSSocket, label: string): Uint8Array | undefined {
  if (!('exportKeyingMaterial' in socket)) return undefined;
  try {
    return socket.exportKeyingMaterial(EXPORTER_OCTETS, label, Buffer.alloc(0));
  } catch {
    return undefined;
  }
}

function contextOptions(identity: BoxIdentity): SecureContextOptions {
  return {
    key: identity.privateKeyPem,
    cert: identity.certificate.pem,
    // Nobody else vouches for a partner, so the system's authorities need not be loaded.
    ca: [],
    minVersion: 'TLSv1.3',
  };
}

function securedSocket(socket: TLSSocket): SecuredSocket {
  const certificate = socket.getPeerX509Certificate();
  // Whoever takes it has more to do about an error; whoever does not must not be ended by one.
  socket.on('error', () => socket.destroy());
  return {
    socket,
    certificate: certificate === undefined ? undefined : describeCertificate(certificate),
    protocol: socket.alpnProtocol === false ? undefined : (socket.alpnProtocol ?? undefined),
  };
}

function farEnd({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}

// The process behind a TcpRequestor: `tcp-requestor-process.ts HOST PORT [KEY CERTIFICATE]`, inside the machine's namespace. With a key
// and a certificate it begins with STARTTLS. It takes orders over IPC and ends when its parent closes that.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Told } from './tcp-requestor.ts';

const [host = '', port = '', keyFile, certificateFile] = process.argv.slice(2);
/** STARTTLS with transaction-id 1, and the REPLY to it (RFC 7653 8.2). */
const startTls = Buffer.of(0, 4, 23, 0, 0, 1);
const accepted = Buffer.of(0, 4, 7, 0, 0, 1);

const plain = connect({ host, port: Number(port), noDelay: true });
plain.on('error', () => undefined);
await once(plain, 'connect');
const socket = keyFile === undefined || certificateFile === undefined ? plain : await secured(plain, keyFile, certificateFile);
socket.on('error', () => undefined);
socket.on('data', (bytes: Buffer) => tell({ received: bytes }));
socket.on('close', () => tell({ closed: true }));
process.on('message', (bytes: Uint8Array) => socket.write(bytes));
process.once('disconnect', () => process.exit());
tell({ opened: true });

function tell(told: Told): void {
  process.send?.(told);
}

async function secured(over: Socket, key: string, certificate: string): Promise<Socket> {
  over.write(startTls);
  const [answer] = (await once(over, 'data')) as [Buffer];
  if (!answer.equals(accepted)) throw new Error(`no TLS: ${answer.toString('hex')}`);
  over.removeAllListeners('data');
  const tls = connectTls({ socket: over, key: readFileSync(key), cert: readFileSync(certificate), rejectUnauthorized: false });
  await once(tls, 'secureConnect');
  return tls;
}

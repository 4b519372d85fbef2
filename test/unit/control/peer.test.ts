import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { peerCredentials } from '../../../src/control/peer/index.ts';

/** Somebody who is neither root nor in root's group. */
const UID = 65_533;
const GID = 65_532;

describe('credentials of a peer', () => {
  let server: Server;
  beforeEach(() => {
    server = createServer();
  });
  afterEach(() => {
    server.close();
  });

  async function connection(): Promise<Socket> {
    const [socket] = (await once(server, 'connection')) as [Socket];
    return socket;
  }

  it('are those of the process that connected', async () => {
    // An abstract name (unix(7)), which any user may connect to.
    const name = `\0twinlease-test-${process.pid}`;
    server.listen(name);
    await once(server, 'listening');
    const program = 'require("node:net").connect(process.argv[1].replace("@", "\\0")).on("end", () => process.exit())';
    const child = spawn(process.execPath, ['-e', program, name.replace('\0', '@')], { uid: UID, gid: GID, cwd: '/' });
    const socket = await connection();
    assert.deepEqual(peerCredentials(socket), { pid: child.pid, uid: UID, gid: GID });
    socket.end();
    await once(child, 'exit');
  });

  it('are not to be had of a socket that is closed', async () => {
    const name = `\0twinlease-test-${process.pid}`;
    server.listen(name);
    await once(server, 'listening');
    connect(name).on('error', () => undefined);
    const socket = await connection();
    assert.equal(peerCredentials(socket)?.pid, process.pid);
    socket.destroy();
    assert.equal(peerCredentials(socket), undefined);
  });

  it('are not to be had of a TCP connection', async () => {
    server.listen(0, '::1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '::1');
    const socket = await connection();
    assert.equal(peerCredentials(socket), undefined);
    client.destroy();
    socket.destroy();
  });
});

// `make qemu`: two boxes and a client, wired LAN to LAN and management to management, each in a window of tmux. What is in them
// is gone at the end.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, newDisk } from './machine.ts';
import { openNetwork } from './network.ts';

const HELP = `A client on the LAN of east and west. To ask for a lease:
  dhclient -6 -d -v eth0      (Ctrl-C ends it)
Ctrl-B and a digit changes the window: 1 east, 2 west, 3 this one. Ctrl-B and d ends it all.
Pull a plug: ip -netns HUB link set PORT down; ports: east has tap0 (management) and tap1 (LAN), west tap2 and tap3.`;

const directory = mkdtempSync(join(tmpdir(), 'twinlease-image-'));
const network = await openNetwork(directory);
const tmux = (...words: readonly string[]): void => {
  spawnSync('tmux', ['-L', 'twinlease', ...words], { stdio: 'inherit' });
};
try {
  for (const [i, name] of ['east', 'west'].entries()) {
    const disk = join(directory, `${name}.img`);
    newDisk(disk);
    const ports = [await network.addPort('management'), await network.addPort('lan')];
    const command = network.hub.inside(machine({ disk, ports, number: i + 1, serial: 'mon:stdio' }));
    const window = command.map((word) => `'${word}'`).join(' ');
    if (i === 0) tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'boxes', '-n', name, window, ';', 'set-option', '-g', 'base-index', '1', ';', 'move-window', '-r');
    else tmux('new-window', '-d', '-n', name, window);
  }
  const client = await network.addClient('client');
  const shell = client.namespace.inside(['sh', '-c', 'echo "$1"; exec sh', 'sh', HELP.replace('HUB', network.hub.name)]);
  tmux('new-window', '-d', '-n', 'client', shell.map((word) => `'${word}'`).join(' '));
  tmux('attach-session', '-t', 'boxes');
  tmux('kill-server');
} finally {
  network.close();
  rmSync(directory, { recursive: true });
}

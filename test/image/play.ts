// `make qemu`: two boxes and a client, wired LAN to LAN and management to management, each in a window of tmux. What is in them
// is gone at the end.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, newDisk } from './machine.ts';
import { openNetwork } from './network.ts';

const HELP = `Ctrl-B and a digit changes the window: 1 east, 2 west, 3 this one. Ctrl-B and d ends it all.
Both boxes are as they come from the factory. For a pair: "setup" of east makes the file ("new"), "pair show" there prints it,
and "paste" in the setup of west takes it.

This is a client on the LAN of both. To ask for a lease: dhclient -6 -d -v eth0      (Ctrl-C ends it)
Pull a plug, and put it in again: ip -netns HUB link set PORT down      (or up)
  east has the ports tap0 (management, eth0) and tap1 (LAN, eth1), west tap2 and tap3
Cut the power of a box, and give it back: in its window Ctrl-A c, system_reset, and Ctrl-A c again`;

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

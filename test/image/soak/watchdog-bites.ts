// The daemon of a box stands still.

import { eventually } from '../../lab/process/eventually.ts';
import { BOOT_MS } from '../box.ts';
import { bootWith } from './boot-with.ts';
import type { Part } from './row.ts';
import { withBox } from './with-box.ts';

/** Heartbeats are missed for 10 s, then the watchdog waits 30 s. */
const BITE_MS = 120_000;
const STOP_AFTER_S = 60;

export const watchdogBites: Part = async (directory) =>
  await withBox(directory, async (box) => {
    box.powerOn();
    await box.setUpAlone();
    await box.cutPower();
    await bootWith(box, `sleep ${String(STOP_AFTER_S)}; echo STOPPED > /dev/console; killall -STOP node`, /STOPPED\r?\n/);
    const stopped = performance.now();
    await box.until(/Booting slot a/, BITE_MS);
    const bitten = (performance.now() - stopped) / 1_000;
    await box.logIn();
    await eventually('the box to serve again', async () => (/eth1: serving, up/.test(await box.ask('show links')) ? true : undefined), BOOT_MS);
    return [{ what: 'daemon stands still: until the watchdog has started the box anew, which then serves', result: `${bitten.toFixed(0)} s`, isMet: true }];
  });

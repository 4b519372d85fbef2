// The daemon of a box stands still.

import { newBox } from '../box.ts';
import { openNetwork } from '../network.ts';
import { bootWith } from './boot-with.ts';
import type { Part } from './row.ts';

/** Heartbeats are missed for 10 s, then the watchdog waits 30 s. */
const BITE_MS = 120_000;
const STOP_AFTER_S = 60;

export const watchdogBites: Part = async (directory) => {
  const network = await openNetwork(directory);
  const box = await newBox(network, directory, 'east', 1);
  try {
    box.powerOn();
    await box.setUpAlone();
    await box.cutPower();
    await bootWith(box, `sleep ${String(STOP_AFTER_S)}; echo STOPPED > /dev/console; killall -STOP node`, /STOPPED\r?\n/);
    const stopped = performance.now();
    await box.until(/Booting slot a/, BITE_MS);
    const bitten = (performance.now() - stopped) / 1_000;
    await box.logIn();
    const serves = /serves|NORMAL|east/.test(await box.ask('show status'));
    return [{ what: 'daemon stands still: until the watchdog has started the box anew', result: `${bitten.toFixed(0)} s`, isMet: serves }];
  } finally {
    await box.cutPower();
    network.close();
  }
};

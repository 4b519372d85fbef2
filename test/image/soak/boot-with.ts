// A box that does something by itself some time after power on: a shell that U-Boot starts in place of init, as somebody with the
// serial cable can, leaves it behind and begins as ever.

import { BOOT_MS, type Box } from '../box.ts';

/** @param script what root does meanwhile; @param until what is to be on the serial line before this resolves */
export async function bootWith(box: Box, script: string, until: RegExp): Promise<void> {
  box.powerOn();
  await box.until(/Hit any key to stop autoboot/, BOOT_MS);
  await box.say('', /=> $/);
  await box.say('setenv more init=/bin/sh', /=> $/);
  await box.say('boot', /~ # $/, BOOT_MS);
  await box.say(`(${script}) & exec /sbin/init`, until, BOOT_MS);
}

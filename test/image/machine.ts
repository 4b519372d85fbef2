// The machine that the image of qemu-aarch64 is for: U-Boot, as much memory as a cheap router has, and a clock that begins in 1970.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const images = fileURLToPath(new URL('../../images/qemu-aarch64', import.meta.url));

/** A disk as it is flashed. */
export function newDisk(path: string): void {
  if (!existsSync(`${images}/disk.img`)) throw new Error('images/qemu-aarch64/disk.img is missing: run `make image`');
  execFileSync('cp', ['--sparse=always', `${images}/disk.img`, path]);
}

export interface MachineOptions {
  readonly disk: string;
  /** Taps, in the order in which the guest counts its ports. */
  readonly ports: readonly string[];
  /** The last octet of the addresses of its ports. */
  readonly number: number;
  /** Where all that is written to the disk is logged; undefined: nowhere. */
  readonly writeLog?: string | undefined;
  /** A disk that is plugged in beside it. */
  readonly stick?: string | undefined;
  /** QEMU's `-serial`. */
  readonly serial: string;
}

/** The command line. */
export function machine({ disk, ports, number, serial, writeLog, stick }: MachineOptions): string[] {
  return [
    'qemu-system-aarch64', '-M', 'virt', '-cpu', 'cortex-a53', '-smp', '2', '-m', '256', '-rtc', 'base=1970-01-01',
    '-display', 'none', '-serial', serial, ...(serial === 'stdio' ? ['-monitor', 'none'] : []),
    '-bios', '/usr/lib/u-boot/qemu_arm64/u-boot.bin',
    // Fixed places, or the kernel may count them in another order.
    '-device', 'virtio-rng-pci,addr=3',
    ...(writeLog === undefined ? ['-drive', `file=${disk},format=raw,if=none,id=disk`] : loggedDrive(disk, writeLog)),
    '-device', 'virtio-blk-pci,drive=disk,addr=4',
    ...ports.flatMap((port, i) => [
      '-netdev', `tap,id=port${String(i)},ifname=${port},script=no,downscript=no`,
      '-device', `virtio-net-pci,netdev=port${String(i)},addr=${String(5 + i)},romfile=,mac=${macOf(number, i)}`,
    ]),
    '-device', 'i6300esb,addr=10',
    ...(stick === undefined ? [] : ['-drive', `file=${stick},format=raw,if=none,id=stick`, '-device', 'virtio-blk-pci,drive=stick,addr=11']),
  ];
}

function loggedDrive(disk: string, log: string): string[] {
  return [
    '-blockdev', `driver=file,node-name=plain,filename=${disk}`, '-blockdev', `driver=file,node-name=log,filename=${log}`,
    '-blockdev', 'driver=blklogwrites,node-name=disk,file=plain,log=log',
  ];
}

/** Locally administered, the same in every run. */
function macOf(number: number, port: number): string {
  return `02:00:00:00:0${String(port)}:${number.toString(16).padStart(2, '0')}`;
}

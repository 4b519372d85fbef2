import { alternate, sayRound, series, type Both, type Part } from '../bench.ts';
import type { Finding } from '../finding.ts';
import { freshDirectory, openLoopDisk } from '../lab.ts';
import { fill, offerExchanges } from '../load-programs.ts';
import { deviceWrittenBytes, writtenBytes } from '../process-figures.ts';
import { expectCommand } from '../run-command.ts';
import { start } from '../subjects/subject.ts';

const loads = [
  { rate: 1, seconds: 15 },
  { rate: 1000, seconds: 4 },
];
/** Bindings that are there before: the first few into an empty file are not typical. */
const before = 5000;

interface Written {
  readonly process: number;
  readonly device: number;
}

export const disk: Part = async (bench) => {
  const disks = {
    twinlease: openLoopDisk(bench.workDirectory, 'disk-twinlease'),
    kea: openLoopDisk(bench.workDirectory, 'disk-kea'),
  };
  const results: Both<Written[]> = await alternate(bench, async (subject, round) => {
    const { mountPoint, device } = disks[subject.name];
    const server = await start(subject, freshDirectory(mountPoint, 'state'));
    await fill(before);
    const written: Written[] = [];
    for (const { rate, seconds } of loads) {
      await expectCommand('sync', ['-f', mountPoint]);
      const byProcess = writtenBytes(server.pid);
      const byDevice = deviceWrittenBytes(device);
      const { replies } = await offerExchanges(rate, seconds);
      await expectCommand('sync', ['-f', mountPoint]);
      const step = {
        process: (writtenBytes(server.pid) - byProcess) / replies,
        device: (deviceWrittenBytes(device) - byDevice) / replies,
      };
      sayRound(bench, subject, round, `${String(rate)}/s: ${step.process.toFixed(0)} bytes by the process, ${step.device.toFixed(0)} on the device`);
      written.push(step);
    }
    await server.stop();
    return written;
  });
  const row = (index: number, figure: string, kind: keyof Written): Finding => ({
    figure,
    unit: 'bytes',
    ...series(results, (steps) => steps[index]?.[kind] ?? NaN),
  });
  return {
    method:
      `an ext4 file system of its own on a loop device, ${before.toLocaleString('en')} leases there already; bytes by /proc/PID/io (write_bytes) and by the device's own count, ` +
      'both after a final sync, by the number of new bindings; 1/s for 15 s and 1 000/s for 4 s',
    findings: loads.flatMap(({ rate }, index) => [
      row(index, `written per binding at ${String(rate)}/s, block device`, 'device'),
      row(index, `written per binding at ${String(rate)}/s, by the process`, 'process'),
    ]),
    raw: results,
  };
};

import { alternate, sayRound, series, type Part } from '../bench.ts';
import { freshDirectory } from '../lab.ts';
import { fill } from '../load-programs.ts';
import { kea } from '../subjects/kea.ts';
import { start } from '../subjects/subject.ts';
import { twinlease } from '../subjects/twinlease.ts';

const leases = 100_000;

export const startup: Part = async (bench) => {
  const directories = { twinlease: '', kea: '' };
  for (const subject of [twinlease, kea]) {
    const directory = freshDirectory(bench.workDirectory, `${subject.name}-startup`);
    const server = await start(subject, directory);
    await fill(leases);
    await server.stop();
    directories[subject.name] = directory;
  }
  const results = await alternate(bench, async (subject, round) => {
    const server = await start(subject, directories[subject.name]);
    sayRound(bench, subject, round, `${server.readyAfter.toFixed(0)} ms`);
    await server.stop();
    return server.readyAfter;
  });
  return {
    method:
      `${leases.toLocaleString('en')} leases given out live, a clean end, then started again and again on them: from exec to the receive stamp of the first Advertise (a Solicit every 2 ms); the files are in the page cache`,
    findings: [
      {
        figure: `start-up with ${leases.toLocaleString('en')} leases`,
        unit: 'ms',
        ...series(results, (milliseconds) => milliseconds),
        target: { of: 'ratio', comparison: '<', limit: 0.5 },
      },
    ],
    raw: results,
  };
};

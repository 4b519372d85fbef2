// `make scenarios`: what clients get to feel when boxes, disks, clocks and cables fail. PEER=kea runs the same with kea-dhcp6
// and its HA hook, PEER=full with all switched on that may be, PEER=balanced with two boxes of ours that divide the clients, PEER=unpaired with two that know nothing of each
// other, PEER=plain with two that speak plain RFC 8156 and relay by UDP. ONLY='kill primary,partition' selects scenarios, JOBS=n runs so many at a time, PACE=short makes them short. What is measured
// at full pace is kept in RESULTS.md; BESIDE='a build' says there what else runs on the machine.

import { describeEnvironment } from '../../bench/environment.ts';
import { fullPace, shortPace } from './pace.ts';
import { saveOutcome } from './results.ts';
import { runScenario, type Outcome } from './run-scenario.ts';
import { scenarioNamed, scenarios } from './scenarios/index.ts';
import type { Scenario } from './scenario.ts';
import { kea } from './subjects/kea.ts';
import type { Subject } from './subjects/subject.ts';
import { balanced, full, plain, twinlease, unpaired } from './subjects/twinlease.ts';
import { legend, tableOf } from './table.ts';

const subjects: Readonly<Record<string, Subject>> = { kea, twinlease, full, balanced, plain, unpaired };

function setting(name: string, usual: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? usual : value;
}

function selectedSubject(): Subject {
  const name = setting('PEER', 'twinlease');
  const subject = subjects[name];
  if (subject === undefined) throw new Error(`PEER=${name}: there are ${Object.keys(subjects).join(', ')}`);
  return subject;
}

function selectedScenarios(subject: Subject): readonly Scenario[] {
  const only = setting('ONLY', '');
  const selected = only === '' ? scenarios : only.split(',').map((name) => scenarioNamed(name.trim()));
  return selected.filter(
    ({ needs }) =>
      (needs?.secondPrimary !== true || subject.servesSeveralPrimaries) && (needs?.clocks === undefined || needs.clocks === 'believed' || subject.hasOwnClock),
  );
}

async function main(): Promise<boolean> {
  if (process.getuid?.() !== 0) throw new Error('the lab is made of network namespaces: run it as root (sudo make scenarios)');
  const subject = selectedSubject();
  const selected = selectedScenarios(subject);
  const short = setting('PACE', 'full') === 'short';
  const jobs = Number(setting('JOBS', '2'));
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`JOBS=${setting('JOBS', '2')}: it is a whole number of at least 1`);

  // As it is now: what is being worked on may be another when the run ends.
  const environment = describeEnvironment('/var/tmp');
  const outcomes: (Outcome | undefined)[] = selected.map(() => undefined);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next; i < selected.length; i = next) {
      next += 1;
      const scenario = selected[i];
      if (scenario === undefined) return;
      const say = (text: string): void => {
        console.log(`${new Date().toISOString().slice(11, 19)}  ${scenario.name}: ${text}`);
      };
      const outcome = await runScenario(subject, scenario, short ? { ...shortPace, withTraffic: true } : fullPace, say);
      outcomes[i] = outcome;
      if (!short) saveOutcome(subject.name, environment, setting('BESIDE', ''), outcome);
      say(outcome.faults.length === 0 ? 'passed' : outcome.faults.join('; '));
      if (outcome.directory !== undefined) say(`its files are in ${outcome.directory}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));

  const all = outcomes.filter((outcome) => outcome !== undefined);
  console.log(`\n${subject.name}\n\n${tableOf(all)}\n\n${legend.join('\n')}`);
  return all.every(({ faults }) => faults.length === 0);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`scenarios: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

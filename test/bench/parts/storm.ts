import { alternate, sayRound, series, type Bench, type Both, type Part } from '../bench.ts';
import { openCpuLimit } from '../cpu-limit.ts';
import { freshDirectory } from '../lab.ts';
import { fleet, type FleetResult } from '../load-programs.ts';
import { start } from '../subjects/subject.ts';

const clients = 2000;
const share = 0.2;
/** A client that is not bound when the minute is over counts as bound then: it would be later. */
const longest = 60;

interface Rounds {
  readonly limitedBy: string;
  readonly results: Both<FleetResult>;
}

async function rounds(bench: Bench, initialDelay: number): Promise<Rounds> {
  let limitedBy = '';
  const results = await alternate(bench, async (subject, round) => {
    const server = await start(subject, freshDirectory(bench.workDirectory, subject.name));
    const limit = openCpuLimit(share);
    limitedBy = limit.how;
    limit.apply(server.pid);
    const result = await fleet(clients, initialDelay, round + 1);
    await server.stop();
    limit.lift();
    sayRound(
      bench,
      subject,
      round,
      `${String(result.bound)} bound, the last after ${String(result.last ?? longest)} s, ${String(result.retransmissions)} retransmissions`,
    );
    return result;
  });
  return { limitedBy, results };
}

function untilAllBound(result: FleetResult): number {
  return result.bound === result.clients ? (result.last ?? longest) : longest;
}

export const storm: Part = async (bench) => {
  const atOnce = await rounds(bench, 0);
  const spread = await rounds(bench, 1);
  return {
    method:
      `load/fleet.c: ${String(clients)} clients with the retransmission rules and times of RFC 8415 15 and 7.6, against a server just started and held to ` +
      `${String(share * 100)} % of a core (${atOnce.limitedBy}); until the last is bound. Each collects Advertise messages for its first second, as 18.2.1 says`,
    findings: [
      {
        figure: `storm: ${String(clients)} clients at once, all bound`,
        unit: 's',
        ...series(atOnce.results, untilAllBound),
        target: { of: 'twinlease', comparison: '<', limit: 6 },
      },
      { figure: 'storm: the same within SOL_MAX_DELAY (1 s), all bound', unit: 's', ...series(spread.results, untilAllBound) },
    ],
    raw: { atOnce, spread },
  };
};

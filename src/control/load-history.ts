/** How busy the box was of late: samples of what came and of how full the pools are, in memory. */
import type { Appliance } from '../appliance/index.ts';
import { BindingStatus } from '../lease/index.ts';
import { numberedPools } from '../server/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import { describePool } from './pool-text.ts';
import type { LoadReport } from './protocol.ts';

/** An hour. */
const SAMPLES = 360;
/** Of a file with thousands of pools the first ones. */
const POOLS_MAX = 64;

export interface LoadHistory {
  /** The span that began with the last call is over. */
  sample(): void;
  report(): LoadReport;
}

interface PoolSamples {
  readonly link: string;
  readonly pool: string;
  size: number;
  readonly active: number[];
}

/** @param everySeconds how often `sample` is called */
export function createLoadHistory(everySeconds: number, { counters, leases }: Appliance, configuration: () => ServerConfiguration): LoadHistory {
  const received: number[] = [];
  let pools: PoolSamples[] = [];
  const total = (): number => Object.values(counters.received).reduce<number>((sum, count) => sum + count, 0);
  let before = total();
  return {
    sample() {
      const now = total();
      add(received, now - before);
      before = now;
      const known = new Map(pools.map((pool) => [keyOf(pool), pool]));
      pools = numberedPools(configuration().links)
        .slice(0, POOLS_MAX)
        .map(({ link, pool }, number) => {
          const { pool: name } = describePool(pool);
          const { space, count } = poolOf(number);
          const samples = known.get(keyOf({ link: link.name, pool: name })) ?? { link: link.name, pool: name, size: space.size, active: [] };
          samples.size = space.size;
          add(samples.active, count);
          return samples;
        });
    },
    report: () => ({ everySeconds, received: [...received], pools: pools.map((pool) => ({ ...pool, active: [...pool.active] })) }),
  };

  function poolOf(number: number): { readonly space: { readonly size: number }; readonly count: number } {
    const pool = leases.pools.pool(number);
    return { space: pool.space, count: pool.count(BindingStatus.ACTIVE) };
  }
}

function keyOf({ link, pool }: { readonly link: string; readonly pool: string }): string {
  return `${link} ${pool}`;
}

function add(samples: number[], value: number): void {
  samples.push(value);
  if (samples.length > SAMPLES) samples.shift();
}

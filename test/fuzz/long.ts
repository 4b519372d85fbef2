/**
 * Fuzzes until it is stopped, or for so many seconds a target: `make fuzz DURATION=600`. Each round takes a fresh seed; a
 * failing input is printed and ends it.
 */
import { formatHex } from '../../src/wire/index.ts';
import { failoverOptions, failoverStream } from './failover-targets.ts';
import { fuzz } from './fuzzer.ts';
import { decoder, queryDecoder, requests, serverStep } from './targets.ts';

const seconds = Number(process.argv[2] ?? Infinity);
const report = (line: string): void => void process.stdout.write(`${line}\n`);

for (const target of [decoder, queryDecoder, requests, failoverStream, failoverOptions, serverStep]) {
  const seed = Date.now() >>> 0;
  const start = performance.now();
  let reported = start;
  report(`${target.name}: seed ${String(seed)}`);
  const result = fuzz(target, {
    seed,
    goOn({ executions, kept, blocks }) {
      const now = performance.now();
      if (now - reported > 5_000) {
        reported = now;
        const rate = Math.round((executions * 1_000) / (now - start));
        report(`  ${String(executions)} inputs, ${String(rate)}/s, ${String(kept)} kept, ${String(blocks)} blocks`);
      }
      return now - start < seconds * 1_000;
    },
  });
  report(`${target.name}: ${String(result.executions)} inputs, ${String(result.kept)} kept, ${String(result.blocks)} blocks`);
  if (result.failure !== undefined) {
    report(`FAILED: ${result.failure.error.stack ?? result.failure.error.message}`);
    report(`input: ${formatHex(result.failure.input, '')}`);
    process.exit(1);
  }
}

/** The verdicts on this box's links, kept in step with what the kernel says of its interfaces. */
import type { LinkReport } from '../failover/index.ts';
import { judgeLink } from '../health/index.ts';
import type { InterfaceSignals } from '../health/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { EpochSeconds } from '../wire/index.ts';

export interface LinkHealthWatch {
  /** @returns the verdicts on all links where one of them changed, else undefined */
  see(interfaces: readonly InterfaceSignals[], now: EpochSeconds): readonly LinkReport[] | undefined;
  /** @returns the verdicts on the links that there are now */
  configure(configuration: ServerConfiguration, now: EpochSeconds): readonly LinkReport[];
}

export function createLinkHealthWatch(initial: ServerConfiguration): LinkHealthWatch {
  let { links } = initial;
  let interfaces: readonly InterfaceSignals[] | undefined;
  let reports: readonly LinkReport[] = [];

  const look = (now: EpochSeconds): readonly LinkReport[] | undefined => {
    // Before the first word nothing is known, which does not mean that nothing is there.
    if (interfaces === undefined) return undefined;
    const signals = new Map(interfaces.map((one) => [one.name, one]));
    const next = links.map(({ name: link, interfaces: names }): LinkReport => {
      const { verdict, evidence } = judgeLink(names.flatMap((name) => signals.get(name) ?? []));
      const before = reports.find((report) => report.link === link);
      if (before?.verdict === verdict && before.evidence === evidence) return before;
      return { link, verdict, evidence, since: before?.verdict === verdict ? before.since : now };
    });
    const isSame = next.length === reports.length && next.every((report, i) => report === reports[i]);
    reports = next;
    return isSame ? undefined : next;
  };

  return {
    see(next, now) {
      interfaces = next;
      return look(now);
    },
    configure(configuration, now) {
      ({ links } = configuration);
      look(now);
      return reports;
    },
  };
}

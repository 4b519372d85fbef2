/** What each request of the control socket does. */
import { epochSeconds } from '../wire/index.ts';
import { classifyClient } from './classification.ts';
import { reportClock } from './clock-report.ts';
import { reportDns } from './dns-report.ts';
import { noRelationship, reportDifferences, reportFailover, reportStates } from './failover-reports.ts';
import { reportLeasequery } from './leasequery-report.ts';
import { reportOutlook } from './outlook.ts';
import type { Request, Response } from './protocol.ts';
import { reconfigure, reportReconfigure } from './reconfigure-report.ts';
import { parseLease, reportCounters, reportLeases, reportLinks, reportLog, reportStatus } from './reports.ts';
import type { Subject } from './subject.ts';

const PAGE_MAX = 1_000;

export async function perform(request: Request, subject: Subject): Promise<Response<unknown>> {
  switch (request.method) {
    case 'status':
      return { result: reportStatus(subject) };
    case 'links':
      return { result: reportLinks(subject) };
    case 'counters':
      return { result: reportCounters(subject) };
    case 'config':
      return { result: subject.configurationText() };
    case 'log':
      return { result: reportLog(subject, request.lines) };
    case 'leases':
      return answer(reportLeases(subject, { ...request.query, limit: Math.min(request.query.limit, PAGE_MAX) }));
    case 'classify':
      return answer(classifyClient(subject, request.client));
    case 'failover':
      return { result: reportFailover(subject) };
    case 'failover-outlook':
      return answer(await reportOutlook(subject, request.relationship));
    case 'failover-states':
      return answer(reportStates(subject, request.relationship));
    case 'failover-command': {
      const { relationship, action } = request;
      if (subject.appliance.failover.relationship(relationship) === undefined) return { error: noRelationship(subject, relationship) };
      return done(await subject.failoverCommand(relationship, action));
    }
    case 'lease-command': {
      const lease = parseLease(request.lease);
      if (lease === undefined) return { error: `"${request.lease}" is no address or prefix` };
      return done(await subject.leaseCommand({ action: request.action, ...lease }));
    }
    case 'reconfigure':
      return answer(await reconfigure(subject, request.client, request.message));
    case 'reconfigure-report':
      return answer(reportReconfigure(subject, request.client));
    case 'clock':
      return { result: reportClock(subject) };
    case 'clock-set':
      return done(await subject.clockCommand(request.time === 'system' ? undefined : epochSeconds(request.time)));
    case 'pairings':
      return { result: subject.pairings() };
    case 'pairing-command': {
      const { relationship, action } = request;
      if (subject.appliance.failover.relationship(relationship) === undefined) return { error: noRelationship(subject, relationship) };
      return done(await subject.pairingCommand(relationship, action));
    }
    case 'certificate-rotation':
      return done(await subject.certificateRotation(request.action));
    case 'store-accept':
      return done(await subject.acceptStorage());
    case 'reload':
      return done(await subject.reload());
    case 'stop':
      subject.stop();
      return { result: true };
    case 'try-file':
      return done(await subject.tryFile(request.file));
    case 'commit-on-both':
      return answer(await subject.commitOnBoth(request.draft));
    case 'abandon-commit':
      return done(await subject.abandonCommit());
    case 'confirm-commit':
      return done(await subject.confirmCommit(request.scope));
    case 'failover-history':
      return { result: subject.failoverHistory() };
    case 'dns':
      return answer(reportDns(subject));
    case 'leasequery':
      return answer(reportLeasequery(subject));
    case 'load':
      return { result: subject.load() };
    case 'pair-update-plan':
      return answer(await subject.planPairUpdate());
    case 'pair-update-begin':
      return done(await subject.beginPairUpdate());
    case 'pair-update-stop':
      return done(await subject.stopPairUpdate());
    case 'pair-update':
      return { result: subject.pairUpdate() ?? null };
    case 'failover-differences':
      return answer(reportDifferences(subject, request.relationship));
  }
}

/** A text is why there is nothing to report. */
function answer<Result extends object>(report: Result | string): Response<Result> {
  return typeof report === 'string' ? { error: report } : { result: report };
}

function done(refusal: string | undefined): Response<true> {
  return refusal === undefined ? { result: true } : { error: refusal };
}

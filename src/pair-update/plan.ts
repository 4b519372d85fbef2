/** What has to be as it should before anything of an update of both boxes is done; nothing else than judging it. */
import type { PairUpdatePlan, UpdatedBox } from '../control/index.ts';
import { isInStep } from './own-box.ts';
import type { BoxLook, RelationshipLook } from './own-box.ts';
import { megabytes, missingRoom } from './received-file.ts';

export interface PlanParts {
  /** Undefined where the update is not here yet. */
  readonly version: string | undefined;
  /** Octets. */
  readonly size: number;
  readonly own: BoxLook;
  /** Undefined where it can't be asked. */
  readonly partner: BoxLook | undefined;
  /** Why not. */
  readonly partnerRefusal: string | undefined;
  readonly partnerName: string;
  /** The partner takes updates over the connection. */
  readonly isPartnerAble: boolean;
  readonly partnerVersion: string | undefined;
}

export function planUpdate({ version, size, own, partner, partnerRefusal, partnerName, isPartnerAble, partnerVersion }: PlanParts): PairUpdatePlan {
  const other: UpdatedBox = { name: partnerName, version: partner?.version ?? partnerVersion ?? 'unknown' };
  const self: UpdatedBox = { name: own.name, version: own.version };
  const [first, second] = isCoordinator(own.relationships) ? [other, self] : [self, other];
  const byHand = !isPartnerAble && own.relationships.some(({ isConnected }) => isConnected);
  const problems = [
    ...relationshipProblems(own),
    ...(partner === undefined ? (byHand ? [] : [partnerRefusal ?? `${partnerName} is not connected`]) : relationshipProblems(partner)),
    ...(partner === undefined ? [] : roomProblem(partner, size)),
    ...(version !== undefined && own.version === version && partner?.version === version ? [`both boxes run ${version} already`] : []),
  ];
  return { version, size, own: own.name, first, second, problems, byHand };
}

/** The primary is updated last, and sees to all of it; where each is the primary for the other, that of the relationship whose name comes first. */
export function isCoordinator(relationships: readonly RelationshipLook[]): boolean {
  const [first] = relationships.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return first?.isPrimary === true;
}

/** @returns why there is not one partner */
export function onlyPartner(relationships: readonly RelationshipLook[]): { readonly name: string } | { readonly error: string } {
  const [name, ...more] = new Set(relationships.map(({ partner }) => partner));
  if (name === undefined) return { error: 'this box has no partner: "upgrade FILE" updates it' };
  if (more.length > 0) return { error: `this box has several partners (${[name, ...more].join(', ')}): update one box after the other, by "upgrade FILE" on each, and wait for NORMAL in between` };
  return { name };
}

function relationshipProblems({ name, relationships }: BoxLook): readonly string[] {
  return relationships.flatMap((relationship) => {
    const { state, isConnected, unacked, partner } = relationship;
    if (!isInStep(relationship)) return [`${relationship.name}: ${name} is in ${state}${isConnected ? '' : `, without ${partner}`}; both have to be in NORMAL`];
    return unacked > 0 ? [`${relationship.name}: ${partner} has not acknowledged ${String(unacked)} leases of ${name} yet; try again`] : [];
  });
}

function roomProblem({ name, room }: BoxLook, size: number): readonly string[] {
  const missing = missingRoom(size, room);
  return missing > 0 ? [`${name} has no room for the update: ${megabytes(missing)} MB more are needed on its flash`] : [];
}

/** Everything that the rules for one message look at, and where they note what they changed. */
import type { Allocator, LeaseTable } from '../lease/index.ts';
import { OptionCode } from '../wire/index.ts';
import type { Address, Duid, IdentityAssociation } from '../wire/index.ts';
import type { LinkAuthority } from './authority.ts';
import type { ClientNames } from './client-names.ts';
import type { Membership } from './classes/membership.ts';
import type { CompiledLink } from './compiled-link.ts';
import type { Link, ServerConfiguration } from './configuration.ts';
import type { Query } from './query.ts';
import type { ReconfigureMeans } from './reconfigure/means.ts';

export interface ServerState {
  readonly configuration: ServerConfiguration;
  /** This server's DUID. */
  readonly serverId: Duid;
  readonly table: LeaseTable;
  readonly allocator: Allocator;
  /** The link of the lease in a slot; undefined: it is on none any more. */
  readonly linkOfLease: (slot: number) => Link | undefined;
  /** Undefined: no lease has a name. */
  readonly names: ClientNames | undefined;
  /** Undefined: no client is told of Reconfigure. */
  readonly reconfigure: ReconfigureMeans | undefined;
}

export interface Context {
  readonly server: ServerState;
  readonly query: Query;
  readonly link: CompiledLink;
  readonly authority: LinkAuthority;
  readonly membership: Membership;
  /** Hardware type and link-layer address by which reservations may name the client; undefined where the link has none. */
  readonly linkLayerAddress: Uint8Array | undefined;
  /** The Relay-forward headers as received, kept with each lease (section 18.3); undefined for a direct client. */
  readonly relay: Uint8Array | undefined;
  /** The relay agent that they came from. */
  readonly relayAgent: Address | undefined;
  /** Slots of the leases that this message changed. */
  readonly changed: number[];
}

/** A context whose client identified itself: every message but an Information-request. */
export interface ClientContext extends Context {
  readonly client: Duid;
  /** The reconfigure key that leases have behind this message (`reconfigureData`); undefined: none. */
  readonly reconfigureData: Uint8Array | undefined;
  /** The Reply may tell the key in it. */
  readonly tellsKey?: true;
}

/** Nobody needs more IAs at once; it keeps the Reply to a hostile message below the size of a datagram. */
const IAS_MAX = 128;

/** An IA that this server deals with. IA_TA is ignored, and the rest of its message processed (section 21.5). */
export interface LeasableIa extends IdentityAssociation {
  readonly kind: typeof OptionCode.IA_NA | typeof OptionCode.IA_PD;
}

export function leasableIas(query: Query): readonly LeasableIa[] {
  return query.message.ias.filter(isLeasable).slice(0, IAS_MAX);
}

function isLeasable(ia: IdentityAssociation): ia is LeasableIa {
  return ia.kind !== OptionCode.IA_TA;
}

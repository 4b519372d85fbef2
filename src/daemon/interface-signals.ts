/** What the kernel says of the interfaces that clients are on, for the core to judge. */
import type { InterfaceSignals } from '../health/index.ts';
import type { ClientInterface, ClientPorts, InterfaceState, InterfaceWatcher } from '../net/index.ts';

/** @returns undefined at the start, before the kernel has said which interfaces there are, and before sockets were opened on them */
export function interfaceSignals(
  configured: readonly ClientInterface[],
  { ports }: Pick<ClientPorts, 'ports'>,
  known: InterfaceWatcher['interfaces'],
): readonly InterfaceSignals[] | undefined {
  if (configured.length > 0 && (ports.size === 0 || known.size === 0)) return undefined;
  return configured.map(({ interfaceName: name }) => {
    const state = known.get(name);
    return {
      name,
      exists: state !== undefined,
      isEnabled: state?.enabled ?? false,
      hasCarrier: state?.carrier ?? false,
      address: addressOf(state),
      isOpen: ports.get(name)?.isOpen() ?? false,
    };
  });
}

function addressOf(state: InterfaceState | undefined): InterfaceSignals['address'] {
  return state?.linkLocal === undefined ? 'none' : state.linkLocal.state;
}

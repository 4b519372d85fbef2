/** What the kernel says of the interfaces that clients are on, for the core to judge. */
import type { InterfaceSignals } from '../health/index.ts';
import type { ClientInterface, ClientPorts, InterfaceState, InterfaceWatcher } from '../net/index.ts';

export function interfaceSignals(
  configured: readonly ClientInterface[],
  { ports }: Pick<ClientPorts, 'ports'>,
  known: InterfaceWatcher['interfaces'],
): readonly InterfaceSignals[] {
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

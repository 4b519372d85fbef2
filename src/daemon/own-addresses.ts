/** This box's own addresses, from what the provisioning file says to what the kernel has. */
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Appliance } from '../appliance/index.ts';
import { keepRoutes } from './delegated-routes.ts';
import type { KeptRoutes } from './delegated-routes.ts';
import type { Severity } from '../failover/index.ts';
import { keepInterfaceAddresses } from '../net/index.ts';
import type { KeptAddress } from '../net/index.ts';
import { formatAddress } from '../wire/index.ts';

/**
 * What keeps the kernel as the file has it: routes, and with them those addresses.
 * @param isOurs whether this process is to set them; otherwise the routes to clients alone are kept
 */
export function keepRoutesAndAddresses(
  appliance: Pick<Appliance, 'routes'>,
  configuration: ApplianceConfiguration,
  report: (severity: Severity, text: string) => void,
  isOurs: boolean,
): KeptRoutes {
  const routes = keepRoutes(appliance, isOurs ? configuration : withoutOwn(configuration), report);
  if (!isOurs) return { ...routes, configure: (next) => routes.configure(withoutOwn(next)) };
  const keeper = keepInterfaceAddresses({ onReport: report });
  keeper.configure(addressesOf(configuration));
  return {
    ...routes,
    configure(next) {
      routes.configure(next);
      keeper.configure(addressesOf(next));
    },
    follow(changes, current) {
      routes.follow(changes, current);
      keeper.follow(current);
    },
    close() {
      routes.close();
      keeper.close();
    },
  };
}

function addressesOf({ management, ownAddresses }: ApplianceConfiguration): readonly KeptAddress[] {
  // Nobody else can have the management address, and the partner may be waiting.
  const first = management === undefined ? [] : [{ ...management, detectsDuplicates: false }];
  return [...first, ...ownAddresses.map((one) => ({ ...one, detectsDuplicates: true }))].map(
    ({ interface: interfaceName, address: { address, prefixLength }, detectsDuplicates }) => ({
      interfaceName,
      address: formatAddress(address),
      prefixLength,
      detectsDuplicates,
    }),
  );
}

function withoutOwn(configuration: ApplianceConfiguration): ApplianceConfiguration {
  return { ...configuration, defaultGateway: undefined };
}

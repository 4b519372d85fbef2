/** The address of the management port, from what the provisioning file says to what the kernel has. */
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Appliance } from '../appliance/index.ts';
import { keepRoutes } from './delegated-routes.ts';
import type { KeptRoutes } from './delegated-routes.ts';
import type { Severity } from '../failover/index.ts';
import { keepManagementAddress } from '../net/index.ts';
import { formatAddress } from '../wire/index.ts';

/**
 * What keeps the kernel as the file has it: routes, and with them that address.
 * @param isOurs whether this process is to set it; otherwise the routes alone are kept
 */
export function keepRoutesAndAddress(
  appliance: Pick<Appliance, 'routes'>,
  configuration: ApplianceConfiguration,
  report: (severity: Severity, text: string) => void,
  isOurs: boolean,
): KeptRoutes {
  const routes = keepRoutes(appliance, configuration, report);
  if (!isOurs) return routes;
  const keeper = keepManagementAddress({ onReport: report });
  const configure = ({ management }: ApplianceConfiguration): void => {
    if (management === undefined) {
      keeper.configure(undefined);
      return;
    }
    const { address, prefixLength } = management.address;
    keeper.configure({ interfaceName: management.interface, address: formatAddress(address), prefixLength });
  };
  configure(configuration);
  return {
    ...routes,
    configure(next) {
      routes.configure(next);
      configure(next);
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

/** What Reconfigure keeps on the disk: how far replay detection values may have gone, and which configuration clients have. */
import type { Event, ReconfigureStart } from '../appliance/index.ts';
import type { EpochSeconds } from '../wire/index.ts';
import { openClientsConfiguration } from './clients-configuration.ts';
import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';
import type { DaemonOptions } from './daemon-options.ts';
import type { World } from './event-loop.ts';
import { keepReplayReservation } from './replay-reservation.ts';

export interface ReconfigureKeeper {
  readonly start: ReconfigureStart;
  readonly world: Pick<World, 'reserveReplay' | 'clientsHave'>;
  /** See `ReplayKeeper`. */
  readonly settled: () => Promise<unknown>;
  /** Reads what clients had before the start, where that is something else, and says it. */
  readonly begin: (dispatch: (event: Event) => void) => void;
}

/**
 * @param loaded what the box has now
 * @param now see `keepReplayReservation`
 * @param onTrouble with a sentence about a file
 */
export async function keepReconfigure(
  directory: string,
  loaded: () => LoadedConfiguration,
  read: DaemonOptions['read'],
  now: EpochSeconds,
  onTrouble: (text: string) => void,
): Promise<ReconfigureKeeper> {
  const replay = await keepReplayReservation(directory, now, onTrouble);
  const clients = await openClientsConfiguration(directory, loaded().text, read, onTrouble);
  return {
    start: { ...replay.start, hasFormer: clients.hasFormer },
    world: {
      reserveReplay: replay.reserve,
      clientsHave(configuration) {
        const { appliance, text } = loaded();
        if (appliance.server === configuration) void clients.has(text);
      },
    },
    settled: replay.settled,
    begin(dispatch) {
      if (clients.hasFormer) void clients.former().then((configuration) => { dispatch({ kind: 'formerConfiguration', configuration }); });
    },
  };
}

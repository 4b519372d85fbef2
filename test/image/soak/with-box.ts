// A box by itself for a part of the soak.

import { newBox, type Box } from '../box.ts';
import { openNetwork, type Network } from '../network.ts';

/**
 * A box that is new and off, with its cables; gone behind `work`, whatever became of that.
 * @param writeLog where QEMU logs all that the box writes to its disk; left out: nowhere
 */
export async function withBox<T>(directory: string, work: (box: Box, network: Network) => Promise<T>, writeLog?: string): Promise<T> {
  const network = await openNetwork(directory);
  try {
    const box = await newBox(network, directory, 'east', 1, writeLog);
    try {
      return await work(box, network);
    } finally {
      await box.cutPower();
    }
  } finally {
    network.close();
  }
}

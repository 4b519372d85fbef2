/** Collections that never hold more than they are told to: whatever comes from outside may come without end. */
export { type BoundedQueue, boundedQueue } from './bounded-queue.ts';
export { LatestEntries } from './latest-entries.ts';

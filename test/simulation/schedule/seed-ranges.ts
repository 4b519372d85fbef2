/** What a seed says of its schedule by where it lies: what came later changes nothing for the seeds before. */

/** From this seed on, in many schedules of two boxes and more, some of the faults belong together. */
export const FIRST_SEED_WITH_STORIES = 1_000_000;
/** From this seed on boxes have no battery for their clocks. */
export const FIRST_SEED_WITHOUT_BATTERIES = 2_000_000_000;
/** From this seed on some of them are told the time by hand. */
export const FIRST_SEED_WITH_OPERATORS_CLOCK = 2_100_000_000;
/** From this seed on two boxes divide the clients between them, and have batteries. */
export const FIRST_SEED_WITH_LOAD_BALANCING = 3_000_000_000;
/** From this seed on some of those have no battery, some are three boxes, and some have leases that are reserved by link-layer addresses. */
export const FIRST_SEED_WITH_MORE_LOAD_BALANCING = 4_000_000_000;
/** From this seed on two boxes ask clients by Reconfigure, and have batteries. */
export const FIRST_SEED_WITH_RECONFIGURE = 5_000_000_000;
/** From this seed on all of it is switched on: two or three boxes divide the clients and ask them by Reconfigure, have classes, read other files, are asked by leasequery and by active leasequery, some watch their links, and half of them have no battery. */
export const FIRST_SEED_WITH_ALL = 6_000_000_000;

/** Seeds that found something in the product. What they found stays found. */
export interface KeptSeed {
  readonly seed: number;
  readonly found: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [
  { seed: 21, found: 'a wake-up wished for again and again after its time' },
  { seed: 12, found: 'a record told by the partner removed again when the loss of the old one was accepted' },
  { seed: 1_039, found: 'busy waiting for a commit that acknowledged lifetimes were to ride on' },
  { seed: 1_297, found: 'an update that the partner could not store and that was never told again' },
  { seed: 79, found: 'a prefix that both boxes took for their own after both had lost records' },
  { seed: 200_016, found: 'the same, after an old copy of a disk' },
  { seed: 200_319, found: 'a lease that a box had promised for longer than its partner knew, before it lost the record' },
  { seed: 200_105, found: 'an ended lease that was free because a box without its records said yes' },
  { seed: 205_037, found: 'the same' },
  { seed: 200_862, found: 'a lease that was free on one box by its time there, for as long as the other had it leased' },
  { seed: 971_339_737, found: 'leases that a box with an unreadable record had given alone, and that its partner did not ask for' },
  { seed: 1_000_003, found: 'a lease that a box had extended behind what the partner knew, before it came back with an old record of it' },
  { seed: 1_000_409, found: 'the same, within what the partner had acknowledged' },
  { seed: 1_000_920, found: 'a lease that had expired for the partner alone, of a box that had extended it and lost its records' },
  { seed: 1_000_554, found: 'a prefix that only an old record of the primary took for the secondary\'s' },
  { seed: 10_000_055, found: 'a lease that was free with the consent of a box that came back with an old record of it, and stood by that' },
  { seed: 10_001_010, found: 'a lease that had expired in an old record, of a box that had extended it since, as its partner knew' },
  { seed: 10_000_324, found: 'a lease that was free a moment before the client\'s time was over, of a box that had lost it and waited for MCLT to the second' },
  { seed: 10_000_987, found: 'a prefix of the secondary\'s, and of its client, that a primary without its records took before it was told of it' },
  { seed: 10_002_293, found: 'the same' },
  { seed: 10_001_747, found: 'what a box had acknowledged while it recovered, before the disk that it had had before was put back' },
  { seed: 10_001_140, found: 'leases that one of two boxes without their records still had, and that the one that was to begin anew never heard of' },
  { seed: 12_000_183, found: 'a prefix that a primary which began anew took from the secondary, and had just told it of' },
  { seed: 12_000_049, found: 'a lease that was reset and given to the next client, and that the partner, which had been down, reset as well' },
  { seed: 201_546, found: 'a resync of a box without its records by a partner that has none either, and neither served again' },
  { seed: 302_266, found: 'a prefix whose record could not be read, told to the partner as abandoned for ever' },
  { seed: 2_000_042, found: 'an old copy of a disk that nobody found out, as the partner could not read one record' },
  { seed: 306_590, found: 'a lease that was told to its client again while storage failed, and ended by what the partner had heard of it before' },
  { seed: 2_001_005, found: 'a box without its disk that did not wait for MCLT, by the word of a partner with an old copy' },
  { seed: 403_445, found: 'what was left of a lease, told to its client on another link while storage failed' },
  { seed: 2_001_699, found: 'a conflict that the answer to an earlier request settled, for the secondary alone' },
  { seed: 2_003_130, found: 'a lease whose box lost its disk, and whose partner forgot MCLT behind its own promise when that was over' },
  { seed: 2_003_909, found: 'a conflict that nobody settled, as an operator had declared the partner down in the middle of it' },
  { seed: 20_013_216, found: 'a lease that was free on one box, and leased again on the other by what had been on its way to it' },
  { seed: 510_311, found: 'the same, after a record that could not be read' },
  { seed: 1_011_196, found: 'a lease given in PARTNER-DOWN on a slow disk, and told late, without the limit of the state that the box was in by then' },
];

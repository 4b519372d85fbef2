/**
 * Between the core and the world: hands events to `appliance.step` and carries out the effects, in
 * their order. No rule of DHCPv6 is here.
 */
import type { Appliance, Effect, Event, LeaseCommand } from './appliance/index.ts';
import type { Binding } from './lease/index.ts';
import { epochSeconds, monotonicMs } from './wire/index.ts';
import type { Address } from './wire/index.ts';

/** The two clocks of an event; an interface of its own so that the loop can be driven by a test. */
export interface Clock {
  readonly epochMs: () => number;
  readonly monotonicMs: () => number;
}

/** What effects are carried out with. */
export interface World {
  readonly clock: Clock;
  send(interfaceName: string, destination: Address, port: number, bytes: Uint8Array): void;
  /** Resolves when stable storage holds all of it, or with what it holds after a failure. Never rejects. */
  commit(revision: number, bindings: readonly Binding[]): Promise<CommitOutcome>;
  log(severity: 'info' | 'warning' | 'error', text: string): void;
  /** The core failed: the process can't go on. Does not return. */
  fail(error: unknown): never;
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly found: readonly (Binding | undefined)[] };

export interface EventLoop {
  dispatch(event: Event): void;
  /** @returns why it was refused, or undefined when it is done and durable */
  leaseCommand(command: LeaseCommand): Promise<string | undefined>;
  /**
   * The end: no timer fires and no queue is worked off any more. Resolves when no commit is in flight, to false where
   * stable storage has not said within this time how the last one went.
   */
  stop(withinMs: number): Promise<boolean>;
}

export function createEventLoop(appliance: Appliance, world: World): EventLoop {
  const { clock } = world;
  const answers = new Map<number, (refusal: string | undefined) => void>();
  let nextCommand = 1;
  let timer: NodeJS.Timeout | undefined;
  let resuming = false;
  let stopped = false;
  let inFlight: Promise<void> = Promise.resolve();

  const dispatch = (event: Event): void => {
    const now = {
      epoch: epochSeconds(Math.floor(clock.epochMs() / 1_000)),
      monotonic: monotonicMs(clock.monotonicMs()),
    };
    let effects: readonly Effect[];
    try {
      effects = appliance.step(event, now);
    } catch (error) {
      world.fail(error);
    }
    for (const effect of effects) carryOut(effect, now.monotonic);
  };

  const carryOut = (effect: Effect, monotonicNow: number): void => {
    switch (effect.kind) {
      case 'send':
        world.send(effect.interfaceName, effect.destination, effect.port, effect.bytes);
        break;
      case 'commit':
        inFlight = commit(effect.revision, effect.bindings);
        break;
      case 'wake':
        clearTimeout(timer);
        if (stopped) break;
        timer = setTimeout(dispatch, Math.max(0, effect.at - monotonicNow), { kind: 'timer' });
        break;
      case 'resume':
        if (resuming || stopped) break;
        resuming = true;
        setImmediate(resume);
        break;
      case 'log':
        world.log(effect.severity, effect.text);
        break;
      case 'commandDone':
        answers.get(effect.id)?.(effect.refusal);
        answers.delete(effect.id);
        break;
    }
  };

  const resume = (): void => {
    resuming = false;
    if (!stopped) dispatch({ kind: 'drained' });
  };

  const commit = async (revision: number, bindings: readonly Binding[]): Promise<void> => {
    const outcome = await world.commit(revision, bindings);
    dispatch(
      outcome.kind === 'committed'
        ? { kind: 'committed', revision }
        : { kind: 'commitFailed', revision, reason: outcome.reason, found: outcome.found },
    );
  };

  /** The outcome of a commit may begin another one. */
  const settle = async (): Promise<true> => {
    for (let settled: Promise<void> | undefined; settled !== inFlight; ) {
      settled = inFlight;
      await settled;
    }
    return true;
  };

  return {
    dispatch,
    leaseCommand(command) {
      const id = nextCommand++;
      return new Promise((resolve) => {
        answers.set(id, resolve);
        dispatch({ kind: 'leaseCommand', id, command });
      });
    },
    async stop(withinMs) {
      stopped = true;
      clearTimeout(timer);
      let patience: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        patience = setTimeout(resolve, withinMs, false);
      });
      const settled = await Promise.race([settle(), late]);
      clearTimeout(patience);
      return settled;
    },
  };
}

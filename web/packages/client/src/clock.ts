/** Time and chance, so that tests have their own. */
export interface Clock {
  now(): number;
  /** 0 up to 1, without 1. */
  random(): number;
  /** Runs it once in `ms`, whatever number that is. */
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

/** The longest wait that setTimeout can do (25 days); it takes a longer one for none at all. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits of more than 25 days end after 25 days. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  set: (run, ms) => setTimeout(run, Math.min(ms, LONGEST_MS)),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Time and chance, so that tests have their own. */
export interface Clock {
  now(): number;
  /** 0 up to 1, without 1. */
  random(): number;
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export { Call } from './call.ts';
export type { CallEvents, CallState, Remote } from './call_types.ts';
export * from './calls.ts';
export * from './devices.ts';
export type { WordPlace, WordStorage } from './last_words.ts';
export { type Quality } from './quality.ts';
export type { IceServers, Kind, MediaState, Member, Source } from './types.ts';

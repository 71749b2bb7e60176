export * from './recorder.ts';
export { seekable } from './seekable.ts';
export * from './upload.ts';
export * from './video_message.ts';

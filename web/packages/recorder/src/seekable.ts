import { bytesOf, element, elementAt, elements, join, realOf, uintOf, type Element } from './ebml.ts';

const HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const CUES = 0x1c53bb6b;
const DURATION = 0x4489;
/** What may stand in a segment, and so ends a cluster whose size was not written. */
const SEGMENT_LEVEL = new Set([CLUSTER, CUES, INFO, TRACKS, 0x1254c367, 0x114d9b74, 0x1043a770, 0x1941a469]);
const TIME = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const VIDEO = 1;

interface Cluster {
  readonly bytes: Uint8Array;
  /** Of its first key frame, in ms (units of the scale); null: none. */
  readonly key: number | null;
  readonly last: number;
}

/**
 * A WebM file as browsers record it (no duration, no places to jump to) with both: its clusters as they are, with their sizes, and in front of
 * them how long it is and where its key frames lie. Anything else comes back as it is.
 */
export function seekable(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const header = elementAt(data, 0, data.length);
  const segment = header?.id === HEADER ? elementAt(data, header.end, data.length) : null;
  if (!header || segment?.id !== SEGMENT) return data;
  const parts = childrenOf(data, segment);
  const info = parts.find(({ id }) => id === INFO);
  const tracks = parts.find(({ id }) => id === TRACKS);
  const video = tracks && videoTrack(data, tracks);
  const clusters = parts.filter(({ id }) => id === CLUSTER).map((one) => clusterOf(data, one, video ?? 0));
  if (!info || !tracks || clusters.length === 0) return data;
  const head = join(element(INFO, ...kept(data, info), element(DURATION, realOf(durationOf(clusters)))), data.subarray(tracks.from, tracks.end));
  const cues = cuesOf(clusters, head.length, video ?? 1);
  return join(data.subarray(header.from, header.end), element(SEGMENT, head, cues, ...clusters.map(({ bytes }) => bytes)));
}

/** Clusters of unknown size end where the next element of the segment begins. */
function childrenOf(data: Uint8Array, segment: Element): Element[] {
  const out: Element[] = [];
  for (let at = segment.content; at < segment.end; ) {
    const one = elementAt(data, at, segment.end);
    if (!one) break;
    const inside = one.open ? elements(data, one.content, one.end, (id) => SEGMENT_LEVEL.has(id)) : [];
    out.push(one.open ? { ...one, end: inside.at(-1)?.end ?? one.content } : one);
    at = out.at(-1)!.end;
  }
  return out;
}

function kept(data: Uint8Array, info: Element): Uint8Array[] {
  return elements(data, info.content, info.end).filter(({ id }) => id !== DURATION).map((one) => data.subarray(one.from, one.end));
}

/** The number of the first track with pictures. */
function videoTrack(data: Uint8Array, tracks: Element): number | null {
  for (const entry of elements(data, tracks.content, tracks.end)) {
    const fields = elements(data, entry.content, entry.end);
    const value = (id: number) => uintOf(data, fields.find((one) => one.id === id) ?? { ...entry, end: entry.content });
    if (value(0x83) === VIDEO) return value(0xd7);
  }
  return null;
}

function clusterOf(data: Uint8Array, cluster: Element, video: number): Cluster {
  const parts = elements(data, cluster.content, cluster.end);
  const time = parts.find(({ id }) => id === TIME);
  const begin = time ? uintOf(data, time) : 0;
  let [key, last]: [number | null, number] = [null, begin];
  for (const block of blocksOf(data, parts)) {
    const at = begin + timeOf(data, block);
    last = Math.max(last, at);
    if (key === null && isKey(data, block) && (video === 0 || trackOf(data, block) === video)) key = at;
  }
  return { bytes: element(CLUSTER, data.subarray(cluster.content, cluster.end)), key, last };
}

function blocksOf(data: Uint8Array, parts: readonly Element[]): Element[] {
  return parts.flatMap((one) => {
    if (one.id === SIMPLE_BLOCK) return [one];
    return one.id === BLOCK_GROUP ? elements(data, one.content, one.end).filter(({ id }) => id === BLOCK) : [];
  });
}

/** Tracks above 127 would have longer numbers: browsers have two. */
const trackOf = (data: Uint8Array, block: Element) => (data[block.content] ?? 0) & 0x7f;
const isKey = (data: Uint8Array, block: Element) => block.id === SIMPLE_BLOCK && ((data[block.content + 3] ?? 0) & 0x80) !== 0;
/** Of the block, from the begin of its cluster: 16 bits, with a sign. */
const timeOf = (data: Uint8Array, { content }: Element) => (((data[content + 1] ?? 0) << 24) | ((data[content + 2] ?? 0) << 16)) >> 16;

/** The last block has a length too: that of a sound packet, which is at the end of most recordings. */
const durationOf = (clusters: readonly Cluster[]) => Math.max(...clusters.map(({ last }) => last)) + 20;

/** Where the clusters with key frames lie, from the begin of the segment's content. All numbers have eight bytes: the length is known before. */
function cuesOf(clusters: readonly Cluster[], before: number, track: number): Uint8Array {
  const point = (time: number, at: number) =>
    element(0xbb, element(0xb3, bytesOf(time, 8)), element(0xb7, element(0xf7, bytesOf(track, 1)), element(0xf1, bytesOf(at, 8))));
  const size = element(CUES, ...clusters.filter(({ key }) => key !== null).map(() => point(0, 0))).length;
  let at = before + size;
  const points: Uint8Array[] = [];
  for (const { bytes, key } of clusters) {
    if (key !== null) points.push(point(key, at));
    at += bytes.length;
  }
  return element(CUES, ...points);
}

/** Elements of EBML, what WebM is made of (RFC 8794): reading with every length checked, and writing. */
export interface Element {
  readonly id: number;
  /** Where it begins, where its content begins and ends. */
  readonly from: number;
  readonly content: number;
  readonly end: number;
  /** Its size was not written: it ends where its parent ends, or where something begins that cannot be in it. */
  readonly open: boolean;
}

interface Number_ {
  readonly value: number;
  readonly bytes: number;
  readonly unknown: boolean;
}

function numberAt(data: Uint8Array, at: number, keepsMark: boolean): Number_ | null {
  const first = data[at];
  if (first === undefined || first === 0) return null;
  const bytes = Math.clz32(first) - 23;
  if (at + bytes > data.length) return null;
  let value = keepsMark ? first : first & (0xff >> bytes);
  let unknown = (first & (0xff >> bytes)) === 0xff >> bytes;
  for (let i = 1; i < bytes; i++) {
    value = value * 256 + data[at + i]!;
    unknown &&= data[at + i] === 0xff;
  }
  return { value, bytes, unknown };
}

export function elementAt(data: Uint8Array, from: number, end: number): Element | null {
  const id = numberAt(data, from, true);
  if (!id || id.bytes > 4) return null;
  const size = numberAt(data, from + id.bytes, false);
  if (!size) return null;
  const content = from + id.bytes + size.bytes;
  if (content > end) return null;
  return { id: id.value, from, content, end: size.unknown ? end : Math.min(content + size.value, end), open: size.unknown };
}

/** The elements between these places; `stops`: ids that end the parent, when its size is not known. */
export function elements(data: Uint8Array, from: number, end: number, stops: (id: number) => boolean = () => false): Element[] {
  const out: Element[] = [];
  for (let at = from; at < end; ) {
    const one = elementAt(data, at, end);
    if (!one || stops(one.id)) break;
    out.push(one);
    at = one.end;
  }
  return out;
}

export function uintOf(data: Uint8Array, { content, end }: Element): number {
  return data.subarray(content, end).reduce((sum, byte) => sum * 256 + byte, 0);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A number in so many bytes, the highest first. */
export function bytesOf(value: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = count - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

export function realOf(value: number): Uint8Array {
  const out = new DataView(new ArrayBuffer(8));
  out.setFloat64(0, value);
  return new Uint8Array(out.buffer);
}

/** An element of this content; its size is always written in eight bytes, so that lengths can be told before contents are known. */
export function element(id: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = content.reduce((sum, part) => sum + part.length, 0);
  const length = bytesOf(size, 8);
  length[0] = 1;
  const idBytes = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
  return join(bytesOf(id, idBytes), length, ...content);
}

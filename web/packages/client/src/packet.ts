/** goim's packet: a 16-byte big-endian header and a body; one packet in each WebSocket message (docs/protocol.md, P01). */
export interface Packet {
  readonly op: number;
  readonly seq: number;
  readonly body: Uint8Array;
}

export const Op = {
  heartbeat: 2,
  heartbeatReply: 3,
  auth: 7,
  authReply: 8,
  batch: 9,
  changeRoom: 12,
  request: 100,
  reply: 101,
  event: 102,
} as const;

const HEADER = 16;
const EMPTY = new Uint8Array(0);
const utf8 = new TextEncoder();
const text = new TextDecoder();

export class PacketError extends Error {
  override readonly name = 'PacketError';
}

export function encode(op: number, seq: number, body: Uint8Array | string = EMPTY): Uint8Array<ArrayBuffer> {
  const bytes = typeof body === 'string' ? utf8.encode(body) : body;
  const out = new Uint8Array(HEADER + bytes.length);
  const view = new DataView(out.buffer);
  view.setInt32(0, out.length);
  view.setInt16(4, HEADER);
  view.setInt16(6, 1);
  view.setInt32(8, op);
  view.setInt32(12, seq);
  out.set(bytes, HEADER);
  return out;
}

function one(bytes: Uint8Array, at: number): { packet: Packet; next: number } {
  if (bytes.length - at < HEADER) throw new PacketError('a packet shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const length = view.getInt32(0);
  if (view.getInt16(4) !== HEADER || length < HEADER || length > bytes.length - at) throw new PacketError('not a packet');
  const packet = { op: view.getInt32(8), seq: view.getInt32(12), body: bytes.subarray(at + HEADER, at + length) };
  return { packet, next: at + length };
}

/** The packets of one WebSocket message; several pushes come in one op 9 (D01). */
export function decode(bytes: Uint8Array): Packet[] {
  const { packet } = one(bytes, 0);
  if (packet.op !== Op.batch) return [packet];
  const out: Packet[] = [];
  for (let at = HEADER; at < bytes.length; ) {
    const step = one(bytes, at);
    out.push(step.packet);
    at = step.next;
  }
  return out;
}

export function bodyText(packet: Packet): string {
  return text.decode(packet.body);
}

/** The JSON object in a body, or null when it is none. */
export function bodyObject(packet: Packet): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(bodyText(packet));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

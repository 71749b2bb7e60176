// Clips in VP8 and Opus as RTP, and what is counted of the other side's.
import { readFileSync } from 'node:fs';
import { MediaStreamTrack, RtpHeader, RtpPacket, Vp8RtpPayload } from 'werift';

const MTU = 1100;

/** The frames of an IVF file. */
export function pictures(path) {
  const data = readFileSync(path);
  const frames = [];
  for (let at = data.readUInt16LE(6); at < data.length; at += 12 + data.readUInt32LE(at)) frames.push(data.subarray(at + 12, at + 12 + data.readUInt32LE(at)));
  return frames;
}

/** The packets of an Ogg file with Opus, without the two of its head. None is as long as a page. */
export function sound(path) {
  const data = readFileSync(path);
  const packets = [];
  for (let at = 0; at < data.length; ) {
    const lengths = data.subarray(at + 27, at + 27 + data[at + 26]);
    at += 27 + lengths.length;
    let size = 0;
    for (const length of lengths) {
      size += length;
      if (length === 255) continue;
      packets.push(data.subarray(at, at + size));
      at += size;
      size = 0;
    }
  }
  return packets.slice(2);
}

/** A track that shows these frames again and again; `ticks` of the RTP clock in `ms`. */
export function playing(kind, frames, { ms, ticks }) {
  const track = new MediaStreamTrack({ kind });
  const begin = performance.now();
  let [sequence, number] = [0, 0];
  const timer = setInterval(() => {
    for (; number * ms <= performance.now() - begin; number++) {
      const payloads = kind === 'video' ? vp8(frames[number % frames.length]) : [frames[number % frames.length]];
      payloads.forEach((payload, i) => {
        const header = new RtpHeader({ sequenceNumber: sequence++ & 0xffff, timestamp: (number * ticks) >>> 0, marker: kind === 'video' && i === payloads.length - 1, ssrc: 1, payloadType: 96 });
        track.writeRtp(new RtpPacket(header, payload));
      });
    }
  }, ms / 2);
  return { track, stop: () => clearInterval(timer) };
}

/** RFC 7741: one byte before each part, a bit in the first. */
function vp8(frame) {
  const parts = [];
  for (let at = 0; at < frame.length; at += MTU) parts.push(Buffer.concat([Buffer.from([at === 0 ? 0x10 : 0]), frame.subarray(at, at + MTU)]));
  return parts;
}

export class Heard {
  counters = { video_packets: 0, video_frames: 0, key_frames: 0, width: 0, height: 0, audio_frames: 0 };

  take(track) {
    track.onReceiveRtp.subscribe(({ header, payload }) => {
      if (track.kind === 'audio') this.counters.audio_frames++;
      else this.#picture(header, payload);
    });
  }

  /** RFC 6386 9.1: a key frame begins with its size. */
  #picture(header, payload) {
    this.counters.video_packets++;
    if (header.marker) this.counters.video_frames++;
    const { sBit, pid, payload: frame } = Vp8RtpPayload.deSerialize(payload);
    if (sBit !== 1 || pid !== 0 || frame.length < 10 || (frame[0] & 1) !== 0 || frame.readUIntBE(3, 3) !== 0x9d012a) return;
    this.counters.key_frames++;
    this.counters.width = frame.readUInt16LE(6) & 0x3fff;
    this.counters.height = frame.readUInt16LE(8) & 0x3fff;
  }
}

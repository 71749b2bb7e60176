// A connection to a comet by WebSocket: packets of goim v2, requests (op 100), events (op 102). docs/protocol.md, docs/requests.md
const [HEARTBEAT, AUTH, AUTH_REPLY, PUSHES, REQUEST, ANSWER, EVENT] = [2, 7, 8, 9, 100, 101, 102];
const HEADER = 16;

/** An answer with "ok": false. */
export class Refused extends Error {
  constructor(answer) {
    super(`${answer.code} ${answer.error}`);
    this.code = answer.code;
  }
}

export class Link {
  #socket;
  #seq = 0;
  #waiting = new Map();
  #open;
  #opened = new Promise((resolve) => (this.#open = resolve));
  /** Takes each event. */
  onEvent = () => undefined;

  async open(address, token, device) {
    this.#socket = new WebSocket(address);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#send(AUTH, 0, { token });
    this.#socket.onmessage = ({ data }) => this.#message(Buffer.from(data));
    this.#socket.onerror = () => process.exit(2);
    await this.#opened;
    setInterval(() => this.#send(HEARTBEAT, 0), 60_000).unref();
    return this.ask('hello', { device, caps: ['call'] });
  }

  async ask(cmd, fields) {
    const seq = ++this.#seq;
    const answer = new Promise((resolve) => this.#waiting.set(seq, resolve));
    this.#send(REQUEST, seq, { cmd, ...fields });
    const got = await answer;
    if (!got.ok) throw new Refused(got);
    return got;
  }

  close() {
    this.#socket.close();
  }

  #send(op, seq, body) {
    const data = Buffer.from(body ? JSON.stringify(body) : '');
    const head = Buffer.alloc(HEADER);
    head.writeInt32BE(HEADER + data.length, 0);
    head.writeInt16BE(HEADER, 4);
    head.writeInt16BE(1, 6);
    head.writeInt32BE(op, 8);
    head.writeInt32BE(seq, 12);
    this.#socket.send(Buffer.concat([head, data]));
  }

  /** One packet, or several behind one of op 9. */
  #message(data) {
    if (data.readInt32BE(8) === PUSHES && data.length > HEADER) data = data.subarray(HEADER);
    while (data.length >= HEADER) {
      const size = data.readInt32BE(0);
      this.#packet(data.readInt32BE(8), data.readInt32BE(12), data.subarray(HEADER, size));
      data = data.subarray(size);
    }
  }

  #packet(op, seq, body) {
    if (op === AUTH_REPLY) this.#open();
    else if (op === EVENT) this.onEvent(JSON.parse(body.toString()));
    else if (op === ANSWER) {
      this.#waiting.get(seq)?.(JSON.parse(body.toString()));
      this.#waiting.delete(seq);
    }
  }
}

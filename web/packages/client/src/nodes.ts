/** Where the comets are: addresses, or how to ask for them. */
export type Nodes = readonly string[] | ((signal?: AbortSignal) => Promise<readonly string[]>);

/** Goes round its list; asks for a new one when every address of it has failed. */
export class NodeRing {
  readonly #nodes: Nodes;
  #list: readonly string[] = [];
  #at = 0;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  async current(signal: AbortSignal): Promise<string> {
    if (this.#at >= this.#list.length) await this.#refill(signal);
    const url = this.#list[this.#at];
    if (url === undefined) throw new Error('there is no comet');
    return url;
  }

  /** The current one failed or is leaving. */
  skip(): void {
    this.#at += 1;
  }

  async #refill(signal: AbortSignal): Promise<void> {
    const list = typeof this.#nodes === 'function' ? await this.#nodes(signal) : this.#nodes;
    signal.throwIfAborted(); // another one asks by now
    this.#list = list;
    this.#at = 0;
  }
}

interface Weighted {
  readonly nodes?: readonly string[];
  readonly ws_port?: number;
  readonly wss_port?: number;
}

/** goim's node list (`GET /goim/nodes/weighted` on the public port) as WebSocket addresses. */
export function goimNodes(base: string, tls = base.startsWith('https:'), get: typeof fetch = globalThis.fetch.bind(globalThis)): Nodes {
  return async (signal) => {
    const answer = await get(`${base}/goim/nodes/weighted?platform=web`, signal ? { signal } : {});
    const data = ((await answer.json()) as { data?: Weighted }).data ?? {};
    const port = tls ? data.wss_port : data.ws_port;
    return (data.nodes ?? []).map((host) => `${tls ? 'wss' : 'ws'}://${host}${port ? `:${port}` : ''}/sub`);
  };
}

/** The comets as the cluster names them for pages (`GET /v1/nodes` on the public port); of a secure page only secure ones. */
export function clusterNodes(base: string, get: typeof fetch = globalThis.fetch.bind(globalThis)): Nodes {
  return async (signal) => {
    const answer = await get(`${base}/v1/nodes`, signal ? { signal } : {});
    const list = ((await answer.json()) as { nodes?: unknown }).nodes;
    const all: string[] = Array.isArray(list) ? list.filter((url) => typeof url === 'string' && URL.canParse(url)) : [];
    const secure = (base || (globalThis.location?.href ?? '')).startsWith('https:');
    const fitting = all.filter((url) => url.startsWith(secure ? 'wss:' : 'ws:'));
    return fitting.length > 0 ? fitting : all;
  };
}

// im-faultproxy as a process: routes with names, commands as lines (tests/system/faults).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { until } from './lib.ts';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export interface FaultProxy {
  /** The address of a route, in the place of the one that was given for it. */
  readonly urls: ReadonlyMap<string, string>;
  do(...commands: string[]): Promise<void>;
  end(): void;
}

/** `targets`: ws: addresses on 127.0.0.1 by the names of their routes. IM_BIN is where the program is. */
export async function faultProxy(targets: Readonly<Record<string, string>>): Promise<FaultProxy> {
  const urls = new Map<string, string>();
  const flags: string[] = [];
  for (const [name, target] of Object.entries(targets)) {
    const [url, port] = [new URL(target), await freePort()];
    flags.push(`--route=${name}=${port}:${url.hostname}:${url.port}`);
    url.port = String(port);
    urls.set(name, url.href);
  }
  const control = await freePort();
  const program = spawn(join(process.env['IM_BIN'] ?? '', 'im-faultproxy'), ['--control', String(control), ...flags], { stdio: 'inherit' });
  const socket = await until('im-faultproxy listens', () => opened(control));
  const one = async (command: string) => {
    socket.write(command + '\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().endsWith('ok\n')) throw new Error(`${command}: ${answer.toString()}`);
  };
  return {
    urls,
    do: async (...commands) => {
      for (const command of commands) await one(command);
    },
    end: () => {
      socket.destroy();
      program.kill();
    },
  };
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

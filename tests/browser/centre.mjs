// A centre as a person runs it, with families in it that the demo's phones registered. It has a folder and a PostgreSQL of its
// own, and ends with the process that started it, also when a test failed or was interrupted.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { json, program, run } from './command.mjs';

const READY = 'Usra is ready at ';

/** Those that were not stopped yet. */
const running = new Set();
process.once('exit', () => running.forEach((server) => server.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Starts one, once the demo's phones and tables agreed. */
export async function startCentre() {
  const folder = await mkdtemp(join(tmpdir(), 'usra-console-'));
  try {
    // Root's PostgreSQL runs as another account, which must be able to enter.
    await chmod(folder, 0o711);
    const data = join(folder, 'data');
    await (process.env.USRA_BROWSER_CENTRE ? copy(process.env.USRA_BROWSER_CENTRE, data) : fill(data));
    return new Centre(folder, data, await serve(data));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Takes what `scripts/browser-tests` let the demo make. PostgreSQL's files keep their owner, which Node's own copy does not promise. */
function copy(prepared, data) {
  return promisify(execFile)('cp', ['-a', prepared, data]);
}

/** Lets the demo fill a folder. It stops its own server at its end. */
async function fill(data) {
  const asked = { FAMILIES: 60, PHONES: 4, SEED: 1, DATA: data, EXIT: '1', EXPORT: '' };
  const { code, stdout, stderr } = await run('usra-demo', [], asked);
  if (code !== 0) throw new Error(`the demo ended with ${code}:\n${stdout}${stderr}`);
}

/** Starts the server on a folder and waits until it says where it is. */
async function serve(data) {
  const args = ['serve', '--demo', '--data', data, '--listen', '127.0.0.1:0'];
  const server = spawn(program('usra'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  running.add(server);
  server.once('exit', () => running.delete(server));
  for await (const line of createInterface(server.stdout)) {
    if (line.startsWith(READY)) return { server, url: line.slice(READY.length) };
  }
  throw new Error(`the server did not get ready:\n${await readFile(join(data, 'serve.log'), 'utf8')}`);
}

class Centre {
  #server;

  constructor(folder, data, { server, url }) {
    this.#server = server;
    Object.assign(this, { folder, data, url });
  }

  /** Runs a command of `usra` on its data and reads the answer. */
  usra(...args) {
    return json('usra', [...args, '--data', this.data]);
  }

  /** Families that count, verified ones, and what is not known yet. */
  counts(by = 'governorate') {
    return this.usra('counts', '--by', by);
  }

  /** Ends it with its PostgreSQL, and takes its folder away. */
  async stop() {
    if (running.has(this.#server)) {
      const ended = once(this.#server, 'exit');
      this.#server.kill();
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

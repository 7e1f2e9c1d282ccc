// Runs the programs that `cargo build --workspace --bins` built, and reads the JSON that they print.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = new URL('../../target/debug/', import.meta.url);

/** Where a program of ours is. */
export function program(name) {
  const path = fileURLToPath(new URL(name, BUILT));
  if (!existsSync(path)) throw new Error(`target/debug/${name} is not built. Run: cargo build --workspace --bins`);
  return path;
}

/** Runs a program to its end, whatever comes of it. */
export function run(name, args, env = {}) {
  const child = spawn(program(name), args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const told = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => { told[stream] += text; });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, ...told }));
  });
}

/** Runs a program that must succeed, and reads what it prints with `--json`. */
export async function json(name, args) {
  const { code, stdout, stderr } = await run(name, [...args, '--json']);
  if (code !== 0) throw new Error(`${name} ${args[0]} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

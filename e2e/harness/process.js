import { spawn } from 'node:child_process';

/**
 * Starts a program and collects what it prints, standard output and error together.
 *
 * @returns {{child: import('node:child_process').ChildProcess, output: () => string,
 *   exited: Promise<{code: number|null, signal: string|null}>, stop: (signal?: string) => Promise<object>}}
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const collect = (chunk) => (output += chunk);
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    output: () => output,
    exited,
    running: () => child.exitCode === null && child.signalCode === null,
    stop: (signal = 'SIGTERM') => stop(child, exited, signal),
  };
}

/** Ends the child with a signal, and with SIGKILL if that did not help within 15 s. */
async function stop(child, exited, signal) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000);
  const how = await exited;
  clearTimeout(kill);
  return how;
}

/** Runs a program to its end, at most timeout ms. */
export async function run(command, args, { timeout = 60_000, ...options } = {}) {
  const program = start(command, args, options);
  const timer = setTimeout(() => program.child.kill('SIGKILL'), timeout);
  const how = await program.exited;
  clearTimeout(timer);
  return { ...how, output: program.output() };
}

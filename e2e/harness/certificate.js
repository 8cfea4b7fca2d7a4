import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.js';

/** Makes a self-signed certificate for localhost in the folder, with the program that comes with Go. */
export async function selfSigned(folder) {
  const goroot = (await run('go', ['env', 'GOROOT'])).output.trim();
  const program = join(goroot, 'src', 'crypto', 'tls', 'generate_cert.go');
  const { code, output } = await run('go', ['run', program, '-host', 'localhost,127.0.0.1', '-ecdsa-curve', 'P256', '-ca'], { cwd: folder });
  if (code !== 0) throw new Error(`make a certificate: ${output}`);
  const cert = join(folder, 'cert.pem');
  return { cert, key: join(folder, 'key.pem'), pem: await readFile(cert) };
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const SCRIPT = ['say', 'machine', 'engine'].map((part) => readFileSync(`scripts/lib/${part}.sh`, 'utf8')).join('\n');

// What somebody is told who is not root, and in GROUPS, if the engine's socket has MODE, or is not there.
async function told(mode, groups, installed = true) {
  const directory = mkdtempSync(join(tmpdir(), 'engine-'));
  const server = createServer();
  try {
    chmodSync(directory, 0o755);
    const socket = join(directory, 'docker.sock');
    if (mode !== undefined) {
      await once(server.listen(socket), 'listening');
      chmodSync(socket, mode);
    }
    const script = `${SCRIPT}
      set -euo pipefail; id() { echo "$GROUPS_OF"; }; has_command() { ${installed}; }
      LOCAL_ENGINE=$DOCKER_HOST; may_use_engine; echo may`;
    const other = process.getuid() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const [program, ...words] = [...other, 'bash', '-c', script, 'up'];
    const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, GROUPS_OF: groups };
    const child = spawn(program, words, { cwd: '/', env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    await once(child, 'close');
    return said;
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a socket that is for others is told before anything is started', async () => {
  assert.match(await told(0o000, 'users'), /not in the group docker\n.*usermod -aG docker/);
});

test('who may write the socket, or is in the group, may use the engine', async () => {
  assert.equal(await told(0o666, 'users'), 'may\n');
  assert.equal(await told(0o666, 'users', false), 'may\n');
  assert.equal(await told(0o000, 'users docker'), 'may\n');
});

test('without a socket only an engine that is to be installed is known to need the group', async () => {
  assert.equal(await told(undefined, 'users'), 'may\n');
  assert.match(await told(undefined, 'users', false), /not in the group docker/);
});

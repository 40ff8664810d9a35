import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

// What COMMAND prints, where the files of AUTHORITIES are the authorities that the machine trusts.
function image(command, authorities) {
  const directory = mkdtempSync(join(tmpdir(), 'image it\'s-'));
  try {
    mkdirSync(join(directory, 'sub'));
    for (const [name, text] of Object.entries(authorities)) writeFileSync(join(directory, name), text);
    symlinkSync('/nowhere', join(directory, 'gone.crt'));
    const script = `set -eu; ROOT=$PWD; source scripts/lib/image.sh; image_label() { :; }; AUTHORITIES=$1; ${command}`;
    const result = spawnSync('bash', ['-c', script, 'bash', directory], { encoding: 'utf8' });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
    return result.stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('the image trusts what the machine trusts', () => {
  const files = image('image_context | tar t', { 'one.crt': 'a', 'sub/two.crt': 'b', 'notes.txt': 'c' }).split('\n');
  assert.deepEqual(files.filter((file) => file.includes('machine')), ['image/ca/machine/one.crt', 'image/ca/machine/sub/two.crt']);
  assert.ok(files.includes('image/Dockerfile'));
  assert.ok(files.includes('tmux.conf'));
  assert.equal(image('image_context | tar xO image/ca/machine/one.crt', { 'one.crt': 'a' }), 'a');
});

test('a machine without authorities of its own has none to give', () => {
  assert.doesNotMatch(image('image_context | tar t', {}), /machine/);
});

test('other authorities make another image', () => {
  const inputs = (authorities) => image('image_inputs base', authorities);
  assert.notEqual(inputs({ 'one.crt': 'a' }), inputs({}));
});

test('programs with authorities of their own trust those of the image, also under sudo', () => {
  const dockerfile = readFileSync('config/image/Dockerfile', 'utf8');
  const kept = dockerfile.match(/env_keep \+= "([^"]*)"/)?.[1].split(' ') ?? [];
  for (const name of ['NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE']) {
    assert.match(dockerfile, new RegExp(`^(ENV| ) .*\\b${name}=/etc/ssl/certs/ca-certificates.crt`, 'm'));
    assert.ok(kept.includes(name), name);
  }
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

// What stands beside the clock when a step has written TEXT.
function shown(text, lines = '') {
  const directory = mkdtempSync(join(tmpdir(), 'say-'));
  try {
    const log = join(directory, 'log');
    writeFileSync(log, text);
    const script = 'set -euo pipefail; source scripts/lib/say.sh; newest_line "$1"';
    const result = spawnSync('bash', ['-c', script, 'bash', log], { encoding: 'utf8', env: { ...process.env, RUN_LINES: lines } });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
    return result.stdout.trimEnd();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('the newest line is shown', () => {
  assert.equal(shown('one\ntwo\n'), 'two');
  assert.equal(shown('one\ntw'), 'tw');
  assert.equal(shown(''), '');
});

test('nothing of what a terminal obeys is shown', () => {
  assert.equal(shown('\x1b[?2004l\x1b]0;default:0:cat - "training"\x07\x1b[?25l\x1b[30mtext\x1b[0m'), 'text');
  assert.equal(shown('\x1b]0;title\x1b\\text\x1bP+q544e\x1b\\ more\x1b(B\x1b=\x1b[38;2;1;2;3m\x1b[1 q'), 'text more');
  assert.equal(shown('text\x1b[3'), 'text');
  assert.equal(shown('te\x00x\x7ft\x1b'), 'text');
});

test('a line that says nothing keeps the last one', () => {
  assert.equal(shown('one\n\n \t\n\x1b[0m\n'), 'one');
  assert.equal(shown('one\rtwo\r\n'), 'two');
});

test('a warning is for the log', () => {
  assert.equal(shown('one\nWARNING: sun.misc.Unsafe::objectFieldOffset will be removed\n[WARNING] old\nnpm warn deprecated x\n'), 'one');
});

test('of an image only the steps are shown, however much one of them prints', () => {
  const steps = '^(Step [0-9]|#[0-9]+ \\[)';
  assert.equal(shown(`Step 2/9 : RUN x\n${'Removing npm\n'.repeat(2000)}\n`, steps), 'Step 2/9 : RUN x');
  assert.equal(shown('#7 [2/9] RUN x\n#7 0.1 Removing npm\n', steps), '#7 [2/9] RUN x');
  assert.equal(shown('Sending build context\n', steps), '');
});

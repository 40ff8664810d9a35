import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- One

## [1.1.0] - 2027-01-02

- Two

  of two lines

## [1.1]

[1.1.0]: https://example.org/1.1.0
`;

function notes(...versions) {
  const directory = mkdtempSync(join(tmpdir(), 'notes-'));
  try {
    const file = join(directory, 'CHANGELOG.md');
    writeFileSync(file, CHANGELOG);
    return spawnSync('scripts/release-notes', versions, { encoding: 'utf8', env: { ...process.env, CHANGELOG: file } });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('what is not released yet is printed without its heading', () => {
  assert.equal(notes().stdout, '### Added\n\n- One\n');
});

test('a version has its own section only', () => {
  assert.equal(notes('1.1.0').stdout, '- Two\n\n  of two lines\n');
});

test('a version of which nothing is said is an error', () => {
  for (const version of ['1.1', '1.0', '--all']) {
    const result = notes(version);
    assert.equal(result.status, 1);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, /Try:/);
  }
});

// ssh2 (npm) as a conformance client; the checks: README.md.
'use strict';
const fs = require('fs');
const {Client} = require('ssh2');

const [check, argument] = process.argv.slice(2);
const connection = new Client();
const fail = error => { console.error(String(error)); process.exit(1); };

function run(command, data) {
  connection.exec(command, (error, stream) => {
    if (error) fail(error);
    let status = 255;
    stream.on('exit', code => { status = code; });
    stream.on('close', () => { connection.end(); process.exitCode = status; });
    stream.pipe(process.stdout);
    stream.stderr.resume();
    if (data !== undefined) stream.end(data);
  });
}

function leave(command) {
  connection.exec(command, error => {
    if (error) fail(error);
    connection.end();
  });
}

function feedClose(command, data) {
  connection.exec(command, (error, stream) => {
    if (error) fail(error);
    stream.end(data, () => {
      stream.close();
      run('echo alive');
    });
  });
}

function refused(port) {
  connection.forwardOut('127.0.0.1', 1, 'localhost', Number(port), error => {
    if (!error) fail('accepted');
    run('echo alive');
  });
}

function send(error, stream) {
  if (error) fail(error);
  stream.on('close', () => connection.end());
  stream.pipe(process.stdout);
  stream.end(Buffer.alloc(5000));
}

function untilStdinEnds(said) {
  console.log(said);
  process.stdin.on('end', () => connection.end());
  process.stdin.resume();
}

function back() {
  connection.on('tcp connection', (_, accept) => accept().end(Buffer.alloc(1000)));
  connection.forwardIn('localhost', 0, (error, port) => error ? fail(error) : untilStdinEnds(port));
}

function unixBack(path) {
  connection.on('unix connection', (_, accept) => accept().end(Buffer.alloc(1000)));
  connection.openssh_forwardInStreamLocal(path, error => error ? fail(error) : untilStdinEnds(path));
}

function again(left) {
  const port = Number(process.env.BACK_PORT);
  if (left === 0) return connection.end();
  connection.forwardIn('localhost', port, refused => {
    if (refused) fail(refused);
    connection.unforwardIn('localhost', port, error => error ? fail(error) : again(left - 1));
  });
}

const CHECKS = {
  exec: () => run(argument),
  feed: () => run(argument, fs.readFileSync(0)),
  leave: () => leave(argument),
  'feed-close': () => feedClose(argument, fs.readFileSync(0)),
  refused: () => refused(argument),
  forward: () => connection.forwardOut('127.0.0.1', 1, 'localhost', Number(argument), send),
  unix: () => connection.openssh_forwardOutStreamLocal(argument, send),
  agent: () => run(argument),
  back: () => back(),
  'unix-back': () => unixBack(argument),
  again: () => again(Number(argument)),
};

connection.on('error', fail);
connection.on('ready', () => (CHECKS[check] || (() => process.exit(64)))());
connection.connect({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  username: process.env.LOGIN,
  privateKey: fs.readFileSync(process.env.KEY),
  readyTimeout: 60000,
  strictVendor: false, // unix sockets also where the server is not called OpenSSH
  agent: check === 'agent' ? process.env.SSH_AUTH_SOCK : undefined,
  agentForward: check === 'agent',
});
